"""A form made of facts: what differs from what stands is what changes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from households.facts import Fact, as_text, facts_of, value_of
from households.models import Household, Person
from paibou.lib.forms import CleanedField, DayField, Form
from paibou.lib.privacy import mask_id, mask_phone

KEEP_HELP = "不改就空着；要清空填“无”"


class FactsForm(Form):
    """All facts of a row. A private one is not shown; it stays where nothing is typed."""

    on = DayField(label="从哪天起", help_text="情况从这一天起不同；录入的日子系统另记")

    def __init__(self, data: Any, *, row: Household | Person, today: date) -> None:
        self.row = row
        self.known: Mapping[str, Fact] = {_html(one.field): one for one in facts_of(row).values()}
        super().__init__(data, initial={"on": today, **{name: self._shown(fact) for name, fact in self.known.items()}})
        first = self.fields.pop("on")
        for name, fact in self.known.items():
            self.fields[name] = _field(fact, self._placeholder(fact), value_of(row, fact))
            self.fields[name].width = fact.width  # type: ignore[attr-defined]
        self.fields["on"] = first

    def facts(self) -> dict[str, Any]:
        """The typed values of those facts that were not left as they are."""
        return {
            fact.field: self._value(name, fact)
            for name, fact in self.known.items()
            if not fact.is_private or self.data.get(name, "").strip()
        }

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
        value = value_of(self.row, fact) if fact.is_private else ""
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
        return forms.ChoiceField(label=fact.label, required=False, choices=[("", "–"), *choices.items()])
    field = CleanedField(label=fact.label, required=fact.field == "name", cleaner=fact.clean)
    field.error_messages["required"] = f"还没填{fact.label}"
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
