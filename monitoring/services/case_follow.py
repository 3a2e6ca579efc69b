"""Cases follow their households: one that moves takes its case along, one that closes brings it to its end."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from households.models import Household
from monitoring.models import Case, CaseEvent, Step
from monitoring.queries.case import cases_ending_with
from monitoring.services.case_registration import sync_registration
from monitoring.services.case_step import advance_case, withdraw_step

State = Case.State
CLOSED = "closed_household"  # in the detail of an end that came with the closing of a household


@transaction.atomic
def end_with_household(*, household: Household, into: Household | None, on: date, reason: str, by: User | None) -> None:
    """A household that moves to another village keeps its case there. Otherwise 终止 on the day the household closes: 合并 when its people are in another household, else 整户自然减少.

    A case eliminated before ends too, as the household leaves the register, unless the household was taken up again:
    then the later one does. One still being identified is ended likewise. A command that nobody signs (`by` is None) leaves the case open; 数据体检 lists it.
    """
    if into is not None and _has_moved(household, into):
        carry_case(household=household, into=into)
        return
    if by is None:
        return
    merged = Case.EndReason.MERGED if into else Case.EndReason.GONE
    for case in cases_ending_with(household).order_by("clue_on", "pk"):
        latest = CaseEvent.objects.known().filter(case=case).order_by("-on").values_list("on", flat=True).first()
        advance_case(
            case=case,
            step=Step.ENDED,
            on=max(on, latest or on),
            by=by,
            today=max(on, latest or on),
            detail={"reason": merged, CLOSED: household.pk},
            note=reason,
        )


@transaction.atomic
def reopen_with_household(*, household: Household, by: User | None) -> None:
    """A closing that was wrong is taken back, and with it the ends it made. A case ended on its own stays ended.

    Where one stays ended, the register says so too. A command that nobody signs takes nothing back.
    """
    if by is None:
        return
    today = timezone.localdate()
    ends = CaseEvent.objects.known().filter(step=Step.ENDED, **{f"detail__{CLOSED}": household.pk})
    for event in ends.select_related("case").order_by("-on", "-pk"):
        withdraw_step(event=event, why="撤回销户", by=by, today=today)
    if Case.objects.known().filter(household=household, ended_on__isnull=False).exists():
        sync_registration(household=household, by=by, today=today)


def _has_moved(household: Household, into: Household) -> bool:
    """It lives on in another village. One that goes back to those who split from it stays in its own: 合并."""
    return into.predecessor_id == household.pk and into.village_code != household.village_code


def carry_case(*, household: Household, into: Household) -> None:
    """What was decided stays with the household it was decided for; what comes next is written for the new one."""
    moving = Case.objects.known().filter(household=household).exclude(state__in=[State.ENDED, State.REFUSED])
    moving.update(household=into, village_code=into.village_code)
