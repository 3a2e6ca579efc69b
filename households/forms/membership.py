"""Who joins, leaves, is corrected: one form per event."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from households.models import Membership, Person
from households.queries.people import heirs
from households.words import HEAD, RELATIONS
from paibou.lib.cleaners import Unclean, clean_identity
from paibou.lib.forms import DayField, Form, IdentityField, NameField
from paibou.lib.sealing import digest

RELATION_CHOICES = [(one, one) for one in RELATIONS]
STAYS = "stays"
ASKED = [("", "请选"), *RELATION_CHOICES]
NOT_BY_HAND = {Membership.Joined.SPLIT, Membership.Joined.MERGED}
JOINED = [choice for choice in Membership.Joined.choices if choice[0] not in NOT_BY_HAND]
LEFT = [choice for choice in Membership.Left.choices if choice[0] not in ("split", "merged")]


class AddMemberForm(Form):
    joined = forms.ChoiceField(label="增加原因", choices=[("", "请选"), *JOINED])
    on = DayField(label="从哪天起", help_text="出生、结婚、迁入的那天")
    name = NameField(label="姓名")
    id_number = IdentityField(label="证件号码", required=False)
    no_id_reason = forms.CharField(
        label="无证件原因", required=False, max_length=60, help_text="没有号码时写明，如 新生未落户"
    )
    sex = forms.ChoiceField(
        label="性别", required=False, choices=[("", "–"), *Person.Sex.choices], help_text="有证件号码的不用填"
    )
    born_on = DayField(label="出生日期", required=False, help_text="有证件号码的不用填")
    relation = forms.ChoiceField(label="与户主关系", choices=ASKED)
    note = forms.CharField(label="说明", required=False, max_length=200)

    def facts(self) -> dict[str, Any]:
        named = ("name", "id_number", "no_id_reason", "sex", "born_on")
        return {name: self.cleaned_data[name] for name in named if self.cleaned_data.get(name)}

    def event(self) -> dict[str, Any]:
        named = ("joined", "on", "relation", "note")
        return {name: self.cleaned_data[name] for name in named if name in self.cleaned_data}


class OpenHouseholdForm(AddMemberForm):
    """A new household with its head."""

    village = forms.ChoiceField(label="村")
    number = forms.CharField(label="户编号", required=False, max_length=32, help_text="国办系统的编号，没有先空着")
    group = forms.CharField(label="村民组", required=False, max_length=40)

    def __init__(self, data: Any, *, villages: list[tuple[str, str]]) -> None:
        super().__init__(data, initial={"relation": HEAD, "joined": "supplement"})
        self.fields["village"].choices = villages  # type: ignore[attr-defined]
        del self.fields["relation"]
        self.fields["name"].label, self.fields["on"].label = "户主姓名", "开户日期"
        self.fields["on"].help_text = "建档、分户、迁入的那天"
        self.order_fields(["village", "number", "group", "on", "joined", "name", "id_number"])


class TransferForm(Form):
    id_number = IdentityField(label="证件号码", help_text="从别的户转来的人")
    relation = forms.ChoiceField(label="与户主关系", choices=ASKED)
    joined = forms.ChoiceField(label="增加原因", choices=JOINED, initial="marriage")
    left = forms.ChoiceField(label="原户减少原因", choices=LEFT, initial="marriage")
    on = DayField(label="从哪天起")
    new_head = forms.ModelChoiceField(label="原户由谁当户主", queryset=Person.objects.none(), empty_label="请选")
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, data: Any, *, people: QuerySet[Person]) -> None:
        super().__init__(data)
        self.person = _of_number(people, data.get("id_number") if data else None)
        standing = Membership.objects.known().filter(valid_to=None).select_related("household")
        row = standing.filter(person=self.person).first() if self.person else None
        staying = heirs(row) if row else None
        if staying is None:
            del self.fields["new_head"]
        else:
            self.fields["new_head"].queryset = staying  # type: ignore[attr-defined]
            self.fields["new_head"].help_text = f"{self.person}是原户的户主"

    def clean_id_number(self) -> str:
        if self.person is None:
            raise ValidationError("没有这个证件号码的人，或不在您的范围内；第一次登记的人请用“登记增加”")
        return self.cleaned_data["id_number"]

    def event(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "id_number"} | {
            "person": self.person
        }


def _of_number(people: QuerySet[Person], typed: str | None) -> Person | None:
    try:
        number = clean_identity(typed)
    except Unclean:
        return None
    return people.filter(id_digest=digest(number)).first() if number else None


class LeaveForm(Form):
    left = forms.ChoiceField(label="减少原因", choices=[("", "请选"), *LEFT])
    on = DayField(label="从哪天起", help_text="去世、出嫁、迁出的那天")
    new_head = forms.ModelChoiceField(label="由谁当户主", queryset=Person.objects.none(), empty_label="请选")
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, data: Any, *, staying: Any) -> None:
        super().__init__(data)
        if staying is None:
            del self.fields["new_head"]
        else:
            self.fields["new_head"].queryset = staying  # type: ignore[attr-defined]


class CorrectForm(Form):
    valid_from = DayField(label="入户日期")
    joined = forms.ChoiceField(label="增加原因", choices=Membership.Joined.choices)
    valid_to = DayField(label="离户日期", required=False, help_text="还在户里就空着")
    left = forms.ChoiceField(label="减少原因", required=False, choices=[("", "–"), *Membership.Left.choices])
    relation = forms.ChoiceField(label="与户主关系", choices=RELATION_CHOICES)
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, data: Any, *, membership: Membership) -> None:
        fields = ("valid_from", "joined", "valid_to", "left", "relation", "note")
        super().__init__(data, initial={name: getattr(membership, name) for name in fields})


class RelationsForm(Form):
    """One relation per person; `first` is what may be chosen beside the relations (留在原户)."""

    def __init__(self, data: Any, *, rows: Iterable[Membership], first: str = "", suggested: bool = True) -> None:
        super().__init__(data)
        self.rows = {f"relation_{row.person_id}": row for row in rows}
        choices = [(STAYS, first) if first else ("", "请选"), *RELATION_CHOICES]
        for name, row in self.rows.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{row.person.name}（现在是{row.relation}）",
                choices=choices,
                initial=row.relation if suggested else STAYS if first else "",
                error_messages={"required": f"还没选{row.person.name}与户主的关系"},
            )
        for late in ("new_head", "on", "number", "keep", "group"):
            if late in self.fields:
                self.fields[late] = self.fields.pop(late)

    def relations(self) -> dict[Person, str]:
        chosen = {row.person: self.cleaned_data[name] for name, row in self.rows.items()}
        return {person: relation for person, relation in chosen.items() if relation != STAYS}


class HeadForm(RelationsForm):
    new_head = forms.ModelChoiceField(label="新户主", queryset=Person.objects.none(), empty_label="请选")
    on = DayField(label="从哪天起")

    def __init__(self, data: Any, *, rows: list[Membership]) -> None:
        super().__init__(data, rows=rows)
        people = [row.person_id for row in rows if row.relation != HEAD]
        self.fields["new_head"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]


class SplitForm(RelationsForm):
    """Who goes, and as what in the new household."""

    new_head = forms.ModelChoiceField(
        label="原户由谁当户主",
        queryset=Person.objects.none(),
        required=False,
        empty_label="户主不变",
        help_text="户主分出去时才选",
    )
    on = DayField(label="从哪天起")
    number = forms.CharField(label="新户编号", required=False, max_length=32, help_text="国办系统的编号，没有先空着")
    keep = forms.BooleanField(label="新户也是脱贫户", required=False, initial=True)

    def __init__(self, data: Any, *, rows: list[Membership], is_lifted: bool) -> None:
        super().__init__(data, rows=rows, first="留在原户", suggested=False)
        people = [row.person_id for row in rows if row.relation != HEAD]
        self.fields["new_head"].queryset = Person.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        if not is_lifted:
            del self.fields["keep"]


class MergeForm(RelationsForm):
    on = DayField(label="从哪天起")

    def __init__(self, data: Any, *, rows: list[Membership]) -> None:
        super().__init__(data, rows=rows, suggested=False)


class OtherForm(Form):
    other = forms.CharField(label="要合进来的户", help_text="户编号，或其中一人的证件号码、电话")


class MoveForm(Form):
    village = forms.ChoiceField(label="迁到哪个村")
    on = DayField(label="从哪天起")
    group = forms.CharField(label="村民组", required=False, max_length=40)

    def __init__(self, data: Any, *, villages: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["village"].choices = [("", "请选"), *villages]  # type: ignore[attr-defined]


class CloseForm(Form):
    on = DayField(label="从哪天起")
    left = forms.ChoiceField(label="成员减少原因", choices=LEFT, initial="moved_out")
    reason = forms.CharField(label="销户原因", max_length=60, help_text="如 整户迁出、整户自然减少")


class RegisterForm(Form):
    on = DayField(label="从哪天起", help_text="登记为脱贫户的日期")
    without_benefits = forms.BooleanField(label="脱贫不享受政策", required=False)


class EndRegistrationForm(Form):
    on = DayField(label="从哪天起")
    reason = forms.CharField(label="原因", max_length=60)
