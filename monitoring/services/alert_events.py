"""How alerts change: those still in the right state are locked, moved together, and each gets its event."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from monitoring.models import Alert, AlertEvent
from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_state import Shadow, shadow_of


@dataclass(frozen=True)
class Act:
    """What was done to alerts at once: its number for the undo, how many it moved, how many it passed over."""

    uid: uuid.UUID
    count: int
    passed_over: int = 0


def act_on(asked: AlertQuerySet, uid: uuid.UUID, moved: Sequence[Alert]) -> Act:
    return Act(uid, len(moved), asked.count() - len(moved))


def lock(alerts: AlertQuerySet, *states: str) -> list[Alert]:
    """Those of the alerts that are in one of the states, held until the transaction ends: of two clicks one finds them.

    Taken in the order of their keys, so that two acts on the same alerts wait for each other and never both.
    """
    held = Alert.objects.known().filter(pk__in=alerts.order_by().values("pk"), state__in=states)
    return list(held.order_by("pk").select_for_update().only("pk", "village_code", "state", "due_on", "received_on"))


def move(alerts: Iterable[Alert], **columns: Any) -> None:
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(**columns)


def write(
    alerts: Iterable[Alert], *, kind: AlertEvent.Kind, on: date, by: User, act: uuid.UUID | None = None, **more: Any
) -> uuid.UUID:
    """One event for each alert, joined by the act."""
    act = act or uuid.uuid4()
    events = [
        AlertEvent(
            alert=alert,
            village_code=alert.village_code,
            kind=kind,
            on=on,
            by=by,
            act=act,
            **more,
        )
        for alert in alerts
    ]
    AlertEvent.objects.bulk_create(events)
    return act


def restore(alerts: Sequence[Alert]) -> None:
    """Set the alerts' columns to what their known events say."""
    events: dict[int, list[AlertEvent]] = {alert.pk: [] for alert in alerts}
    for event in AlertEvent.objects.known().filter(alert__in=events).select_related("check_made"):
        events[event.alert_id].append(event)
    alike: dict[Shadow, list[Alert]] = {}
    for alert in alerts:
        alike.setdefault(shadow_of(events[alert.pk]), []).append(alert)
    for shadow, some in alike.items():  # a batch undone comes back to few states: one statement for each
        move(some, **shadow.columns())
