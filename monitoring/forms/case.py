"""A case opened, narrowed down in a list, its income."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from households.forms.circumstance import INCOME_LINES, Category
from households.models import Household, Visit
from households.queries.listing import villages_of
from households.queries.search import find_households
from households.services.circumstance import Line
from monitoring.models import Case
from monitoring.queries.case_list import VIEWS, late_cases
from monitoring.queries.limits import Limits
from paibou.lib.cleaners import narrow
from paibou.lib.division import within
from paibou.lib.forms import CountField, DayField, Form, MoneyField

KINDS = [("", "全部类别"), *Case.Kind.choices]
LATE = "late"


class CaseFilter(Form):
    """What the list of cases may be narrowed by."""

    q = forms.CharField(
        label="姓名、证件号码、户编号",
        required=False,
        widget=forms.TextInput(
            attrs={"class": "input input--wide", "placeholder": "姓名、证件号码、户编号", "autocomplete": "off"}
        ),
    )
    village = forms.ChoiceField(label="村", required=False, widget=forms.Select(attrs={"class": "input"}))
    kind = forms.ChoiceField(label="类别", required=False, choices=KINDS, widget=forms.Select(attrs={"class": "input"}))
    view = forms.ChoiceField(
        required=False, choices=[(name, label) for name, (label, _) in VIEWS.items()], widget=forms.HiddenInput
    )
    due = forms.ChoiceField(
        label="期限",
        required=False,
        choices=[("", "期限不限"), (LATE, "已超期")],
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data)
        self.user, self.today = user, today
        self.fields["village"].choices = [("", "全部村"), *villages_of(user)]  # type: ignore[attr-defined]
        self.asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})

    @property
    def view_name(self) -> str:
        return self.asked.get("view") or "open"

    def base(self) -> QuerySet[Case]:
        """Without the view: its counts are taken of these."""
        rows = Case.objects.known().visible_to(self.user)
        if word := narrow(self.asked.get("q") or ""):
            rows = rows.filter(household__in=find_households(self.user, word).order_by().values("pk"))
        if self.asked.get("village"):
            rows = rows.filter(within([self.asked["village"]]))
        if self.asked.get("kind"):
            rows = rows.filter(kind=self.asked["kind"])
        return rows.filter(pk__in=late_cases(self.user, self.today)) if self.asked.get("due") else rows

    def rows(self) -> QuerySet[Case]:
        return self.base().filter(state__in=VIEWS[self.view_name][1]).for_list()  # type: ignore[attr-defined]

    def said(self) -> str:
        """The conditions in words, for print and export."""
        word = narrow(self.asked.get("q") or "")
        choices = {name: dict(self.fields[name].choices) for name in ("village", "kind", "due")}  # type: ignore[attr-defined]
        chosen = [str(choices[name][value]) for name in choices if (value := self.asked.get(name))]
        return "、".join([VIEWS[self.view_name][0], *([f"“{word}”"] if word else []), *chosen])


class CaseOpenForm(Form):
    """立案 of one household by hand."""

    kind = forms.ChoiceField(label="拟列类别", choices=Case.Kind.choices)
    channel = forms.ChoiceField(label="发现渠道", choices=Case.Channel.choices)
    clue_on = DayField(label="线索日期", help_text="农户申报、走访发现或收到预警的那天")
    risks = forms.MultipleChoiceField(label="风险类型", widget=forms.CheckboxSelectMultiple, required=False)
    main_risk = forms.ChoiceField(label="主要风险")
    visit = forms.ModelChoiceField(
        label="依据的走访", queryset=Visit.objects.none(), required=False, empty_label="没有走访"
    )
    note = forms.CharField(label="线索说明", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, *, household: Household, limits: Limits, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["visit"].queryset = household.visits.known().order_by("-on", "-pk")  # type: ignore[attr-defined]
        choices = [(risk, risk) for risk in limits.risks]
        self.fields["risks"].choices = choices  # type: ignore[attr-defined]
        self.fields["risks"].label = "还有哪些风险"
        self.fields["main_risk"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(["kind", "channel", "clue_on", "main_risk", "risks", "visit", "note"])

    def opening(self) -> dict[str, Any]:
        """What `open_case` takes, with the main risk first."""
        given = dict(self.cleaned_data)
        main = given.pop("main_risk")
        return given | {"risks": [main, *(risk for risk in given["risks"] if risk != main)]}


class CaseIncomeForm(Form):
    """Income and spending of the full months before the clue's month."""

    people = CountField(label="人数", required=False, help_text="空着按最后一天的成员数")

    def __init__(self, data: Any, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        for name, (category, item) in INCOME_LINES.items():
            self.fields[name] = MoneyField(label=f"{item or Category(category).label}（元）", required=False)

    def clean(self) -> dict[str, Any]:
        for name in INCOME_LINES:
            amount = self.cleaned_data.get(name)
            if isinstance(amount, Decimal) and amount < 0:
                self.add_error(name, "金额不能是负数，支出写在支出一栏")
        return self.cleaned_data

    def lines(self) -> list[Line]:
        return [
            Line(category, self.cleaned_data[name], item)
            for name, (category, item) in INCOME_LINES.items()
            if self.cleaned_data[name]
        ]
