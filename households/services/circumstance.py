"""保障, 务工, 收支, 三保障和饮水: what is known of how a household lives."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from households.models import (
    Guarantee,
    Household,
    IncomeLine,
    IncomeStatement,
    Membership,
    Person,
    Safeguard,
    Work,
)
from households.services.dated import refuse_future, rewrite, stand, withdraw
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day


class Line(NamedTuple):
    """One line of income or spending, in yuan."""

    category: str
    amount_yuan: Decimal
    item: str = ""


@transaction.atomic
def start_guarantee(
    *, person: Person, kind: Guarantee.Kind, on: date, by: User | None, today: date, note: str = ""
) -> Guarantee:
    """Let a guarantee hold from the day on, in the household the person lives in that day. Refused when it holds already."""
    refuse_future(on, today)
    household = _home(person, on)
    row = Guarantee(
        person=person,
        household=household,
        village_code=household.village_code,
        kind=kind,
        valid_from=on,
        note=note,
        by=by,
    )
    return stand(row)


@transaction.atomic
def record_work(
    *,
    person: Person,
    place: Work.Place,
    on: date,
    by: User | None,
    today: date,
    address: str = "",
    employer: str = "",
    months: int | None = None,
    pay_yuan: Decimal | None = None,
) -> Work:
    """Where the person works from the day on; the work before it ends that day. Refused for a day before it began."""
    refuse_future(on, today)
    household = _home(person, on)
    before = Work.objects.known().filter(person=person, valid_to=None).first()
    if before:
        _end(before, on=on, by=by)
    row = Work(
        person=person,
        household=household,
        village_code=household.village_code,
        place=place,
        address=address,
        employer=employer,
        months=months,
        pay_yuan=pay_yuan,
        valid_from=on,
        by=by,
    )
    return stand(row)


@transaction.atomic
def end_circumstance(*, row: Guarantee | Work, on: date, by: User | None, today: date) -> Guarantee | Work:
    """End a guarantee or work: `on` is the first day it holds no more."""
    refuse_future(on, today)
    if row.valid_to:
        raise Refused(f"{row} 已在 {full_day(row.valid_to)} 结束")
    return _end(row, on=on, by=by)


@transaction.atomic
def correct_circumstance(
    *, row: Guarantee | Work, by: User | None, today: date, valid_from: date, valid_to: date | None
) -> Guarantee | Work:
    """Let it hold over the period it really held."""
    for day in (valid_from, valid_to):
        if day:
            refuse_future(day, today)
    return rewrite(row, at=timezone.now(), valid_from=valid_from, valid_to=valid_to, by=by)


@transaction.atomic
def withdraw_circumstance(*, row: Guarantee | Work | IncomeStatement | Safeguard) -> None:
    """Take back what should never have been entered."""
    withdraw(row, at=timezone.now())


@transaction.atomic
def record_income(
    *,
    household: Household,
    kind: IncomeStatement.Kind,
    first_day: date,
    last_day: date,
    lines: Iterable[Line],
    by: User | None,
    people: int | None = None,
) -> IncomeStatement:
    """Income and spending over whole months; the same period again takes the place of what was known of it.

    `people` is who the income is divided by: the members on the last day, where nothing else is said. Refused without
    a line, or for a household without members.
    """
    lines = [line for line in lines if line.amount_yuan]
    if not lines:
        raise Refused("至少填一项收入或支出")
    people = people or Membership.objects.as_of(last_day).filter(household=household).count()
    if not people:
        raise Refused(f"这一户 {full_day(last_day)} 没有成员，请填人数")
    standing = IncomeStatement.objects.known().filter(
        household=household, kind=kind, first_day=first_day, last_day=last_day
    )
    at = timezone.now()
    for row in standing:
        withdraw(row, at=at)
    statement = stand(
        IncomeStatement(
            household=household,
            village_code=household.village_code,
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            people=people,
            recorded_at=at,
            by=by,
        )
    )
    for line in lines:
        stand(IncomeLine(statement=statement, **line._asdict()))
    return statement


@transaction.atomic
def record_safeguard(
    *,
    household: Household,
    kind: Safeguard.Kind,
    checked_on: date,
    is_safe: bool,
    by: User | None,
    today: date,
    problem: str = "",
) -> Safeguard:
    """What a check of 三保障 or water found on a day; the same day again takes its place. Refused for a problem unnamed."""
    refuse_future(checked_on, today)
    at = timezone.now()
    for row in Safeguard.objects.known().filter(household=household, kind=kind, checked_on=checked_on):
        withdraw(row, at=at)
    return stand(
        Safeguard(
            household=household,
            village_code=household.village_code,
            kind=kind,
            checked_on=checked_on,
            is_safe=is_safe,
            problem=problem,
            recorded_at=at,
            by=by,
        )
    )


@transaction.atomic
def solve_safeguard(*, safeguard: Safeguard, on: date, by: User | None, today: date) -> Safeguard:
    """The problem found is solved on the day. Refused where there was none, or before it was found."""
    refuse_future(on, today)
    if safeguard.is_safe:
        raise Refused("这一项本来就有保障")
    if on < safeguard.checked_on:
        raise Refused(f"早于发现问题的日期（{full_day(safeguard.checked_on)}），请核对")
    return rewrite(safeguard, at=timezone.now(), solved_on=on, by=by)


def income_year(last_day_year: int) -> tuple[date, date]:
    """A 脱贫户's year: from 1 October of the year before to 30 September (domain: income)."""
    return date(last_day_year - 1, 10, 1), date(last_day_year, 9, 30)


def _home(person: Person, on: date) -> Household:
    row = Membership.objects.as_of(on).select_related("household").filter(person=person).first()
    if row is None:
        raise Refused(f"{person.name}在 {full_day(on)} 不是哪一户的成员，请核对日期")
    return row.household


def _end(row: Guarantee | Work, *, on: date, by: User | None) -> Guarantee | Work:
    if on <= row.valid_from:
        raise Refused(f"{row} {full_day(row.valid_from)} 才开始，要晚于这一天")
    return rewrite(row, at=timezone.now(), valid_to=on, by=by)
