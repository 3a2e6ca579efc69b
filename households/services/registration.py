"""在册登记: a household on file as 脱贫户 or 监测对象, from a day to a day."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from households.models import Household, Registration
from households.services.dated import refuse_future, rewrite, stand, withdraw
from households.services.spells import rebuild_spells
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day


@transaction.atomic
def register_household(
    *,
    household: Household,
    kind: Registration.Kind,
    on: date,
    by: User | None,
    today: date,
    without_benefits: bool = False,
) -> Registration:
    """Put the household on file from the day on. Refused when it is already, or was not open on the day."""
    refuse_future(on, today)
    if on < household.opened_on or (household.closed_on and on >= household.closed_on):
        raise Refused(f"{household}在 {full_day(on)} 没有开户或已经销户，不能登记在册")
    row = Registration(
        household=household,
        village_code=household.village_code,
        kind=kind,
        valid_from=on,
        valid_to=household.closed_on,
        end_reason=household.close_reason,
        without_benefits=without_benefits,
        by=by,
    )
    stand(row)
    rebuild_spells([household.pk])
    return row


@transaction.atomic
def end_registration(
    *, household: Household, kind: Registration.Kind, on: date, reason: str, by: User | None, today: date
) -> Registration:
    """Take the household off file: `on` is the first day it is so. Refused when it is not on file before that day."""
    refuse_future(on, today)
    row = Registration.objects.known().filter(household=household, kind=kind, valid_to=None).first()
    if row is None:
        raise Refused(f"{household}现在没有登记为{Registration.Kind(kind).label}，不用终止")
    if on <= row.valid_from:
        raise Refused(f"{full_day(row.valid_from)} 才登记为{row.get_kind_display()}，终止要晚于这一天")
    return correct_registration(registration=row, by=by, valid_from=row.valid_from, valid_to=on, end_reason=reason)


@transaction.atomic
def correct_registration(
    *, registration: Registration, by: User | None, valid_from: date, valid_to: date | None, end_reason: str = ""
) -> Registration:
    """Let the registration hold over another period; what was known before stays known as it was."""
    if valid_to and not end_reason:
        raise Refused("结束在册要写明原因")
    row = rewrite(
        registration,
        at=timezone.now(),
        valid_from=valid_from,
        valid_to=valid_to,
        end_reason=end_reason if valid_to else "",
        by=by,
    )
    rebuild_spells([row.household_id])
    return row


@transaction.atomic
def withdraw_registration(*, registration: Registration) -> None:
    """Take back a registration that should never have been."""
    withdraw(registration, at=timezone.now())
    rebuild_spells([registration.household_id])
