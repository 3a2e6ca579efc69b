"""What a case waits for: one pure function of its rows, which the case page, the lists and the 工作台 all call."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from monitoring.models import Case, Step
from monitoring.queries.case_facts import CaseFacts
from monitoring.queries.months import add_months, half_year
from paibou.lib.wording import day as said
from paibou.lib.wording import full_day

MEASURE, HELPER, VISIT = "measure", "helper", "visit"
RESULT, RETURN = "result", "return"  # of a publicity, of a comparison
_RULES = {
    Step.ANNOUNCED: "审定后公告",
    Step.ENTERED: "公告后录入系统，标注监测对象",
    Step.RISK_ASSESSED: "入户核实后评议",
    Step.RISK_PUBLICISED: "评议后在村里公示",
    Step.RISK_REVIEWED: "公示期满无异议后审核",
    Step.ELIMINATED: "乡镇审核后报县级批准、公告",
}


@dataclass(frozen=True)
class Task:
    """One thing that may be done now: what, until when, by which rule; `slug` is a step or one of the words above."""

    slug: str
    what: str
    until: date | None
    why: str
    step: Step | None = None
    is_routine: bool = False
    opens_on: date | None = None  # a day before which it cannot be done: the end of a publicity

    def days_late(self, today: date) -> int:
        return max((today - self.until).days, 0) if self.until else 0


@dataclass(frozen=True)
class NextStep(Task):
    """The task that comes first; `together` are the others that may be done with it."""

    together: tuple[Task, ...] = field(default=())

    @property
    def number(self) -> int | None:
        """The step's place on the road from the clue, beginning at 1."""
        return Step.identifying().index(self.step) + 1 if self.step in Step.identifying() else None


def next_step(facts: CaseFacts, today: date) -> NextStep | None:
    """What comes first: what is late, then the road, then visits and studies. Nothing for a case that is over."""
    tasks = sorted(_tasks(facts, today), key=lambda task: _rank(task, today))
    if not tasks:
        return None
    first, rest = tasks[0], tasks[1:]
    return NextStep(**{each.name: getattr(first, each.name) for each in fields(Task)}, together=tuple(rest))


def closing_sentence(facts: CaseFacts) -> str:
    """What a case says that waits for nothing: `风险已消除 · 回访到 2026年4月`."""
    case = facts.case
    if case.state == Case.State.ELIMINATED and case.eliminated_on:
        until = add_months(case.eliminated_on, facts.now.follow_months)
        return f"{case.get_elimination_display()}风险 · 回访到 {until.year}年{until.month}月"
    if case.state == Case.State.ENDED:
        return f"{case.get_end_reason_display()} · {full_day(case.ended_on)}终止"
    turned = facts.so_far.turned_down
    if case.state == Case.State.REFUSED and turned:
        return f"{full_day(turned.on)} {turned.get_step_display()}不通过：{turned.note}"
    return ""


def _rank(task: Task, today: date) -> tuple[int, int, date]:
    return (0 if task.days_late(today) else 1, int(task.is_routine), task.until or date.max)


def _tasks(facts: CaseFacts, today: date) -> Iterator[Task]:
    state = facts.so_far.state
    if state == Case.State.IDENTIFYING:
        yield from _road(facts, Step.identifying())
    elif state in Case.State.unresolved():
        yield from _road(facts, [Step.ANNOUNCED, Step.ENTERED])
        yield from _help(facts)
        yield from _eliminating(facts, today)
        yield from _routine(facts, today)


def _road(facts: CaseFacts, steps: list[Step]) -> Iterator[Task]:
    so_far = facts.so_far
    for step in steps:
        running = so_far.standing.get(step)
        if running and not so_far.is_done(step):
            if step == Step.COMPARED:
                yield Task(
                    RETURN,
                    "比对返回",
                    _approval_limit(facts),
                    f"{said(running.on, running.on)}发出，返回后才能审核",
                    step,
                )
            else:
                why = "公示期满，登记有无异议后转乡镇审核"
                yield Task(RESULT, "登记公示结果", running.ends_on, why, step, opens_on=running.ends_on)
        elif not running and not so_far.missing(step, facts.limits.needs):
            until, why = _limit(facts, step)
            yield Task(step, step.label, until, why, step)


def _limit(facts: CaseFacts, step: Step) -> tuple[date | None, str]:
    """Until when a step that is due should be done, and the rule that says so."""
    limits, day_of = facts.limits, facts.so_far.day_of
    clue, authorised = day_of(Step.CLUE) or facts.case.clue_on, day_of(Step.AUTHORISED)
    if step == Step.AUTHORISED:
        return clue + timedelta(days=limits.authorise_days), f"线索起 {limits.authorise_days} 天内"
    if step == Step.VERIFIED and authorised:
        return authorised + timedelta(days=limits.verify_days), f"申请起 {limits.verify_days} 天内"
    if step == Step.ASSESSED and authorised:
        return authorised + timedelta(days=limits.assess_days), f"申请起 {limits.assess_days} 天内"
    approval = _approval_limit(facts)
    if step == Step.PUBLICISED:
        return approval - timedelta(days=limits.publicity_days), f"公示不少于 {limits.publicity_days} 天，之后还要审定"
    if step in (Step.COMPARED, Step.REVIEWED, Step.APPROVED):
        return approval, f"审定在线索起 {limits.approve_days} 天内"
    return None, _RULES.get(step, "")


def _approval_limit(facts: CaseFacts) -> date:
    clue = facts.so_far.day_of(Step.CLUE) or facts.case.clue_on
    return clue + timedelta(days=facts.limits.approve_days)


def _help(facts: CaseFacts) -> Iterator[Task]:
    approved = facts.so_far.day_of(Step.APPROVED)
    if approved is None:
        return
    until = approved + timedelta(days=facts.limits.measure_days)
    why = f"纳入后 {facts.limits.measure_days} 天内"
    if facts.first_measure_on is None:
        yield Task(MEASURE, "登记帮扶措施", until, why)
    if not facts.has_helper:
        yield Task(HELPER, "定帮扶联系人", until, why)


def _eliminating(facts: CaseFacts, today: date) -> Iterator[Task]:
    so_far, approved = facts.so_far, facts.so_far.day_of(Step.APPROVED)
    if Step.RISK_VERIFIED in so_far.standing:
        yield from _road(facts, Step.eliminating())
    elif so_far.state == Case.State.MONITORED and approved:
        full = add_months(approved, facts.limits.eliminate_months)
        if full <= today:
            why = f"识别已满 {facts.limits.eliminate_months} 个月，风险消除的可以入户核实"
            yield Task(Step.RISK_VERIFIED, "核实能否消除", None, why, Step.RISK_VERIFIED, is_routine=True)


def _routine(facts: CaseFacts, today: date) -> Iterator[Task]:
    approved = facts.so_far.day_of(Step.APPROVED)
    if approved is None:
        return
    since, days = max(facts.last_visit_on or approved, approved), facts.now.visit_days
    yield Task(VISIT, "走访", since + timedelta(days=days), f"风险没有消除的 {days} 天内走访一次", is_routine=True)
    first, last = half_year(today)
    if approved < first and not any(first <= study.on <= last for study in facts.so_far.studies):
        yield Task(Step.STUDIED, "综合研判", last, "每半年研判一次", Step.STUDIED, is_routine=True)
