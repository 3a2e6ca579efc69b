"""What a household's and a person's page shows of cases."""

from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.roles import may
from households.models import Household, Person
from monitoring.models import Case, CaseEventMember, Measure
from monitoring.queries.case_list import next_steps
from paibou.lib.declarations import Panel, panels


def household_cases(row: Household, user: User, day: date) -> dict[str, Any] | None:
    """Every time the household was taken up, with what the open case waits for, and its measures."""
    if not may(user, "monitoring.view"):
        return None
    cases = Case.objects.known().filter(household=row, clue_on__lte=day).for_list().order_by("-clue_on", "-pk")
    may_open = may(user, "monitoring.change_case") and not row.closed_on
    lines = next_steps(cases, day)
    is_open = any(facts.case.state in Case.State.open() for facts, _ in lines)
    measures = Measure.objects.known().filter(household=row, first_day__lte=day).order_by("-first_day", "-pk")
    return {"household": row, "lines": lines, "may_open": may_open and not is_open, "measures": list(measures[:10])}


def person_cases(row: Person, user: User, day: date) -> dict[str, Any] | None:
    """The decisions that were made for this person, as the household stood then."""
    if not may(user, "monitoring.view"):
        return None
    rows = CaseEventMember.objects.known().filter(Q(person=row), on__lte=day).select_related("event", "household__head")
    decisions = list(rows.visible_to(user).order_by("-on", "-pk"))
    return {"person": row, "decisions": decisions} if decisions else None


panels.add("cases", Panel("cases", "household", "监测帮扶", "monitoring/case/_panel.html", household_cases, order=15))
panels.add(
    "person_cases", Panel("person_cases", "person", "监测决定", "monitoring/case/_person.html", person_cases, order=60)
)
