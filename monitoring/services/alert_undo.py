"""Undo: what was written is withdrawn, and the alerts say again what their events say."""

from uuid import UUID

from django.db import transaction

from monitoring.models import Alert, AlertCheck, AlertEvent, Case
from monitoring.models.alert import AlertEventQuerySet, AlertQuerySet
from monitoring.queries.alert_state import BESIDE
from monitoring.services.alert_events import Act, act_on, lock, restore
from monitoring.services.alert_visit import take_visits_back
from paibou.lib.refused import Refused

Kind = AlertEvent.Kind


@transaction.atomic
def undo(*, alerts: AlertQuerySet, act: UUID) -> Act:
    """Take an act back on those of its alerts where nothing has followed it; a case stands until it is withdrawn.

    Refused when on none.
    """
    opened = AlertEvent.objects.known().filter(act=act, kind=Kind.CASE_OPENED).values("alert")
    if Case.objects.known().filter(alert__in=opened).exists():
        raise Refused("已经立案，不能撤销；立错了先到案件里撤回")
    held = lock(alerts.filter(events__act=act), *Alert.State.values)
    events: dict[int, list[AlertEvent]] = {alert.pk: [] for alert in held}
    for event in AlertEvent.objects.known().filter(alert__in=events).order_by("pk"):
        events[event.alert_id].append(event)
    back = [alert for alert in held if _may_go_back(events[alert.pk], act)]
    if not back:
        raise Refused("已经往下办了，不能撤销；打开那一条看经过")
    taken = AlertEvent.objects.filter(act=act, alert__in=back)
    _release(back, taken)
    taken.withdraw()
    restore(back)
    return act_on(Alert.objects.filter(pk__in=events), act, back)


def _may_go_back(events: list[AlertEvent], act: UUID) -> bool:
    own = [event for event in events if event.act == act]
    if not own or own[0].kind == Kind.RECEIVED:
        return False
    return all(event.act == act or event.kind in BESIDE for event in events if event.pk > own[0].pk)


def _release(alerts: list[Alert], taken: AlertEventQuerySet) -> None:
    """What hangs on the events: a check stands for nothing any more, a person was only named by them."""
    checks = list(AlertCheck.objects.filter(events__in=taken.filter(kind=Kind.CHECKED)).distinct())
    AlertCheck.objects.filter(pk__in=[check.pk for check in checks]).withdraw()
    take_visits_back(checks=checks)
    named = Alert.objects.filter(pk__in=taken.filter(kind=Kind.LINKED).values("alert"))
    named.update(person=None, household=None)
    named.link_to_previous()
