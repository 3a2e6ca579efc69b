"""What the lists of households and people may be narrowed by."""

from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from households.models import Household, Membership, OnFileSpell, Person
from households.queries.listing import of_kind, villages_of
from households.queries.search import find_households, find_people, near_names
from paibou.lib.cleaners import narrow
from paibou.lib.division import within
from paibou.lib.forms import Form

KINDS = [("", "全部类型"), ("lifted", "脱贫户"), ("monitored", "监测对象"), ("ordinary", "一般农户")]
STATES = [("", "在户"), ("closed", "已销户"), ("all", "都看")]
WORD = {"placeholder": "姓名、证件号码、电话、户编号", "autocomplete": "off", "class": "input input--wide"}


Rows = TypeVar("Rows", bound=QuerySet)


class _Filter(Form):
    q = forms.CharField(label="姓名、证件号码、电话、户编号", required=False, widget=forms.TextInput(attrs=WORD))
    village = forms.ChoiceField(label="村", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=KINDS)

    def __init__(self, data: Any, *, user: User, day: date) -> None:
        super().__init__(data)
        self.user, self.day = user, day
        villages = villages_of(user)
        self.fields["village"].choices = [("", "全部村"), *villages]  # type: ignore[attr-defined]
        if len(villages) == 1:
            self.fields["village"].widget = forms.HiddenInput()
        self.asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})

    @property
    def word(self) -> str:
        return narrow(self.asked.get("q") or "")

    def inside(self, rows: Rows) -> Rows:
        return rows.filter(within([self.asked["village"]])) if self.asked.get("village") else rows

    @cached_property
    def near(self) -> list[Person]:
        """People who sound alike, for when nobody was found."""
        return list(near_names(self.user, self.word)[:5]) if self.word and not self.word.isascii() else []

    def said(self) -> str:
        """The conditions in words, for print."""
        parts = [f"“{self.word}”"] if self.word else []
        chosen = [(name, value) for name in ("village", "kind", "state") if (value := self.asked.get(name))]
        parts += [str(dict(self.fields[name].choices)[value]) for name, value in chosen]  # type: ignore[attr-defined]
        return "、".join(parts)


class HouseholdFilter(_Filter):
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)

    def rows(self) -> QuerySet[Household]:
        rows = find_households(self.user, self.word) if self.word else Household.objects.visible_to(self.user)
        rows = self.inside(rows)
        if not self.asked.get("state"):
            rows = rows.open(self.day)
        elif self.asked["state"] == "closed":
            rows = rows.filter(closed_on__lte=self.day)
        return of_kind(rows, self.asked["kind"], self.day) if self.asked.get("kind") else rows


class PersonFilter(_Filter):
    """People who belong to a household today; all who ever did with 都看."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "在户"), ("all", "都看")])

    def rows(self) -> QuerySet[Person]:
        rows = find_people(self.user, self.word) if self.word else Person.objects.visible_to(self.user)
        rows = self.inside(rows)
        if not self.asked.get("state"):
            rows = rows.filter(Exists(Membership.objects.as_of(self.day).filter(person=OuterRef("pk"))))
        kind = self.asked.get("kind")
        if not kind:
            return rows
        spells = OnFileSpell.objects.as_of(self.day).filter(person=OuterRef("pk"))
        return rows.filter(~Exists(spells)) if kind == "ordinary" else rows.filter(Exists(spells.filter(kind=kind)))
