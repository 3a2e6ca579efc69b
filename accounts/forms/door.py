"""Logging in, and choosing one's own password."""

from typing import Any

from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User
from paibou.lib.forms import Form


class LoginForm(Form):
    username = forms.CharField(
        label="用户名", widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        super().__init__(*args)
        self.request = request
        self.user: User | None = None

    def clean(self) -> None:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not username or not password:
            return
        self.user = authenticate(self.request, username=username.strip(), password=password)
        if self.user is None:
            raise ValidationError(f"用户名或密码不对{self._left(username)}。忘了密码，请工作站重置。")

    def _left(self, username: str) -> str:
        failed = sum(AccessAttempt.objects.filter(username=username).values_list("failures_since_start", flat=True))
        left = settings.AXES_FAILURE_LIMIT - failed
        return f"，再错 {left} 次账号会锁一会儿" if 0 < left <= 2 else ""


class OwnPasswordForm(Form):
    old = forms.CharField(
        label="现在的密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少 8 位，要有字母，也要有数字",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再写一遍", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.user = user

    def clean_old(self) -> str:
        if not self.user.check_password(self.cleaned_data["old"]):
            raise ValidationError("现在的密码不对")
        return self.cleaned_data["old"]

    def clean_new(self) -> str:
        new = self.cleaned_data["new"]
        if new == self.data.get("old"):
            raise ValidationError("新密码要和现在的不一样")
        password_validation.validate_password(new, self.user)
        return new

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.data.get("new"):
            raise ValidationError("两遍写的不一样")
        return self.cleaned_data["again"]
