"""Whose turn it is to be visited: by the last visit and the interval that holds for the household."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.fields import DurationField
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.options import Values
from households.models import Household, Registration, Visit
from paibou.lib.declarations import Duty, duties

NEVER = date(2000, 1, 1)
USUAL = "visit_days_lifted"


def to_visit(user: User, day: date) -> QuerySet[Household]:
    """Open households on file that the user may reach, with `visited_on` (`NEVER` for none), `duty` and `due_on`."""
    standing = Registration.objects.as_of(day).filter(household=OuterRef("pk"))
    last = Visit.objects.known().filter(household=OuterRef("pk"), on__lte=day).order_by("-on", "-id").values("on")[:1]
    rows = Household.objects.visible_to(user).open(day).filter(Exists(standing)).select_related("head")
    days = _days(user, day)
    special = list(duties)
    whens = {duty.slug: When(pk__in=duty.households(day), then=Value(duty.slug)) for duty in special}
    rows = rows.annotate(
        visited_on=Coalesce(Subquery(last), Value(NEVER)), duty=Case(*whens.values(), default=Value(""))
    )
    gaps = [When(duty=duty.slug, then=Value(timedelta(days[duty.option]), DurationField())) for duty in special]
    gap = Case(*gaps, default=Value(timedelta(days[USUAL]), DurationField()))
    return rows.annotate(due_on=ExpressionWrapper(F("visited_on") + gap, output_field=DateField()))


def late(user: User, day: date) -> QuerySet[Household]:
    """Those whose last visit is longer ago than the interval."""
    return to_visit(user, day).filter(due_on__lt=day)  # type: ignore[misc]  # annotated


def by_slug() -> dict[str, Duty]:
    return {duty.slug: duty for duty in duties}


def _days(user: User, day: date) -> dict[str, Any]:
    """Days between visits by setting, as they are set where the user is."""
    code = (user.prefixes or [""])[0].ljust(12, "0")
    names = [USUAL, *(duty.option for duty in duties)]
    values = Values(names, day=day, village_codes=[code])
    return {name: values.of(name, code) for name in names}
