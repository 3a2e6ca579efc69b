"""Lists of cases: the views with their counts, who is late, who waits for a paper or a study."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from monitoring.models import Case, CaseEvent, Paper, Step
from monitoring.models.paper import PAPER_STEPS
from monitoring.queries.case_facts import CaseFacts, facts_of
from monitoring.queries.months import half_year
from monitoring.queries.next_step import NextStep, next_step

State = Case.State
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "open": ("在办", tuple(State.open())),
    "identifying": ("识别中", (State.IDENTIFYING,)),
    "monitored": ("未消除", tuple(State.unresolved())),
    "labelled": ("兜底", (State.LABELLED,)),
    "eliminated": ("已消除", (State.ELIMINATED,)),
    "ended": ("已终止", (State.ENDED,)),
    "refused": ("未纳入", (State.REFUSED,)),
    "all": ("全部", tuple(State.values)),
}
MOST_LATE = 5000  # open cases looked at for lateness; a province has fewer in a county


def view_counts(cases: QuerySet[Case]) -> dict[str, int]:
    """How many of the cases each view holds, in one statement."""
    counts = {name: Count("pk", filter=Q(state__in=states)) for name, (_, states) in VIEWS.items()}
    return cases.order_by().aggregate(**counts)


def late_cases(user: User, today: date) -> list[int]:
    """Keys of the open cases whose next step is late."""
    cases = Case.objects.open().visible_to(user).order_by("pk")[:MOST_LATE]
    return [facts.case.pk for facts, step in next_steps(cases, today) if step and step.days_late(today)]


def next_steps(cases: Iterable[Case], today: date) -> list[tuple[CaseFacts, NextStep | None]]:
    """Each case with what it waits for, in six statements at most."""
    return [(facts, next_step(facts, today)) for facts in facts_of(cases, today)]


def due_for_paper(user: User, kind: str, today: date, *, step: str = "") -> list[tuple[CaseFacts, Step]]:
    """Open cases a paper of the kind may be made for now, each with the step it would write; by village."""
    wanted = [Step(step)] if step else [each for each in PAPER_STEPS[Paper.Kind(kind)] if each != Step.LABELLED]
    cases = Case.objects.open().visible_to(user).for_list().order_by("village_code", "clue_on", "pk")
    found = []
    for facts in facts_of(cases, today):
        due = facts.so_far.due(facts.limits.needs)
        hit = next((each for each in wanted if each in due), None)
        if hit:
            found.append((facts, hit))
    return found


def alike(user: User, facts: CaseFacts, step: NextStep, today: date) -> int:
    """How many other cases of the village wait for the same thing."""
    others = Case.objects.open().visible_to(user).filter(village_code=facts.case.village_code).exclude(pk=facts.case.pk)
    return sum(bool(other and other.slug == step.slug) for _, other in next_steps(others, today))


def without_study(user: User, today: date) -> QuerySet[Case]:
    """未消除 cases taken up before the half year began and not studied in it."""
    first, last = half_year(today)
    studied = CaseEvent.objects.known().filter(case=OuterRef("pk"), step=Step.STUDIED, on__range=(first, last))
    return (
        Case.objects.unresolved().visible_to(user).filter(~Exists(studied), approved_on__lt=first)
        .for_list().order_by("village_code", "approved_on", "pk")
    )  # fmt: skip
