"""Forms that speak: what is missing is named, and a field refuses in the words of the same cleaner a workbook column has."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from paibou.lib import cleaners, wording
from paibou.lib.cleaners import Cell, Unclean

_SPOKEN = {"今天": 0, "昨天": 1, "前天": 2}
_THIS_YEAR = re.compile(r"([0-9]{1,2})(?:[./\-月])([0-9]{1,2})日?").fullmatch


class Speaking:
    """The site's manners for a form: no English from the browser, no star, `还没填…` for what is missing."""

    use_required_attribute = False
    error_css_class = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """By now the form has all its fields; what a field says in its own words stays."""
        for field in self.fields.values():  # type: ignore[attr-defined]
            verb = "选" if hasattr(field, "choices") else "填"
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = f"还没{verb}{field.label or ''}"
            if hasattr(field, "choices"):
                field.error_messages["invalid_choice"] = "没有这一项，请从列出的里面选"
        super().full_clean()  # type: ignore[misc]


class Form(Speaking, forms.Form):
    pass


class ModelForm(Speaking, forms.ModelForm):
    pass


class CleanedField(forms.CharField):
    """A text field whose value a cleaner makes; `None` where it stays empty."""

    cleaner: Callable[[Cell], Any] = staticmethod(cleaners.clean_text)

    def __init__(self, *, cleaner: Callable[[Cell], Any] | None = None, **kwargs: Any) -> None:
        if cleaner is not None:
            self.cleaner = cleaner
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return self.cleaner(value)
        except Unclean as unclean:
            raise ValidationError(str(unclean)) from None

    def run_validators(self, value: Any) -> None:
        """The cleaner has looked already; length and null-character checks are for text."""
        if isinstance(value, str):
            super().run_validators(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class DayField(CleanedField):
    """A day as people type it: 2025-10-20, 10.20, 今天. A day of this year may leave the year away."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(cleaner=clean_day, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


def clean_day(cell: Cell) -> date | None:
    text = cleaners.narrow(cell)
    today = timezone.localdate()
    if text in _SPOKEN:
        return today - timedelta(days=_SPOKEN[text])
    short = _THIS_YEAR(text)
    return cleaners.clean_date(f"{today.year}-{short[1]}-{short[2]}" if short else cell)


class MoneyField(CleanedField):
    """元 with two decimals; commas, 万元 and full-width digits are read."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(cleaner=cleaners.clean_amount, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return wording.yuan(value) if isinstance(value, Decimal) else value


class CountField(CleanedField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(cleaner=cleaners.clean_count, **kwargs)


class PhoneField(CleanedField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}))
        super().__init__(cleaner=cleaners.clean_phone, **kwargs)


class NameField(CleanedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(cleaner=cleaners.clean_name, **kwargs)


class IdentityField(CleanedField):
    """An identity number: 18 characters, checked; old ones of 15 are converted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(cleaner=cleaners.clean_identity, **kwargs)
