"""One step of a case registered, finished, corrected, taken back: the only writer of case events."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from households.models import Household, Membership, Visit
from monitoring.models import Case, CaseEvent, CaseEventMember, Paper, Step
from monitoring.models.step import behind
from monitoring.queries.case import first_measure_on, misfit, next_clue_on, progress_of, rules_of
from monitoring.queries.days import Days, closed_on
from monitoring.queries.limits import Limits
from monitoring.queries.progress import Progress
from monitoring.services.case_draft import Draft
from monitoring.services.case_reasons import refuse_without_reason
from monitoring.services.case_registration import households_of, sync_registration
from paibou.lib.refused import Refused, in_their_words
from paibou.lib.wording import full_day

Outcome = CaseEvent.Outcome


@transaction.atomic
def advance_case(
    *,
    case: Case,
    step: str,
    on: date,
    by: User,
    today: date,
    outcome: str = Outcome.PASSED,
    ends_on: date | None = None,
    number: str = "",
    note: str = "",
    detail: Mapping[str, Any] | None = None,
    paper: Paper | None = None,
) -> CaseEvent:
    """Register a step of a case: passed, refused (不通过), or sent back to `detail["back_to"]`.

    Refused when the step is not due, its days break the date rules, or a reason is due and not given.
    """
    draft = Draft(Step(step), on, outcome, ends_on, number.strip(), note.strip(), dict(detail or {}), paper)
    case, limits, so_far = _hold(case)
    _refuse_untimely(draft, so_far, limits)
    _refuse_days(draft, case, so_far, limits, today)
    if draft.outcome == Outcome.PASSED:
        _refuse_misfit(draft, case)
        draft = refuse_without_reason(case=case, draft=draft, so_far=so_far, limits=limits, today=today)
    position = max((event.position for event in so_far.history), default=0) + 1
    event = _write(case, case.household, draft, position, by)
    _settle(case, limits, by, today)
    return event


@transaction.atomic
def finish_step(
    *, event: CaseEvent, by: User, today: date, ends_on: date | None = None, detail: Mapping[str, Any] | None = None
) -> CaseEvent:
    """Add what a lasting step was waiting for: the comparison came back, the publicity ended with its result."""
    if event.step not in Step.lasting():
        raise ValueError(f"{event.step} is over on its day")
    return _rewrite(
        event, {"ends_on": ends_on or event.ends_on, "detail": {**event.detail, **(detail or {})}}, by, today
    )


@transaction.atomic
def correct_step(*, event: CaseEvent, why: str, by: User, today: date, **changes: Any) -> CaseEvent:
    """Let the step say otherwise: it is withdrawn with who and why, another stands in its place, people frozen anew.

    Refused when the new days break a rule, or when the day is that of a paper for many: then the paper is corrected.
    """
    if not why.strip():
        raise Refused("更正要写明原因")
    if event.paper_id and {"on", "ends_on"} & set(changes) and changes.get("paper") is None:
        raise Refused("这一步的日期在会议、公示或批复上；到那一件上更正日期，或把这一户从里面拿出来")
    return _rewrite(event, changes, by, today, why.strip())


@transaction.atomic
def withdraw_step(*, event: CaseEvent, why: str, by: User, today: date) -> None:
    """Take a step back. Refused while later steps stand on it; the clue goes with its case."""
    if not why.strip():
        raise Refused("撤回要写明原因")
    if event.step == Step.CLUE:
        raise Refused("线索不能单独撤回；立错案的，撤回立案")
    case, limits, so_far = _hold(event.case)
    _refuse_gone(event)
    _refuse_stood_on(event, case, so_far, limits)
    _withdraw(event, by, why.strip())
    Visit.objects.filter(pk=event.detail.get("visit")).withdraw()  # the visit that was written with the step
    _settle(case, limits, by, today)


def _refuse_stood_on(event: CaseEvent, case: Case, so_far: Progress, limits: Limits) -> None:
    step = Step(event.step)
    if event.outcome != Outcome.PASSED and so_far.history[-1] != event:
        raise Refused("这次不通过或退回以后又登记了别的，不能撤回")
    if step in (Step.ELIMINATED, Step.ENDED) and next_clue_on(case):
        raise Refused("这一户后来又立了案，不能撤回")
    if so_far.standing.get(step) != event:
        return
    on_it = behind(step, limits.needs) | ({Step.ENDED} if step == Step.APPROVED else set())
    later = [each for each in so_far.standing if each in on_it and each != step]
    if later:
        raise Refused(f"后面的{min(later, key=list(Step).index).label}已经登记，先撤回那一步")
    if step == Step.APPROVED and (
        first_measure_on(case) or any(each.step in Step.repeated() for each in so_far.history)
    ):
        raise Refused("审定以后已有研判、类别变更或帮扶措施，先撤回那些")


def _hold(case: Case) -> tuple[Case, Limits, Progress]:
    """The case under a lock, as two people may register the same step at once."""
    held = Case.objects.select_for_update(of=("self",)).select_related("household").get(pk=case.pk)
    if held.withdrawn_at:
        raise Refused("这件案子已经撤回")
    limits = rules_of(held)
    return held, limits, progress_of(held, limits)


def _refuse_gone(event: CaseEvent) -> None:
    if not CaseEvent.objects.known().filter(pk=event.pk).exists():
        raise Refused("这一条刚才已被更正，刷新后再看")


def _refuse_untimely(draft: Draft, so_far: Progress, limits: Limits) -> None:
    step = draft.step
    if not so_far.may_come(step):
        done = step in so_far.standing
        raise Refused(
            f"{step.label}已经登记过；写错了先更正那一条"
            if done
            else f"现在是“{so_far.state.label}”，不能登记{step.label}"
        )
    if draft.outcome == Outcome.PASSED:
        if missing := so_far.missing(step, limits.needs):
            raise Refused(f"还没{_undone(missing[0], so_far)}，不能登记{step.label}；先登记{missing[0].label}")
        return
    if not draft.note:
        raise Refused("不通过或退回要写明原因")
    if step in (Step.CLUE, Step.ENDED, *Step.repeated()):
        raise Refused(f"{step.label}没有“{Outcome(draft.outcome).label}”")
    if draft.outcome == Outcome.SENT_BACK:
        _refuse_way_back(draft, so_far, limits)


def _undone(step: Step, so_far: Progress) -> str:
    if step in so_far.standing:
        return "登记公示结果" if step in Step.publicities() else "收到比对结果"
    return f"做{step.label}"


def _refuse_way_back(draft: Draft, so_far: Progress, limits: Limits) -> None:
    target = draft.detail.get("back_to", "")
    chain = Step.eliminating() if draft.step in Step.eliminating() else Step.identifying()[1:]
    if target not in chain or target not in so_far.standing or draft.step not in behind(Step(target), limits.needs):
        raise Refused("退回到哪一步没有选对；从已经登记的步骤里选")


def _refuse_days(draft: Draft, case: Case, so_far: Progress, limits: Limits, today: date) -> None:
    if draft.outcome != Outcome.PASSED:
        start = so_far.day_of(Step(draft.detail.get("back_to", Step.CLUE)))
        if draft.on > today:
            raise Refused(f"{full_day(draft.on)}还没到，请核对日期")
        if start and draft.on < start:
            raise Refused(f"{Outcome(draft.outcome).label}的日期早于线索或要退回的那一步（{full_day(start)}），请核对")
        return
    approves, closes = draft.step == Step.APPROVED, draft.step in (Step.ELIMINATED, Step.ENDED)
    days = Days(
        step=draft.step,
        on=draft.on,
        ends_on=draft.ends_on,
        so_far=so_far,
        limits=limits,
        today=today,
        measures_from=first_measure_on(case) if approves else None,
        earlier_case_ended=closed_on(case.predecessor) if case.predecessor else None,
        next_case_from=next_clue_on(case) if closes else None,
        alert_received_on=case.alert.received_on if case.alert and draft.step == Step.CLUE else None,
        system_on=_system_on(draft, so_far),
    )
    if sentence := days.wrong():
        raise Refused(sentence)
    if draft.detail.get("result") and draft.step in Step.publicities() and draft.ends_on and draft.ends_on > today:
        raise Refused(f"公示到 {full_day(draft.ends_on)}才满，期满后再登记结果")


def _system_on(draft: Draft, so_far: Progress) -> date | None:
    """系统识别时间 where it is said or its clue is corrected."""
    entered = so_far.standing.get(Step.ENTERED)
    detail = draft.detail if draft.step == Step.ENTERED else entered.detail if entered else {}
    told = detail.get("system_on") if draft.step in (Step.CLUE, Step.ENTERED) else None
    return date.fromisoformat(told) if told else None


def _refuse_misfit(draft: Draft, case: Case) -> None:
    if draft.step in (Step.RECLASSIFIED, Step.APPROVED) and (kind := draft.detail.get("kind")):
        if draft.step == Step.RECLASSIFIED and kind == case.kind:
            raise Refused("类别和现在的一样，不用变更")
        if sentence := misfit(case.household, kind, draft.on):
            raise Refused(sentence)


def _rewrite(event: CaseEvent, changes: Mapping[str, Any], by: User, today: date, why: str = "") -> CaseEvent:
    case, limits, so_far = _hold(event.case)
    _refuse_gone(event)
    draft = replace(
        Draft(
            Step(event.step),
            event.on,
            event.outcome,
            event.ends_on,
            event.number,
            event.note,
            event.detail,
            event.paper,
        ),
        **changes,
    )
    _refuse_days(draft, case, so_far, limits, today)
    if draft.outcome == Outcome.PASSED:
        _refuse_misfit(draft, case)
        draft = refuse_without_reason(case=case, draft=draft, so_far=so_far, limits=limits, today=today)
    _withdraw(event, by if why else None, why)
    new = _write(case, event.household, draft, event.position, by)
    _settle(case, limits, by, today)
    return new


def _withdraw(event: CaseEvent, by: User | None, why: str) -> None:
    now = timezone.now()
    CaseEvent.objects.filter(pk=event.pk).update(withdrawn_at=now, withdrawn_by=by, withdrawn_why=why[:200])
    CaseEventMember.objects.filter(event=event).withdraw(now)


def _write(case: Case, household: Household, draft: Draft, position: int, by: User) -> CaseEvent:
    """`household` is the case's, or the one it had when the corrected step was done, as a case moves with its people."""
    event = CaseEvent(
        case=case,
        household=household,
        village_code=household.village_code,
        position=position,
        step=draft.step,
        outcome=draft.outcome,
        on=draft.on,
        ends_on=draft.ends_on,
        paper=draft.paper,
        number=draft.number,
        note=draft.note,
        detail=dict(draft.detail),
        by=by,
    )
    freezes = draft.step in Step.freezing() and draft.outcome == Outcome.PASSED
    members = _members(household, draft) if freezes else []
    event.people = len(members) if freezes else None
    event.save()
    CaseEventMember.objects.bulk_create(
        CaseEventMember(
            event=event,
            case=case,
            household=household,
            person=each.person,
            village_code=household.village_code,
            step=event.step,
            on=event.on,
            name=each.person.name,
            relation=each.relation,
        )
        for each in members
    )
    return event


