"""A paper for many households: what it says of itself, and of each household."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from monitoring.models import Paper, Step
from monitoring.queries.case_facts import CaseFacts
from monitoring.queries.elimination import Warned
from monitoring.services.paper import Decision
from paibou.lib.forms import CountField, DayField, Form

Kind = Paper.Kind
USED = {  # the fields of each kind, in their order
    Kind.MEETING: ("on", "place", "chair", "expected", "present", "note"),
    Kind.PUBLICITY: ("on", "ends_on", "place", "note"),
    Kind.REVIEW: ("on", "number", "note"),
    Kind.APPROVAL: ("on", "number", "note"),
    Kind.ANNOUNCEMENT: ("on", "number", "place", "note"),
    Kind.STUDY: ("on", "note"),
}
LABELS = {
    Kind.MEETING: {"on": "会议日期", "note": "会议记录"},
    Kind.PUBLICITY: {"on": "公示起", "place": "公示地点"},
    Kind.REVIEW: {"on": "审核日期"},
    Kind.APPROVAL: {"on": "审定日期", "number": "批复文号"},
    Kind.ANNOUNCEMENT: {"on": "公告日期", "place": "公告地点"},
    Kind.STUDY: {"on": "研判日期", "note": "共同的结论"},
}


class PaperForm(Form):
    on = DayField(label="日期")
    ends_on = DayField(label="公示止", help_text="不写起始那天，满 5 天")
    number = forms.CharField(label="文号", required=False, max_length=60)
    place = forms.CharField(label="地点", required=False, max_length=80)
    chair = forms.CharField(label="主持人", required=False, max_length=40)
    expected = CountField(label="应到人数", required=False)
    present = CountField(label="实到人数", required=False, help_text="须有应到的三分之二以上")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, kind: str, initial: dict[str, Any] | None = None, days: int = 5) -> None:
        super().__init__(data, initial=initial)
        self.fields["ends_on"].help_text = f"不早于公示起后 {days} 天"
        for name in list(self.fields):
            if name not in USED[Kind(kind)] and name != "why":
                del self.fields[name]
        for name, label in LABELS[Kind(kind)].items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"还没填{label}"

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "why"}


class PaperCorrectForm(PaperForm):
    why = forms.CharField(label="更正原因", max_length=200, help_text="这一件上每一户的这一步跟着更正")


class DecisionsForm(Form):
    """A tick, a result and a note for every household that is due; `warned`, by household, asks for the note."""

    def __init__(
        self,
        data: Any,
        *,
        due: Sequence[tuple[CaseFacts, Step]],
        chosen: Sequence[int],
        kind: str,
        warned: Mapping[int, Sequence[Warned]],
    ) -> None:
        super().__init__(data)
        self.due, self.kind = due, kind
        for facts, step in due:
            key = facts.case.pk
            self.fields[f"take_{key}"] = forms.BooleanField(required=False, initial=key in chosen)
            if kind not in (Kind.PUBLICITY, Kind.ANNOUNCEMENT, Kind.STUDY) and step != Step.LABELLED:
                self.fields[f"outcome_{key}"] = forms.ChoiceField(
                    choices=[("passed", "同意"), ("refused", "不同意")],
                    required=False,
                    widget=forms.Select(attrs={"class": "input", "aria-label": "结果"}),
                )
            self.fields[f"note_{key}"] = forms.CharField(
                required=False,
                max_length=500,
                help_text="；".join(each.sentence for each in warned.get(facts.case.household_id, [])),
                widget=forms.TextInput(attrs={"class": "input", "aria-label": "说明", "autocomplete": "off"}),
            )

    def rows(self) -> list[tuple[CaseFacts, Step, Any, Any, Any]]:
        """Each household with its bound tick, result and note."""
        return [
            (
                facts,
                step,
                self[f"take_{facts.case.pk}"],
                self[f"outcome_{facts.case.pk}"] if f"outcome_{facts.case.pk}" in self.fields else None,
                self[f"note_{facts.case.pk}"],
            )
            for facts, step in self.due
        ]

    def decisions(self) -> list[Decision]:
        data = self.cleaned_data
        return [
            Decision(
                case=facts.case,
                outcome=data.get(f"outcome_{facts.case.pk}") or "passed",
                note=data.get(f"note_{facts.case.pk}") or "",
                step=step,
            )
            for facts, step in self.due
            if data.get(f"take_{facts.case.pk}")
        ]


class PaperFilter(Form):
    kind = forms.ChoiceField(
        label="种类",
        required=False,
        choices=[("", "全部种类"), *Kind.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.asked = self.cleaned_data if self.is_valid() else {}
