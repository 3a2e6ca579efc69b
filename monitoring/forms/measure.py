"""A measure: of which kind, who, from when to when, how much, against which risk."""

from typing import Any

from django import forms

from monitoring.models import Case
from monitoring.queries.limits import Limits
from paibou.lib.forms import DayField, Form, MoneyField


class MeasureForm(Form):
    kind = forms.ChoiceField(label="措施")
    against = forms.ChoiceField(label="针对的风险", required=False)
    what = forms.CharField(label="内容", required=False, max_length=200)
    who = forms.CharField(label="责任人", max_length=60)
    first_day = DayField(label="开始日期")
    last_day = DayField(label="结束日期", required=False)
    amount_yuan = MoneyField(label="金额（元）", required=False)
    is_done = forms.BooleanField(label="已经落实", required=False)

    def __init__(self, data: Any, *, case: Case, limits: Limits, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["kind"].choices = [(kind, kind) for kind in limits.measures]  # type: ignore[attr-defined]
        self.fields["against"].choices = [*((risk, risk) for risk in case.risks), ("", "不针对哪一种")]  # type: ignore[attr-defined]


class ProofForm(Form):
    """Which paper, and its photographs."""

    kind = forms.CharField(label="材料", max_length=40, widget=forms.Select(attrs={"class": "input"}))
    photo = forms.FileField(
        label="照片",
        error_messages={"required": "还没选照片"},
        widget=forms.FileInput(attrs={"class": "sr", "accept": "image/*", "data-shrink": ""}),
        allow_empty_file=True,
    )

    def __init__(self, data: Any = None, files: Any = None, *, kinds: list[str]) -> None:
        super().__init__(data, files)
        self.fields["kind"].widget.choices = [(kind, kind) for kind in kinds]
