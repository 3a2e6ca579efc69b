"""Cases opened, and taken back when they were opened by mistake."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from households.models import Household, Visit
from monitoring.models import Alert, Case, CaseEvent, Step
from monitoring.queries.case import earlier_case, misfit, unknown_risks
from monitoring.queries.limits import limits_of
from paibou.lib.refused import Refused, in_their_words
from paibou.lib.wording import full_day


@transaction.atomic
def open_case(
    *,
    household: Household,
    kind: str,
    channel: str,
    clue_on: date,
    by: User,
    alert: Alert | None = None,
    visit: Visit | None = None,
    risks: Sequence[str] = (),
    note: str = "",
    today: date | None = None,
) -> Case:
    """Open the case of a household on a clue, linked to the last time it was taken up.

    Refused when one is open, the kind does not fit the household, or the day is to come, before its alert was received
    or before the last case ended.
    """
    today = today or timezone.localdate()
    if clue_on > today:
        raise Refused(f"线索日期 {full_day(clue_on)}还没到，请核对")
    if alert and clue_on < alert.received_on:
        raise Refused(f"线索日期早于收到预警（{full_day(alert.received_on)}），请核对")
    if household.closed_on and household.closed_on <= clue_on:
        raise Refused(f"这一户 {full_day(household.closed_on)}已销户，不能立案")
    if Case.objects.open().filter(household=household).exists():
        raise Refused("这一户已有在办的监测案件，先办完那一件")
    if sentence := misfit(household, kind, clue_on):
        raise Refused(sentence)
    if unknown := unknown_risks(risks, limits_of(household.village_code, clue_on)):
        raise Refused(f"没有“{unknown[0]}”这种风险；从列出的里面选，或在设置里添上")
    before = earlier_case(household)
    over = (before.eliminated_on or before.ended_on) if before else None
    if over and clue_on < over:
        raise Refused(f"线索日期早于上一次监测结束（{full_day(over)}），请核对")
    case = Case(
        household=household,
        village_code=household.village_code,
        kind=kind,
        predecessor=before,
        channel=channel,
        clue_on=clue_on,
        alert=alert,
        visit=visit,
        risks=list(risks),
        by=by,
    )
    with in_their_words():
        case.save()
    CaseEvent.objects.create(
        case=case,
        household=household,
        village_code=case.village_code,
        position=1,
        step=Step.CLUE,
        on=clue_on,
        note=note,
        detail={"kind": kind, "channel": channel},
        by=by,
    )
    return case


@transaction.atomic
def withdraw_case(*, case: Case, why: str, by: User) -> None:
    """Take back a case opened by mistake; it stays on file as withdrawn. Refused once a step beyond the clue stands."""
    if not why.strip():
        raise Refused("撤回立案要写明原因")
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.withdrawn_at:
        raise Refused("这件案子已经撤回")
    events = CaseEvent.objects.known().filter(case=case)
    if events.exclude(step=Step.CLUE).exists():
        raise Refused("线索以后的步骤已经登记，不能撤回；不该纳入的在当前一步登记“不通过”")
    now = timezone.now()
    events.update(withdrawn_at=now, withdrawn_by=by, withdrawn_why=why.strip())
    Case.objects.filter(pk=case.pk).update(withdrawn_at=now)
