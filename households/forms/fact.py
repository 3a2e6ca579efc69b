"""A form made of facts: what differs from what stands is what changes."""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.core import signing

from households.facts import Fact, as_text, facts_of, value_of
from households.models import Household, Person
from households.services.person import OF_NUMBER, has_number
from paibou.lib.forms import CleanedField, DayField, Form
from paibou.lib.privacy import mask_id, mask_phone
from paibou.lib.sealing import digest

KEEP_HELP = "不改就空着；要清空填“无”"
NUMBER_HELP = "由证件号码得出；不对就改证件号码"
SALT = "households.facts"


class FactsForm(Form):
    """All facts of a row. A private one is not shown; it stays where nothing is typed.

    `before` brings back what the form showed: only what was changed on it changes, whoever saved meanwhile.
    """

    on = DayField(label="从哪天起", help_text="情况从这一天起不同；录入的日子系统另记")
    before = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, row: Household | Person, today: date) -> None:
        self.row = row
        self.known: Mapping[str, Fact] = {_html(one.field): one for one in facts_of(row).values()}
        self.now = {fact.field: _trace(fact, value_of(row, fact)) for fact in self.known.values()}
        shown = {name: self._shown(fact) for name, fact in self.known.items()}
        super().__init__(data, initial={"on": today, "before": signing.dumps(self.now, salt=SALT), **shown})
        first = self.fields.pop("on")
        for name, fact in self.known.items():
            self.fields[name] = _field(fact, self._placeholder(fact), value_of(row, fact))
            self.fields[name].width = fact.width  # type: ignore[attr-defined]
        if isinstance(row, Person) and has_number(row):
            for name in OF_NUMBER:
                self.fields[name].disabled = True
                self.fields[name].help_text = NUMBER_HELP
                self.fields[name].is_always_chosen = True  # type: ignore[attr-defined]
        self.fields["on"] = first

    def clean_before(self) -> dict[str, str]:
        try:
            return self.now | signing.loads(self.cleaned_data["before"], salt=SALT)
        except signing.BadSignature:  # a form without it shows what stands
            return self.now

    def clean(self) -> None:
        """Refuse what somebody else changed meanwhile to something else. Sent again with both seen, it is meant."""
        before = self.cleaned_data.setdefault("before", self.now)  # the field itself refused what was sent
        for name, fact in list(self._changed()):
            typed = self.cleaned_data[name]
            if self.now[fact.field] not in (before[fact.field], _trace(fact, typed)):
                now, wanted = (_said(fact, value) for value in (value_of(self.row, fact), typed))
                self.add_error(name, f"两处不同：刚被别人改成“{now}”，您写的是“{wanted}”；要用您写的，再保存一次")
                before[fact.field] = self.now[fact.field]
        sent: Any = copy(self.data)
        sent["before"] = signing.dumps(before, salt=SALT)
        self.data = sent

    def facts(self) -> dict[str, Any]:
        """The typed values of those facts that were changed on the form."""
        return {fact.field: self._value(name, fact) for name, fact in self._changed()}

    def _changed(self) -> Iterator[tuple[str, Fact]]:
        for name, fact in self.known.items():
            if name not in self.cleaned_data or self.fields[name].disabled:
                continue
            value = self.cleaned_data[name]
            is_typed = bool(self.data.get(name, "").strip()) if fact.is_private else True
            if is_typed and _trace(fact, value) != self.cleaned_data["before"][fact.field]:
                yield name, fact

    def _value(self, name: str, fact: Fact) -> Any:
        value = self.cleaned_data[name]
        if isinstance(value, list):
            return value or None
        return fact.clean(value) if fact.choices and value else value or None if fact.choices else value

    def _shown(self, fact: Fact) -> Any:
        value = value_of(self.row, fact)
        if fact.is_private:
            return ""
        if fact.field == "health":
            return value
        if isinstance(value, bool):
            return "是" if value else "否"
        return value if fact.choices else as_text(fact, value)

    def _placeholder(self, fact: Fact) -> str:
        return _masked(fact, value_of(self.row, fact)) if fact.is_private else ""


def _trace(fact: Fact, value: Any) -> str:
    """By which two values are known to be the same; of a private one nothing can be read."""
    text = as_text(fact, value)
    return digest(text).hex() if fact.is_private else text


def _said(fact: Fact, value: Any) -> str:
    return (_masked(fact, value or "") if fact.is_private else as_text(fact, value)) or "空"


def _masked(fact: Fact, value: str) -> str:
    return mask_phone(value) if fact.field == "phone" else mask_id(value)


def _html(field: str) -> str:
    return field.replace(".", "__")


def _field(fact: Fact, placeholder: str, value: Any) -> forms.Field:
    if fact.field == "health":
        return forms.MultipleChoiceField(
            label=fact.label,
            required=False,
            choices=list((fact.choices or {}).items()),
            widget=forms.CheckboxSelectMultiple,
        )
    if fact.choices:
        choices = dict(fact.choices)
        if isinstance(value, str) and value:
            choices.setdefault(value, value)  # a workbook's own word stays
        blank = [] if fact.is_needed else [("", "–")]
        return forms.ChoiceField(label=fact.label, required=fact.is_needed, choices=[*blank, *choices.items()])
    field = CleanedField(label=fact.label, required=fact.is_needed, cleaner=fact.clean)
    field.widget.attrs["autocomplete"] = "off"
    if fact.is_private:
        field.widget.attrs["placeholder"] = placeholder
        field.help_text = KEEP_HELP
    return field


class ProposalForm(FactsForm):
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, data: Any, *, row: Household | Person, today: date) -> None:
        super().__init__(data, row=row, today=today)
        self.fields["note"] = self.fields.pop("note")


class RefusalForm(Form):
    why = forms.CharField(label="不采纳的原因", max_length=200)
