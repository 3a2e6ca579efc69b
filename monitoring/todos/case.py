"""What of cases waits for a user today: the next step of each open case, like with like by village and day."""

from collections import defaultdict
from datetime import date, timedelta

from django.urls import reverse

from accounts.models import User
from accounts.roles import may
from monitoring.models import Case, Paper, Step
from monitoring.models.paper import PAPER_OF
from monitoring.queries.case_facts import CaseFacts
from monitoring.queries.case_list import next_steps, without_study
from monitoring.queries.months import half_year
from monitoring.queries.next_step import RESULT, VISIT, NextStep
from monitoring.queries.places import name_places, place_of
from paibou.lib.declarations import Todo, Waiting, todos

SOON = timedelta(days=31)  # what is due later does not stand on the 工作台
SHOWN_ALONE = 2  # so many households of one step stand by name; more stand as a number
MOST_CASES = 2000


def steps(user: User, day: date) -> list[Waiting]:
    """For those who register steps: what each open case waits for. Visits stand with the households."""
    if not may(user, "monitoring.change_case"):
        return []
    cases = list(Case.objects.open().visible_to(user).for_list().order_by("village_code", "pk")[:MOST_CASES])
    name_places(cases)
    alike: dict[tuple[str, str], list[tuple[CaseFacts, NextStep]]] = defaultdict(list)
    for facts, step in next_steps(cases, day):
        if step and step.slug not in (VISIT, Step.STUDIED) and (step.until is None or step.until <= day + SOON):
            alike[step.slug, facts.case.village_code].append((facts, step))
    return [line for group in alike.values() for line in _lines(group, day)]


def _lines(group: list[tuple[CaseFacts, NextStep]], day: date) -> list[Waiting]:
    if len(group) <= SHOWN_ALONE:
        return [
            _waiting(f"{facts.case.household} {step.what}", _page(facts), [(facts, step)], day) for facts, step in group
        ]
    facts, step = group[0]
    return [_waiting(f"{place_of(facts.case)} {step.what}", _together(facts, step), group, day)]


def _waiting(what: str, url: str, group: list[tuple[CaseFacts, NextStep]], day: date) -> Waiting:
    limits = [step.until for _, step in group if step.until]
    late = sum(bool(step.days_late(day)) for _, step in group)
    return Waiting(what, url, len(group), due_on=min(limits, default=None), late=late, unit="户")


def _page(facts: CaseFacts) -> str:
    return reverse("monitoring:case_detail", args=[facts.case.pk])


def _together(facts: CaseFacts, step: NextStep) -> str:
    """Where many are done at once: the paper they stand on, else the list."""
    if step.slug == RESULT:
        return f"{reverse('monitoring:paper_list')}?kind={Paper.Kind.PUBLICITY}"
    kind = PAPER_OF.get(Step(step.slug)) if step.slug in Step.values else None
    if kind:
        return f"{reverse('monitoring:paper_add', args=[kind])}?case={facts.case.pk}"
    return f"{reverse('monitoring:case_list')}?view=open&village={facts.case.village_code}"


def studies(user: User, day: date) -> list[Waiting]:
    """综合研判 of the half year, until its last day."""
    if not may(user, "monitoring.review_cases"):
        return []
    count = without_study(user, day).count()
    last = half_year(day)[1]
    if not count or last - day > SOON * 2:
        return []
    return [Waiting("综合研判还没做完", reverse("monitoring:study_list"), count, due_on=last, unit="户")]


todos.add("cases", Todo("cases", "监测对象", steps, order=20))
todos.add("studies", Todo("studies", "综合研判", studies, order=22))
