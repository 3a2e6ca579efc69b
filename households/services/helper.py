"""帮扶联系人: who helps a household over a time; one with an account may open that household for as long."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Grant, User
from accounts.services.user import add_grant, end_grant
from households.models import HelperAssignment, Household
from households.services.dated import refuse_future, rewrite, stand
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day


@transaction.atomic
def assign_helper(
    *,
    household: Household,
    on: date,
    by: User | None,
    today: date,
    name: str = "",
    unit: str = "",
    phone: str = "",
    user: User | None = None,
) -> HelperAssignment:
    """Name a helper from the day on; with an account, he may open the household from then.

    Refused when he helps it already, or the household is closed.
    """
    refuse_future(on, today)
    if household.closed_on:
        raise Refused("这一户已经销户，不再指定帮扶联系人")
    row = HelperAssignment(
        household=household,
        village_code=household.village_code,
        user=user,
        name=name or (user.name if user else ""),
        unit=unit,
        phone=phone or (user.phone if user else ""),
        valid_from=on,
        by=by,
    )
    stand(row)
    if user:
        add_grant(user=user, by=by, household_id=household.pk, valid_from=on)
    return row


@transaction.atomic
def end_helper(*, assignment: HelperAssignment, on: date, by: User | None, today: date) -> HelperAssignment:
    """End the assignment: `on` is the first day he helps no more, and may no longer open the household."""
    refuse_future(on, today)
    if assignment.valid_to:
        raise Refused(f"{assignment.name} {full_day(assignment.valid_to)} 已经结束帮扶")
    if on <= assignment.valid_from:
        raise Refused(f"{assignment.name} {full_day(assignment.valid_from)} 才开始帮扶，结束要晚于这一天")
    row = rewrite(assignment, at=timezone.now(), valid_to=on, by=by)
    _end_grants(row, on, by)
    return row


def _end_grants(row: HelperAssignment, on: date, by: User | None) -> None:
    if row.user_id is None:
        return
    standing = Grant.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), user=row.user_id, household_id=row.household_id
    )
    for grant in standing:
        end_grant(grant=grant, on=on, by=by)