def _members(household: Household, draft: Draft) -> list[Membership]:
    """The people of the household on the day. Of one that has gone as a whole, those of the day before."""
    rows = Membership.objects.filter(household=household).select_related("person").order_by("pk")
    members = list(rows.as_of(draft.on))
    if not members and draft.step == Step.ENDED:
        members = list(rows.as_of(draft.on - timedelta(days=1)))
    if not members and draft.step != Step.ENDED:
        raise Refused(f"{full_day(draft.on)}这一户没有家庭成员，先登记成员再{draft.step.label}")
    return members


def _settle(case: Case, limits: Limits, by: User, today: date) -> None:
    """Let the shadows and the registration say what the events say now."""
    was = (case.approved_on, case.ended_on)
    so_far = progress_of(case, limits)
    for name, value in _shadows(case, so_far).items():
        setattr(case, name, value)
    with in_their_words():
        case.save()
    if was != (case.approved_on, case.ended_on):
        for household in households_of(case):
            sync_registration(household=household, by=by, today=today)


def _shadows(case: Case, so_far: Progress) -> dict[str, Any]:
    entered, ended = so_far.standing.get(Step.ENTERED), so_far.standing.get(Step.ENDED)
    eliminated = so_far.standing.get(Step.ELIMINATED)
    system_on = entered.detail.get("system_on") if entered else None
    return {
        "state": so_far.state,
        "kind": so_far.kind or case.kind,
        "clue_on": so_far.day_of(Step.CLUE) or case.clue_on,
        "approved_on": so_far.day_of(Step.APPROVED),
        "announced_on": so_far.day_of(Step.ANNOUNCED),
        "system_on": date.fromisoformat(system_on) if system_on else so_far.day_of(Step.ENTERED),
        "labelled_on": so_far.day_of(Step.LABELLED),
        "eliminated_on": so_far.day_of(Step.ELIMINATED),
        "elimination": eliminated.detail.get("way", Case.Elimination.STEADY) if eliminated else "",
        "ended_on": so_far.day_of(Step.ENDED),
        "end_reason": ended.detail["reason"] if ended else "",
    }
