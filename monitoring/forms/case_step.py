"""One small form for each kind of step; each gives what `advance_case` takes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from monitoring.models import Case, Step
from paibou.lib.forms import CountField, DayField, Form

NOTE = {"rows": 3}
REFUSE = "refuse"
CORRECTED: dict[str, tuple[str, ...]] = {  # what a correction may say otherwise of an event's detail
    Step.COMPARED: ("asked", "returned", "found", "explained"),
    Step.ENTERED: ("system_on",),
}


class StepForm(Form):
    """The day and what there is to say."""

    on = DayField(label="日期")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs=NOTE))
    details: Sequence[str] = ()  # fields that go into the event's detail
    lead = ""

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        detail = {name: data[name] for name in self.details if data.get(name) not in (None, "")}
        return {"on": data["on"], "note": data["note"], "ends_on": data.get("ends_on"), "detail": detail}


class AuthorisedForm(StepForm):
    filled_by = forms.CharField(label="代填人", required=False, max_length=40, help_text="农户自己填的空着")
    signers = CountField(label="签字按手印的成年人", required=False, help_text="人数")
    field_order = ["on", "filled_by", "signers", "note"]
    details = ("filled_by", "signers")


class VisitedForm(StepForm):
    """A visit that the step makes: 入户核查."""

    visitor = forms.CharField(label="核查人", max_length=60, help_text="几个人用顿号隔开")
    findings = forms.CharField(label="核查情况", widget=forms.Textarea(attrs={"rows": 4}))
    field_order = ["on", "visitor", "findings", "note"]
    details: Sequence[str] = ("visitor",)


class RiskVisitedForm(VisitedForm):
    """消除入户核实: what the visitor saw of the conditions."""

    way = forms.ChoiceField(
        label="消除方式", choices=Case.Elimination.choices, widget=forms.RadioSelect, initial=Case.Elimination.STEADY
    )
    expenses_settled = forms.BooleanField(label="大额刚性支出已经解决", required=False)
    income_stable = forms.BooleanField(label="收入稳定，能持续", required=False)
    field_order = ["on", "visitor", "findings", "way", "expenses_settled", "income_stable", "note"]
    details = ("visitor", "way", "expenses_settled", "income_stable")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = "理由"
        self.fields["note"].help_text = "有条件不满足、仍要消除的，写明理由"


class ComparedForm(StepForm):
    ends_on = DayField(label="返回日期", required=False, help_text="还没返回就空着，返回后再补")
    asked = CountField(label="发给几个部门", required=False)
    returned = CountField(label="已返回几个部门", required=False)
    found = forms.CharField(
        label="比对发现", required=False, max_length=200, help_text="车辆、房产、企业、财政供养等；没有就空着"
    )
    explained = forms.BooleanField(label="农户已说明", required=False)
    field_order = ["on", "asked", "ends_on", "returned", "found", "explained", "note"]
    details = ("asked", "returned", "found", "explained")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = "发出日期"


class EnteredForm(StepForm):
    who = forms.CharField(label="录入人", max_length=40)
    system_on = DayField(label="系统识别时间", required=False, help_text="和录入日期一样的空着")
    field_order = ["on", "who", "system_on", "note"]
    details = ("who", "system_on")

    def given(self) -> dict[str, Any]:
        given = super().given()
        return given | {"detail": _written(given["detail"])}


class ReclassifiedForm(StepForm):
    kind = forms.ChoiceField(label="改为", choices=Case.Kind.choices)
    field_order = ["on", "kind", "note"]
    details = ("kind",)


class EndedForm(StepForm):
    reason = forms.ChoiceField(label="终止原因", choices=Case.EndReason.choices)
    field_order = ["on", "reason", "note"]
    details = ("reason",)


class TurnDownForm(Form):
    """不通过, or back to a step that is to be done again."""

    on = DayField(label="日期")
    back_to = forms.ChoiceField(label="怎么处理")
    note = forms.CharField(label="原因", widget=forms.Textarea(attrs=NOTE))

    def __init__(self, data: Any, *, steps: Sequence[Step], refusal: str, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        back = [(step.value, f"退回到“{step.label}”，重新办") for step in steps]
        self.fields["back_to"].choices = [*back[::-1], (REFUSE, refusal)]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data["back_to"] == REFUSE:
            return {"outcome": "refused", "on": data["on"], "note": data["note"]}
        return {"outcome": "sent_back", "detail": {"back_to": data["back_to"]}, "on": data["on"], "note": data["note"]}


class FinishForm(Form):
    """The comparison came back."""

    ends_on = DayField(label="返回日期")
    returned = CountField(label="已返回几个部门", required=False)
    found = forms.CharField(label="比对发现", required=False, max_length=200)
    explained = forms.BooleanField(label="农户已说明", required=False)

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        detail = {name: data[name] for name in ("returned", "found", "explained") if data[name] not in (None, "")}
        return {"ends_on": data["ends_on"], "detail": detail}


class ResultForm(Form):
    """A publicity ended. `given` is what `finish_step` takes for one household of it."""

    result = forms.ChoiceField(
        label="公示结果",
        choices=[("none", "无异议"), ("settled", "有异议，已处理")],
        widget=forms.RadioSelect,
        initial="none",
    )
    note = forms.CharField(
        label="异议和处理",
        required=False,
        widget=forms.Textarea(attrs=NOTE),
        help_text="有异议的写明；异议成立的，到那一户登记不通过",
    )

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"detail": {"result": data["result"], "objections": data["note"]}}


class CorrectForm(Form):
    """What a step said wrongly; what is left as it is stays."""

    on = DayField(label="日期")
    ends_on = DayField(label="截止（返回）日期", required=False)
    number = forms.CharField(label="文号", required=False, max_length=60)
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs=NOTE))
    system_on = DayField(label="系统识别时间", required=False, help_text="空着不改")
    asked = CountField(label="发给几个部门", required=False, help_text="空着不改")
    returned = CountField(label="已返回几个部门", required=False, help_text="空着不改")
    found = forms.CharField(label="比对发现", required=False, max_length=200)
    explained = forms.BooleanField(label="农户已说明", required=False)
    why = forms.CharField(label="更正原因", max_length=200, help_text="原来的留着，划掉，写上您和这个原因")

    def __init__(self, data: Any, *, initial: dict[str, Any], step: str, is_on_paper: bool) -> None:
        super().__init__(data, initial=initial)
        self.detail = initial["detail"]
        self.details = CORRECTED.get(step, ())
        has_end = step in Step.lasting()
        for name in sum(CORRECTED.values(), ()):
            if name not in self.details:
                del self.fields[name]
        if not has_end or is_on_paper:
            del self.fields["ends_on"]
        if is_on_paper:
            del self.fields["on"], self.fields["number"]

    def given(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        told = {name: given.pop(name) for name in self.details}
        if told:
            said = {name: value for name, value in told.items() if value is not None}
            given["detail"] = {**self.detail, **_written(said)}
        return given


class WhyForm(Form):
    why = forms.CharField(label="原因", max_length=200)


def _written(detail: dict[str, Any]) -> dict[str, Any]:
    """The detail as JSON keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in detail.items()}


FORMS: dict[str, type[StepForm]] = {
    Step.AUTHORISED: AuthorisedForm,
    Step.VERIFIED: VisitedForm,
    Step.COMPARED: ComparedForm,
    Step.ENTERED: EnteredForm,
    Step.RECLASSIFIED: ReclassifiedForm,
    Step.RISK_VERIFIED: RiskVisitedForm,
    Step.ENDED: EndedForm,
}
