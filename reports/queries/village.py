"""One village: who is on file, what waits."""

from datetime import date

from households.models import Household
from monitoring.models import Alert, Case
from monitoring.models.alert import AlertQuerySet
from monitoring.models.case import CaseQuerySet
from monitoring.queries.alert_list import officers_of
from reports.queries import workbench

SHOWN = 20


def stocks(code: str, today: date) -> dict[str, int]:
    return workbench.stocks([code], today)


def alerts_of_year(code: str, today: date) -> dict[str, int]:
    return workbench.alerts_of_year(Alert.objects.known().inside(code), today)


def households(code: str, today: date) -> int:
    return Household.objects.inside(code).open(today).count()


def open_alerts(code: str, today: date) -> AlertQuerySet:
    """Those not closed, the most urgent first."""
    return Alert.objects.open().inside(code).for_list().order_by("queue_on", "-received_on", "-id")[:SHOWN]


def open_cases(code: str) -> CaseQuerySet:
    return Case.objects.unresolved().inside(code).for_list().order_by("-clue_on", "-id")


def officers(code: str, today: date) -> str:
    return officers_of([code], today).get(code, "")
