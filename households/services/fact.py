"""Facts that change on a day: the new value on the row, the old one kept with both dates."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from households.facts import Fact, as_text, facts_of, put, value_of
from households.models import FactChange, Household, Person
from households.services.dated import refuse_future, stand
from households.services.person import derive
from paibou.lib.refused import Refused
from paibou.lib.sealing import digest
from paibou.lib.wording import full_day


@transaction.atomic
def change_facts(
    *, row: Household | Person, facts: Mapping[str, Any], on: date, by: User | None, today: date
) -> list[FactChange]:
    """Let facts be different from the day on; the same value is no change.

    Refused for a day before the last change of the same fact: what held since then would be lost; and for what
    follows from an identity number.
    """
    refuse_future(on, today)
    locked: Any = type(row)._default_manager.select_for_update()
    row.refresh_from_db(from_queryset=locked)  # the whole row is written below
    known = facts_of(row)
    changed = [known[field] for field, value in facts.items() if _differs(row, known[field], value)]
    _refuse_earlier(row, changed, on)
    at = timezone.now()
    history = [_change(row, fact, facts[fact.field], on, by, at) for fact in changed]
    if history:
        _derive(row)
        _refuse_derived(row, changed, facts)
        stand(row)
        FactChange.objects.bulk_create(history)
    return history


def latest_changes(row: Household | Person, fields: Iterable[str]) -> dict[str, date]:
    """The day of the last change by field."""
    found = _changes_of(row).filter(field__in=list(fields)).values_list("field").annotate(last=Max("on"))
    return dict(found)


def _differs(row: Household | Person, fact: Fact, value: Any) -> bool:
    return as_text(fact, value_of(row, fact)) != as_text(fact, value)


def _changes_of(row: Household | Person) -> Any:
    return (
        FactChange.objects.filter(household=row)
        if isinstance(row, Household)
        else FactChange.objects.filter(person=row)
    )


def _refuse_earlier(row: Household | Person, changed: list[Fact], on: date) -> None:
    last = latest_changes(row, [fact.field for fact in changed])
    for fact in changed:
        if fact.field in last and on < last[fact.field]:
            raise Refused(f"{fact.label}在 {full_day(last[fact.field])} 已经改过，请填那天或以后的日期")


def _refuse_derived(row: Household | Person, changed: list[Fact], facts: Mapping[str, Any]) -> None:
    for fact in changed:
        if _differs(row, fact, facts[fact.field]):
            raise Refused(f"{fact.label}由证件号码得出，请改证件号码")


def _change(row: Household | Person, fact: Fact, value: Any, on: date, by: User | None, at: Any) -> FactChange:
    before = as_text(fact, value_of(row, fact))
    put(row, fact, value)
    of = {"household": row} if isinstance(row, Household) else {"person": row}
    return FactChange(
        **of,
        village_code=row.village_code,
        field=fact.field,
        old=before,
        new=as_text(fact, value),
        on=on,
        recorded_at=at,
        by=by,
    )


def _derive(row: Household | Person) -> None:
    if isinstance(row, Person):
        derive(row)
    else:
        row.phone_digest, row.bank_account_digest = digest(row.phone), digest(row.bank_account)
