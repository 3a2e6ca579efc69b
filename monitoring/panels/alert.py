"""What a household's and a person's page shows of alerts."""

from datetime import date
from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.roles import may
from households.models import Household, Membership, Person
from monitoring.models import Alert
from monitoring.models.alert import AlertQuerySet
from paibou.lib.declarations import Panel, panels

ROWS = 10


def household_alerts(row: Household, user: User, day: date) -> dict[str, Any] | None:
    """Alerts on its people of the day, and those that came while they were others'."""
    people = Membership.objects.as_of(day).filter(household=row).values("person")
    return _shown(Alert.objects.filter(Q(household=row) | Q(person__in=people)), user, day) | {"household": row}


def person_alerts(row: Person, user: User, day: date) -> dict[str, Any] | None:
    return _shown(Alert.objects.filter(person=row), user, day) | {"person": row}


def _shown(rows: AlertQuerySet, user: User, day: date) -> dict[str, Any]:
    if not may(user, "monitoring.view"):
        return {"alerts": [], "count": 0}
    rows = rows.known().visible_to(user).filter(received_on__lte=day)
    alerts = list(rows.for_list().order_by("-received_on", "-pk")[: ROWS + 1])
    return {"alerts": alerts[:ROWS], "more": len(alerts) > ROWS}


panels.add("alerts", Panel("alerts", "household", "预警", "monitoring/alert/_panel.html", household_alerts, order=18))
panels.add(
    "person_alerts", Panel("person_alerts", "person", "预警", "monitoring/alert/_panel.html", person_alerts, order=50)
)
