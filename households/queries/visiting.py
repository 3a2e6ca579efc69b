"""Whose turn it is to be visited: by the last visit and the interval for the household's kind."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.options import value_of
from households.models import Household, Registration, Visit

Kind = Registration.Kind
NEVER = date(2000, 1, 1)


def to_visit(user: User, day: date) -> QuerySet[Household]:
    """Open households on file that the user may reach, with `visited_on` (`NEVER` for none) and `is_monitored`."""
    standing = Registration.objects.as_of(day).filter(household=OuterRef("pk"))
    last = Visit.objects.known().filter(household=OuterRef("pk"), on__lte=day).order_by("-on", "-id").values("on")[:1]
    rows = Household.objects.visible_to(user).open(day).filter(Exists(standing)).select_related("head")
    return rows.annotate(
        is_monitored=Exists(standing.filter(kind=Kind.MONITORED)), visited_on=Coalesce(Subquery(last), Value(NEVER))
    )


def late(user: User, day: date) -> QuerySet[Household]:
    """Those whose last visit is longer ago than the interval."""
    days = interval_days(user, day)
    return to_visit(user, day).filter(
        Q(is_monitored=True, visited_on__lt=day - timedelta(days[Kind.MONITORED]))
        | Q(is_monitored=False, visited_on__lt=day - timedelta(days[Kind.LIFTED]))
    )


def interval_days(user: User, day: date) -> dict[str, int]:
    """Days between visits by kind, as set where the user is."""
    code = (user.prefixes or [""])[0].ljust(12, "0")
    return {
        Kind.MONITORED: value_of("visit_days_monitored", village_code=code, day=day),
        Kind.LIFTED: value_of("visit_days_lifted", village_code=code, day=day),
    }
