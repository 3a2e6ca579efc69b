"""Households on file as 监测对象: written from the decisions of their cases, so that a correction rewrites it too."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.models import User
from households.models import Household, Registration
from households.services.registration import correct_registration, register_household, withdraw_registration
from monitoring.models import Case, CaseEvent

KIND = Registration.Kind.MONITORED


@dataclass(frozen=True)
class Period:
    start: date
    end: date | None
    reason: str = ""


def sync_registration(*, household: Household, by: User, today: date) -> None:
    """On file from 审定 to 终止. Elimination does not end it; a second case while it holds adds nothing.

    Refused when the household was not open on the day.
    """
    wanted = _wanted(household)
    standing = list(Registration.objects.known().filter(household=household, kind=KIND).order_by("valid_from"))
    stays = {(row.valid_from, row.valid_to) for row in standing} & {(each.start, each.end) for each in wanted}
    standing = [row for row in standing if (row.valid_from, row.valid_to) not in stays]
    wanted = [each for each in wanted if (each.start, each.end) not in stays]
    for row in standing[len(wanted) :]:
        withdraw_registration(registration=row)
    for row, each in zip(standing, wanted, strict=False):
        correct_registration(registration=row, by=by, valid_from=each.start, valid_to=each.end, end_reason=each.reason)
    for each in wanted[len(standing) :]:
        row = register_household(household=household, kind=KIND, on=each.start, by=by, today=today)
        if row.valid_to != each.end:
            correct_registration(
                registration=row, by=by, valid_from=each.start, valid_to=each.end, end_reason=each.reason
            )


def households_of(case: Case) -> list[Household]:
    """Those the case has had: more than one where its people moved to another village."""
    keys = set(CaseEvent.objects.known().filter(case=case).values_list("household", flat=True)) | {case.household_id}
    return list(Household.objects.filter(pk__in=keys).order_by("opened_on", "pk"))


def _wanted(household: Household) -> list[Period]:
    """What the cases say, with overlapping and touching periods made one; cut where the household closes."""
    joined: list[Period] = []
    here = Q(household=household) | Q(pk__in=CaseEvent.objects.known().filter(household=household).values("case"))
    for case in Case.objects.known().filter(here, approved_on__isnull=False).order_by("approved_on"):
        period = _period(case, household)
        if period.end and period.end <= period.start:
            continue
        last = joined[-1] if joined else None
        if last and (last.end is None or period.start <= last.end):
            joined[-1] = Period(last.start, *_later(last, period))
        else:
            joined.append(period)
    return joined


def _period(case: Case, household: Household) -> Period:
    assert case.approved_on
    start = case.approved_on
    if household.predecessor_id in {one.pk for one in households_of(case)}:  # the case came here with its people
        start = max(start, household.opened_on)
    closes_first = household.closed_on and (case.ended_on is None or household.closed_on < case.ended_on)
    if closes_first:
        return Period(start, household.closed_on, household.close_reason)
    return Period(start, case.ended_on, case.get_end_reason_display())


def _later(one: Period, other: Period) -> tuple[date | None, str]:
    if one.end is None or other.end is None:
        return None, ""
    return max((one.end, one.reason), (other.end, other.reason))
