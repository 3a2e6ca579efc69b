"""The check form: made for a phone, three taps."""

import uuid
from datetime import date
from typing import Any

from django import forms

from households.forms.circumstance import PhotosField
from monitoring.models import AlertCheck, CheckHelp, CheckResult
from paibou.lib.forms import DayField, Form
from paibou.lib.wording import full_day

Method = AlertCheck.Method
RESULTS = {CheckResult.DECLINED: "农户自愿放弃（要签字，拍照）"}
HELPS = [
    CheckHelp.MEDICAL_AID,
    CheckHelp.CHRONIC_CARD,
    CheckHelp.TEMPORARY_AID,
    CheckHelp.TREAT_FIRST,
    CheckHelp.MINIMUM,
    CheckHelp.WATCH,
    CheckHelp.OTHER,
]


class CheckForm(Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label="怎么核的",
        choices=[(one.value, one.label) for one in (Method.HOME, Method.PHONE)],
        widget=forms.RadioSelect,
    )
    result = forms.ChoiceField(
        label="核查结果",
        choices=[(value, RESULTS.get(CheckResult(value), label)) for value, label in CheckResult.choices],
        widget=forms.RadioSelect,
    )
    help = forms.MultipleChoiceField(
        label="落实了什么",
        required=False,
        choices=[(one.value, one.label) for one in HELPS],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="情况说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    photos = PhotosField(label="照片", required=False)
    on = DayField(label="哪天核的", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    checker = forms.CharField(
        label="核查人", required=False, max_length=40, help_text="替别人填时写他的姓名", widget=forms.TextInput
    )

    def __init__(self, data: Any, files: Any, *, today: date, initial: dict[str, Any] | None = None) -> None:
        self.today = today
        usual = {"uid": uuid.uuid4(), "on": today, "method": Method.HOME}
        super().__init__(data, files, initial=usual | (initial or {}))

    def clean_on(self) -> date:
        day = self.cleaned_data["on"]
        if day > self.today:
            raise forms.ValidationError(f"{full_day(day)}还没到，请核对")
        return day

    def usual_results(self) -> list[Any]:
        """The four that stand open; the others lie under one line."""
        return [choice for choice in self["result"] if choice.data["value"] in CheckResult.usual()]

    def other_results(self) -> list[Any]:
        return [choice for choice in self["result"] if choice.data["value"] not in CheckResult.usual()]

    def is_other_chosen(self) -> bool:
        return self["result"].value() not in (None, "", *CheckResult.usual())


class CorrectForm(CheckForm):
    """A check that was wrong, with the reason."""

    why = forms.CharField(label="为什么更正", max_length=200, widget=forms.TextInput)


class KeepForm(Form):
    uid = forms.UUIDField(widget=forms.HiddenInput)
