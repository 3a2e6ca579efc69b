"""Writing dated rows: checked before they stand, never rewritten."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from paibou.lib.periods import Recorded
from paibou.lib.refused import Refused, in_their_words
from paibou.lib.wording import full_day

Row = TypeVar("Row", bound=models.Model)
DatedRow = TypeVar("DatedRow", bound=Recorded)


def stand(row: Row) -> Row:
    """Check the row by its model's rules and write it. Refused in the rule's own words."""
    try:
        row.full_clean(validate_unique=False)
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    with in_their_words():  # somebody else was quicker
        row.save()
    return row


def rewrite(row: DatedRow, *, at: datetime, **changes: object) -> DatedRow:
    """Withdraw the row and let a copy with the changes stand in its place. Refused when it was withdrawn already."""
    return rewrite_all([(row, changes)], at=at)[0]


def rewrite_all(touched: Sequence[tuple[DatedRow, Mapping[str, object]]], *, at: datetime) -> list[DatedRow]:
    """Withdraw all, then let all stand changed: in between no two of them overlap."""
    for row, _ in touched:
        withdraw(row, at=at)
    return [stand(copied(row, at=at, **changes)) for row, changes in touched]


def copied(row: DatedRow, *, at: datetime, **changes: object) -> DatedRow:
    """A new row like this one, known from the instant on."""
    columns = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    copy = type(row)(**columns | {"recorded_at": at, "withdrawn_at": None})
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def withdraw(row: Recorded, *, at: datetime) -> None:
    """Take the row back. Refused when somebody has done so meanwhile."""
    moved = type(row)._default_manager.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at)
    if not moved:
        raise Refused("这一条刚才已被别人更正过，请打开页面看最新的再改")


def refuse_future(on: date, today: date) -> None:
    if on > today:
        raise Refused(f"{full_day(on)} 还没到，请核对日期")
