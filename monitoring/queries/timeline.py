"""What has happened to a case and what is ahead, one entry a step, as its page tells it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from monitoring.models import Case, CaseEvent, Step
from monitoring.queries.case_facts import CaseFacts
from monitoring.queries.next_step import RESULT, RETURN, NextStep
from paibou.lib.wording import day as said

DONE, NOW, LATE, AHEAD = "is-done", "is-now", "is-late", "is-ahead"
RESULTS = {"none": "无异议", "settled": "有异议，已处理"}


@dataclass(frozen=True)
class Entry:
    """One line of the time line; `when` is in words, `took` how long against the limit, `is_met` whether within it."""

    when: str
    title: str
    look: str
    text: str = ""
    took: str = ""
    is_met: bool = True
    tag: str = ""
    event: CaseEvent | None = None
    corrected: bool = False
    key: str = ""  # of the step, to open its form


def timeline(facts: CaseFacts, step: NextStep | None, gone: Iterable[CaseEvent], today: date) -> list[Entry]:
    """Done and ahead, in the order of the road; then what came beside; corrections crossed through where they stood."""
    so_far = facts.so_far
    tasks = {task.step: task for task in (step, *step.together) if task and task.step} if step else {}
    entries: list[Entry] = []
    for each in _shown(facts):
        standing = so_far.standing.get(each)
        entries += [_crossed(event, today) for event in gone if event.step == each]
        entries += [
            _turned(event, today) for event in so_far.history if event.step == each and event.outcome != "passed"
        ]
        if standing:
            entry = _done(standing, facts, today)
            entries.append(entry)
        elif so_far.state not in (Case.State.REFUSED, Case.State.ENDED):
            entries.append(_ahead(each, facts, tasks, today))
    beside = [event for event in so_far.history if event.step in Step.repeated()]
    entries += [_done(event, facts, today) for event in beside]
    entries += [_crossed(event, today) for event in gone if event.step in Step.repeated()]
    return entries


def _shown(facts: CaseFacts) -> Iterator[Step]:
    so_far = facts.so_far
    order = list(facts.limits.order)
    yield Step.CLUE
    yield from [step for step in order if step != order[-1] or order[-1] != Step.COMPARED]
    yield Step.PUBLICISED
    if order[-1] == Step.COMPARED:
        yield Step.COMPARED
    yield from (Step.REVIEWED, Step.APPROVED, Step.ANNOUNCED, Step.ENTERED)
    touched = {event.step for event in so_far.history}
    if Step.LABELLED in touched:
        yield Step.LABELLED
    if touched & set(Step.eliminating()):
        yield from Step.eliminating()
    if Step.ENDED in touched:
        yield Step.ENDED


def _done(event: CaseEvent, facts: CaseFacts, today: date) -> Entry:
    step = Step(event.step)
    over = facts.so_far.is_done(step) or step in Step.repeated()
    took, is_met = _took(event, facts)
    when = said(event.on, today)
    if step in Step.publicities() and event.ends_on:
        when = f"{when}起"
    if step == Step.COMPARED:
        when = f"{when}发出"
    look = DONE if over else NOW
    if not over and event.ends_on and event.ends_on < today:
        look = LATE
    return Entry(when, step.label, look, words(event, today), took, is_met, "" if over else "进行中", event)


def _took(event: CaseEvent, facts: CaseFacts) -> tuple[str, bool]:
    limits, day_of = facts.limits, facts.so_far.day_of
    since, limit = {
        Step.AUTHORISED: (day_of(Step.CLUE), limits.authorise_days),
        Step.VERIFIED: (day_of(Step.AUTHORISED), limits.verify_days),
        Step.ASSESSED: (day_of(Step.AUTHORISED), limits.assess_days),
        Step.APPROVED: (day_of(Step.CLUE), limits.approve_days),
    }.get(Step(event.step), (None, 0))
    if since is None:
        return "", True
    days = (event.on - since).days
    return (f"{days} 天，限 {limit} 天" if days else "当天"), days <= limit


def words(event: CaseEvent, today: date) -> str:
    """What an event says beside its day."""
    detail = event.detail
    parts = [
        Case.Channel(detail["channel"]).label if detail.get("channel") else "",
        f"{event.people} 人" if event.people is not None else "",
        event.number,
        f"{detail['filled_by']}代填" if detail.get("filled_by") else "",
        f"{detail['signers']} 名成年人签字按手印" if detail.get("signers") else "",
        detail.get("visitor", ""),
        _ended(event, today),
        _compared(detail),
        Case.Kind(detail["kind"]).label if event.step == Step.RECLASSIFIED else "",
        Case.Elimination(detail["way"]).label if detail.get("way") else "",
        Case.EndReason(detail["reason"]).label if detail.get("reason") else "",
        detail.get("objections", ""),
        detail.get("who", ""),
        event.note,
    ]
    return "；".join(part for part in parts if part)


def _ended(event: CaseEvent, today: date) -> str:
    if event.ends_on is None:
        return ""
    if event.step == Step.COMPARED:
        return f"{said(event.ends_on, today)}返回"
    result = RESULTS.get(event.detail.get("result", ""), "")
    return f"到{said(event.ends_on, today)}{f'，{result}' if result else ''}"


def _compared(detail: dict) -> str:
    asked, back = detail.get("asked"), detail.get("returned")
    counted = f"已返回 {back or 0} / {asked} 部门" if asked else ""
    found = detail.get("found", "")
    said_of_it = "，已说明" if detail.get("explained") else "，没有说明"
    return "；".join(part for part in (counted, f"{found}{said_of_it}" if found else "") if part)


def _turned(event: CaseEvent, today: date) -> Entry:
    step = Step(event.step)
    target = event.detail.get("back_to")
    tag = f"退回到{Step(target).label}" if target else event.get_outcome_display()
    return Entry(said(event.on, today), step.label, NOW, event.note, tag=tag, event=event)


def _crossed(event: CaseEvent, today: date) -> Entry:
    who = event.withdrawn_by.name if event.withdrawn_by else ""
    why = f"{who}更正：{event.withdrawn_why}" if event.withdrawn_why else ""
    return Entry(said(event.on, today), event.get_step_display(), AHEAD, why, corrected=True)


def _ahead(step: Step, facts: CaseFacts, tasks: dict, today: date) -> Entry:
    task = tasks.get(step)
    if task is None or task.slug in (RESULT, RETURN):
        return Entry("–", step.label, AHEAD, _rule(step, facts))
    if task.until is None:
        return Entry("现在可办", step.label, NOW, task.why, key=step)
    look = LATE if task.days_late(today) else NOW
    return Entry(f"{said(task.until, today)}前", step.label, look, task.why, key=step)


def _rule(step: Step, facts: CaseFacts) -> str:
    limits = facts.limits
    return {
        Step.VERIFIED: f"申请起 {limits.verify_days} 天内",
        Step.PUBLICISED: f"不少于 {limits.publicity_days} 天",
        Step.RISK_PUBLICISED: f"不少于 {limits.publicity_days} 天",
        Step.APPROVED: f"线索起 {limits.approve_days} 天内",
    }.get(step, "")
