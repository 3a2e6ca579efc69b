"""The value of a setting: asked in the way of its kind."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.forms.user import DivisionsField
from accounts.models import User
from paibou.lib.declarations import Kind, Option
from paibou.lib.forms import CountField, DayField, Form, MoneyField


class LinesField(forms.CharField):
    """One word a line."""

    widget = forms.Textarea(attrs={"rows": 8})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(set(lines)) < len(lines):
            raise ValidationError("有两行一样，去掉一行")
        return lines


def value_field(option: Option) -> forms.Field:
    """The form field of a setting's value."""
    label = f"值（{option.unit}）" if option.unit else "值"
    if option.choices:
        return forms.ChoiceField(label=label, choices=[(word, word) for word in option.choices])
    if option.kind is Kind.FLAG:
        return forms.TypedChoiceField(label=label, choices=[("1", "是"), ("", "否")], coerce=bool, required=False)
    kinds = {Kind.COUNT: CountField, Kind.AMOUNT: MoneyField, Kind.DAY: DayField, Kind.WORDS: LinesField}
    return kinds.get(option.kind, forms.CharField)(label=label)


class ValueForm(Form):
    """A value for one division from a day on."""

    prefix = DivisionsField(label="给哪里", help_text="写镇名、村名或区划代码")  # type: ignore[assignment]
    valid_from = DayField(label="从哪天起")

    def __init__(self, user: User, option: Option, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefix"].user = user  # type: ignore[attr-defined]
        field = value_field(option)
        field.error_messages["required"] = "还没填值"
        self.fields["value"] = field

    def clean_prefix(self) -> str:
        if len(self.cleaned_data["prefix"]) != 1:
            raise ValidationError("一次写一个区划")
        return self.cleaned_data["prefix"][0]
