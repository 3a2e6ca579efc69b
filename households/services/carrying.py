"""What people have goes with them: 保障 and 务工 follow a move, and end with a person who leaves."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from households.models import Guarantee, Household, Person, Work
from households.services.dated import copied, rewrite, rewrite_all, stand, withdraw


def carry_circumstances(*, person: Person, on: date, to: Household | None, at: datetime, by: User | None) -> None:
    """Part the person's standing rows at the day: before it they stay, after it they are of `to`, or are no more."""
    for model in (Guarantee, Work):
        for row in model.objects.known().filter(Q(valid_to=None) | Q(valid_to__gt=on), person=person):
            _carry(row, on=on, to=to, at=at, by=by)


def _carry(row: Guarantee | Work, *, on: date, to: Household | None, at: datetime, by: User | None) -> None:
    place = {"household": to, "village_code": to.village_code} if to else {}
    if row.valid_from < on:
        rewrite(row, at=at, by=by, valid_to=on)
        if to:
            stand(copied(row, at=at, by=by, valid_from=on, **place))
    elif to:
        rewrite(row, at=at, by=by, **place)
    else:
        withdraw(row, at=at)


def shift_circumstances(
    *, person_id: int, household_id: int, before: date | None, now: date | None, next_id: int | None, at: datetime
) -> None:
    """When the day a person left is corrected, what ended with it, and what went on in the next household, moves too."""
    for model in (Guarantee, Work):
        rows = model.objects.known().filter(person=person_id)
        touched = list(_shifted(rows, household_id, before, now, next_id))
        rewrite_all(touched, at=at)


def _shifted(
    rows: Any, household_id: int, before: date | None, now: date | None, next_id: int | None
) -> Iterator[tuple[Any, dict[str, Any]]]:
    for row in rows.filter(household=household_id, valid_to=before):
        if now is None or now > row.valid_from:
            yield row, {"valid_to": now}
    if next_id and before and now:
        for row in rows.filter(household=next_id, valid_from=before):
            if row.valid_to is None or row.valid_to > now:
                yield row, {"valid_from": now}
