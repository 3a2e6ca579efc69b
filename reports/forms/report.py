from datetime import date
from typing import Any

from django import forms

from accounts.models import Division, User
from paibou.lib.forms import DayField, Form
from paibou.lib.refused import Refused
from reports.lines import refuse_period

HALF, YEAR, FREE = "half", "year", "free"


class ReportForm(Form):
    """Which summary: the half year, the year to date, or days of one's own."""

    division = forms.ModelChoiceField(Division.objects.none(), label="哪里的", empty_label=None)
    span = forms.ChoiceField(
        label="时段",
        choices=[(HALF, "半年"), (YEAR, "今年以来"), (FREE, "自己定")],
        widget=forms.RadioSelect,
        initial=YEAR,
    )
    start = DayField(label="从", required=False, help_text="只在“自己定”时填")
    end = DayField(label="到", required=False, help_text="含当天；不填就是今天")

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        seen = Division.objects.visible_to(user).filter(closed_on=None, level__lte=Division.Level.TOWNSHIP)
        self.fields["division"].queryset = seen.order_by("-level", "code")  # type: ignore[attr-defined]
        first = seen.order_by("-level", "code").first()
        self.fields["division"].initial = first.pk if first else None
        self.fields["span"].choices = [(HALF, f"{_half(today)}"), (YEAR, f"{today.year}年以来"), (FREE, "自己定")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        span, start, end = (cleaned.get(name) for name in ("span", "start", "end"))
        if span == FREE and not start and "start" not in self.errors:
            self.add_error("start", "还没填从哪天起")
        if span == HALF:
            start, end = last_half(self.today)
        elif span == YEAR:
            end = end or self.today
            start = date(end.year, 1, 1)
        cleaned |= {"start": start, "end": end or self.today}
        return cleaned


def last_half(today: date) -> tuple[date, date]:
    """The half year that ended last: in October its first half, in March the second of the year before."""
    if today.month > 6:
        return date(today.year, 1, 1), date(today.year, 6, 30)
    return date(today.year - 1, 7, 1), date(today.year - 1, 12, 31)


def _half(today: date) -> str:
    start, _ = last_half(today)
    return f"{start.year}年{'上' if start.month == 1 else '下'}半年"


class ConfirmForm(Form):
    key = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="为什么照报", max_length=200, help_text="写给以后查的人看，例如：有 3 人在消除前新出生，已核对户口簿"
    )


class AnnexForm(Form):
    """Masked, or whole with a reason."""

    reason = forms.CharField(label="要完整号码的事由", max_length=200, required=False, help_text="不填就遮住中间几位")


class WindowForm(Form):
    """Through which days to look at a figure."""

    start = DayField(label="从", required=False)
    end = DayField(label="到", required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> None:
        try:
            refuse_period(self.cleaned_data.get("start"), self.cleaned_data.get("end") or self.today, self.today)
        except Refused as no:
            raise forms.ValidationError(str(no)) from None
