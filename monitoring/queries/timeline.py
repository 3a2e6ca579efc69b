"""What has happened to a case and what is ahead, one entry a step, as its page tells it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from monitoring.models import Case, CaseEvent, Step
from monitoring.models.paper import PAPER_OF
from monitoring.queries.case_facts import CaseFacts
from monitoring.queries.next_step import MEASURE, RESULT, RETURN, NextStep, Task
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
    paper: str = ""  # what the paper it stands on is called


def timeline(facts: CaseFacts, step: NextStep | None, gone: Iterable[CaseEvent], today: date) -> list[Entry]:
    """Done and ahead, in the order of the road; corrections crossed through where they stood."""
    tasks = (step, *step.together) if step else ()
    by_step = {task.step: task for task in tasks if task.step}
    gone = list(gone)
    entries: list[Entry] = []
    for each in _shown(facts):
        entries += [_crossed(event, today) for event in gone if event.step == each]
        entries += _entries_of(each, facts, by_step, today)
        if each == Step.ENTERED:
            entries += _help(facts, tasks, today)
    return entries


def beside(facts: CaseFacts, gone: Iterable[CaseEvent], today: date) -> list[Entry]:
    """Studies and changes of kind, the latest first."""
    repeated = [event for event in facts.so_far.history if event.step in Step.repeated()]
    crossed = [event for event in gone if event.step in Step.repeated()]
    entries = [(event.on, _done(event, facts, today)) for event in repeated]
    entries += [(event.on, _crossed(event, today)) for event in crossed]
    return [entry for _, entry in sorted(entries, key=lambda pair: pair[0], reverse=True)]


def _entries_of(step: Step, facts: CaseFacts, tasks: Mapping[Step, Task], today: date) -> Iterator[Entry]:
    so_far = facts.so_far
    for event in so_far.history:
        if event.step == step and event.outcome != CaseEvent.Outcome.PASSED:
            yield _turned(event, today)
    if step in so_far.standing:
        yield _done(so_far.standing[step], facts, today)
    elif so_far.state not in (Case.State.REFUSED, Case.State.ENDED):
        yield _ahead(step, facts, tasks, today)


def _help(facts: CaseFacts, tasks: Iterable[Task], today: date) -> Iterator[Entry]:
    approved, first, limit = facts.so_far.day_of(Step.APPROVED), facts.first_measure_on, facts.limits.measure_days
    if approved and first:
        days = (first - approved).days
        took = f"{days} 天，限 {limit} 天" if days else "当天"
        yield Entry(said(first, today), "帮扶措施", DONE, "第一项措施开始", took, days <= limit)
    elif approved is None and facts.so_far.state == Case.State.IDENTIFYING:
        yield Entry(f"纳入后 {limit} 天内", "帮扶措施", AHEAD)
    for task in tasks:
        if task.slug == MEASURE and task.until:
            look = LATE if task.days_late(today) else NOW
            yield Entry(f"{said(task.until, today)}前", "帮扶措施", look, task.why)


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
    paper = PAPER_OF[step].label if event.paper_id else ""
    closed = facts.so_far.state in (Case.State.REFUSED, Case.State.ENDED)
    look = DONE if over or closed else NOW
    if not over and not closed and event.ends_on and event.ends_on < today:
        look = LATE
    return Entry(
        said(event.on, today),
        step.label,
        look,
        words(event, today),
        took,
        is_met,
        "" if over else "没有办完" if closed else "进行中",
        event,
        paper=paper,
    )


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
        f"系统识别时间 {said(_system_on(event), today)}" if event.step == Step.ENTERED else "",
        event.note,
    ]
    return "；".join(part for part in parts if part)


def _system_on(event: CaseEvent) -> date:
    told = event.detail.get("system_on")
    return date.fromisoformat(told) if told else event.on


def _ended(event: CaseEvent, today: date) -> str:
    if event.step == Step.COMPARED:
        return f"发出，{said(event.ends_on, today)}返回" if event.ends_on else "发出"
    if event.ends_on is None:
        return ""
    result = RESULTS.get(event.detail.get("result", ""), "")
    return f"公示到{said(event.ends_on, today)}{f'，{result}' if result else ''}"


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


def _ahead(step: Step, facts: CaseFacts, tasks: Mapping[Step, Task], today: date) -> Entry:
    task = tasks.get(step)
    if task is None or task.slug in (RESULT, RETURN):
        return Entry("–", step.label, AHEAD, _rule(step, facts))
    if task.until is None:
        return Entry("现在可办", step.label, NOW, task.why)
    look = LATE if task.days_late(today) else NOW
    return Entry(f"{said(task.until, today)}前", step.label, look, task.why)


def _rule(step: Step, facts: CaseFacts) -> str:
    limits = facts.limits
    return {
        Step.VERIFIED: f"申请起 {limits.verify_days} 天内",
        Step.PUBLICISED: f"不少于 {limits.publicity_days} 天",
        Step.RISK_PUBLICISED: f"不少于 {limits.publicity_days} 天",
        Step.APPROVED: f"线索起 {limits.approve_days} 天内",
    }.get(step, "")
