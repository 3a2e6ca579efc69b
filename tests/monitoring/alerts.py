"""Alerts in the states that tests begin with, brought there by the services."""

import uuid
from datetime import date
from typing import Any

from accounts.models import User
from monitoring.models import Alert, AlertEvent
from monitoring.models.alert import AlertQuerySet
from monitoring.services.alert_check import check_alerts
from monitoring.services.alert_handout import hand_out
from tests.factories.monitoring import received

FRIDAY = date(2025, 10, 10)
HANDED_OUT = date(2025, 10, 13)
TODAY = date(2025, 10, 20)


def only(*alerts: Alert) -> AlertQuerySet:
    return Alert.objects.filter(pk__in=[alert.pk for alert in alerts])


def kinds(alert: Alert) -> list[str]:
    return list(AlertEvent.objects.known().filter(alert=alert).order_by("pk").values_list("kind", flat=True))


def waiting(by: User, **columns: Any) -> Alert:
    """Handed out to its village, due on the day before today's week is over."""
    alert = received(by=by, **columns)
    hand_out(alerts=only(alert), on=HANDED_OUT, by=by)
    alert.refresh_from_db()
    return alert


def answer(alert: Alert, by: User, **columns: Any) -> Alert:
    given = {"uid": uuid.uuid4(), "on": date(2025, 10, 15), "method": "phone", "result": "no_risk"}
    check_alerts(alerts=only(alert), by=by, **given | columns)
    alert.refresh_from_db()
    return alert
