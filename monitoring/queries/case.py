"""Reads of a case across its tables."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef

from households.models import Household, Registration
from monitoring.models import Case, CaseEvent, Measure
from monitoring.models.case import CaseQuerySet
from monitoring.queries.limits import Limits, limits_of
from monitoring.queries.progress import Progress, progress


def rules_of(case: Case) -> Limits:
    """The settings a case goes by: those of the day of its clue, so that its order does not change on the way."""
    return limits_of(case.village_code, case.clue_on)


def progress_of(case: Case, limits: Limits) -> Progress:
    return progress(CaseEvent.objects.known().filter(case=case), limits.needs)


def earlier_case(household: Household) -> Case | None:
    """The last time the household was taken up, which a new case is linked to; else that of the one it split from."""
    taken_up = Case.objects.known().filter(approved_on__isnull=False).order_by("-approved_on", "-id")
    own = taken_up.filter(household=household).first()
    return own or taken_up.filter(household=household.predecessor_id).first()


def next_clue_on(case: Case) -> date | None:
    """The clue of the time the household was taken up again."""
    return (
        case.successors.known()
        .filter(household=case.household)
        .order_by("clue_on")
        .values_list("clue_on", flat=True)
        .first()
    )


def cases_ending_with(household: Household) -> CaseQuerySet:
    """Those that end when it closes: one taken up again counts by its later case."""
    here = Case.objects.known().filter(household=household)
    over = [Case.State.ENDED, Case.State.REFUSED]
    return here.exclude(state__in=over).exclude(Exists(here.filter(predecessor=OuterRef("pk"))))


def first_measure_on(case: Case) -> date | None:
    days = Measure.objects.known().filter(case=case).order_by("first_day").values_list("first_day", flat=True)
    return days.first()


def is_lifted(household: Household, day: date) -> bool:
    return Registration.objects.as_of(day).filter(household=household, kind=Registration.Kind.LIFTED).exists()


def misfit(household: Household, kind: str, day: date) -> str:
    """Why a kind does not fit the household; empty when it does. 突发严重困难户 may be of either sort."""
    lifted = is_lifted(household, day)
    if kind == Case.Kind.UNSTABLE and not lifted:
        return "脱贫不稳定户须是脱贫户；这一户不在脱贫户名册，改选边缘易致贫户或突发严重困难户"
    if kind == Case.Kind.MARGINAL and lifted:
        return "这一户是脱贫户，不能列为边缘易致贫户；改选脱贫不稳定户或突发严重困难户"
    return ""


def unknown_risks(risks: Iterable[str], limits: Limits) -> list[str]:
    return [risk for risk in risks if risk not in limits.risks]
