"""Passwords: the rule beside Django's, and first ones that can be read out over the phone."""

import secrets

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

READABLE = "abcdefghjkmnpqrstuvwxyz"  # without i, l, o
DIGITS = "23456789"  # without 0 and 1


class LongEnough(MinimumLengthValidator):
    """Django's own sentence for this has no Chinese in its catalogue."""

    def get_error_message(self) -> str:
        return f"密码太短，至少要 {self.min_length} 位"

    def get_help_text(self) -> str:
        return f"至少 {self.min_length} 位"


class LettersAndDigits:
    """等保 practice: a password has letters and digits."""

    def validate(self, password: str, user: object = None) -> None:
        if not any(sign.isdigit() for sign in password) or not any(sign.isalpha() for sign in password):
            raise ValidationError("要有字母，也要有数字", code="password_of_one_kind")

    def get_help_text(self) -> str:
        return "至少 8 位，要有字母，也要有数字"


def first_password() -> str:
    """Twelve signs in three groups, 48 bits, like `kwmh-7394-tqxb`; changed at the first login."""

    def some(signs: str, count: int) -> str:
        return "".join(secrets.choice(signs) for _ in range(count))

    return f"{some(READABLE, 4)}-{some(DIGITS, 4)}-{some(READABLE, 4)}"
