"""Cases that fall into different periods by the day of approval, of the announcement, and of the national system."""

from dataclasses import dataclass
from datetime import date

from monitoring.models import Case, CaseEvent, Step
from reports.lines import Terms

DAYS = (Step.APPROVED, Step.ANNOUNCED, Step.ENTERED)


@dataclass(frozen=True)
class Straddling:
    """A case with its days; those outside the period are another period's."""

    case: Case
    days: dict[str, date | None]
    inside: dict[str, bool]


def straddling(terms: Terms) -> list[Straddling]:
    """Cases of which one of the three days lies in the period and another does not."""
    passed = CaseEvent.objects.inside(terms.prefix).known(terms.known_at).passed(*DAYS)
    cases = passed.filter(on__range=(terms.start, terms.end)).values("case")
    days: dict[int, dict[str, date]] = {}
    for case, step, on in passed.filter(case__in=cases).order_by("-on").values_list("case", "step", "on"):
        days.setdefault(case, {})[step] = on  # the first of several
    split = {case: found for case, found in days.items() if len({_in(on, terms) for on in found.values()}) > 1}
    rows = Case.objects.filter(pk__in=split).select_related("household__head").order_by("village_code", "pk")
    return [
        Straddling(
            case,
            {step: split[case.pk].get(step) for step in DAYS},
            {step: step in split[case.pk] and _in(split[case.pk][step], terms) for step in DAYS},
        )
        for case in rows
    ]


def _in(day: date, terms: Terms) -> bool:
    return terms.start <= day <= terms.end
