"""A household as it was on a day: its facts, taken back change by change."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from households.facts import Fact, as_text, facts_of, value_of
from households.models import FactChange, Household, Person


def facts_on(row: Household | Person, day: date, changes: Iterable[FactChange]) -> list[tuple[Fact, str]]:
    """Each fact's text on the day: what the first later change replaced, else what stands now."""
    first_later: dict[str, str] = {}
    for change in sorted(changes, key=lambda one: (one.on, one.recorded_at), reverse=True):
        if change.on > day:
            first_later[change.field] = change.old
    known = facts_of(row).values()
    return [(fact, first_later.get(fact.field, as_text(fact, value_of(row, fact)))) for fact in known]


def described(changes: Iterable[FactChange], labels: dict[str, Fact]) -> list[tuple[FactChange, Any]]:
    """Changes with what they are about; an unknown field keeps its own name."""
    return [(change, labels.get(change.field)) for change in changes]
