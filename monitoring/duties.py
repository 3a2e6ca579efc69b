"""Whom the cadres visit more often: households whose risk stands."""

from datetime import date

from django.db.models import QuerySet

from monitoring.models import Case
from paibou.lib.declarations import Duty, duties


def unresolved(day: date) -> QuerySet:
    return Case.objects.unresolved().values("household")


duties.add("unresolved", Duty("unresolved", "风险未消除", "visit_days_monitored", unresolved, order=10))
