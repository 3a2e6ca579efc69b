"""All that the next step of cases is reckoned from, read in five statements for any number of cases."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from households.models import HelperAssignment, Visit
from monitoring.models import Case, CaseEvent, Measure
from monitoring.queries.limits import LimitBook, Limits
from monitoring.queries.progress import Progress, progress


@dataclass(frozen=True)
class CaseFacts:
    """The rows of one case that say what comes next. `limits` are those of its clue, `now` those of today."""

    case: Case
    so_far: Progress
    limits: Limits
    now: Limits
    first_measure_on: date | None = None
    last_visit_on: date | None = None
    has_helper: bool = False


def facts_of(cases: Iterable[Case], day: date) -> list[CaseFacts]:
    """The facts of each case as of the day, in the order given."""
    cases = list(cases)
    keys = [case.pk for case in cases]
    households = [case.household_id for case in cases]
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for event in CaseEvent.objects.known().filter(case__in=keys):
        events[event.case_id].append(event)
    measured = dict(
        Measure.objects.known()
        .filter(case__in=keys)
        .values("case")
        .annotate(d=Min("first_day"))
        .values_list("case", "d")
    )
    visited = dict(
        Visit.objects.known()
        .filter(household__in=households, on__lte=day)
        .values("household")
        .annotate(d=Max("on"))
        .values_list("household", "d")
    )
    helped = set(
        HelperAssignment.objects.as_of(day).filter(household__in=households).values_list("household", flat=True)
    )
    book = LimitBook()
    return [
        CaseFacts(
            case=case,
            so_far=progress(events[case.pk], book.of(case.village_code, case.clue_on).needs),
            limits=book.of(case.village_code, case.clue_on),
            now=book.of(case.village_code, day),
            first_measure_on=measured.get(case.pk),
            last_visit_on=visited.get(case.household_id),
            has_helper=case.household_id in helped,
        )
        for case in cases
    ]
