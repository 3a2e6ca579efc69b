"""Alerts to the villages and back: hand out, take back, chase, another due day."""

import uuid
from datetime import date

from django.db import transaction

from accounts.models import Division, User
from monitoring.models import Alert, AlertEvent
from monitoring.models.alert import AlertQuerySet
from monitoring.queries.alert_due import due_days
from monitoring.services.alert_events import Act, act_on, lock, move, write
from paibou.lib import division
from paibou.lib.refused import Refused

State, Kind = Alert.State, AlertEvent.Kind


@transaction.atomic
def hand_out(
    *, alerts: AlertQuerySet, on: date, by: User, village_code: str = "", due_on: date | None = None, note: str = ""
) -> Act:
    """Hand each to its own village, or all to another one of the township; they are due in the village's days.

    Without `village_code` those that name no village stay, and those handed out before too.
    """
    if village_code:
        _check_village(village_code)
        ready = lock(alerts, State.RECEIVED, *State.with_the_village())
        ready = [alert for alert in ready if division.township(alert.village_code) == division.township(village_code)]
    else:
        ready = [alert for alert in lock(alerts, State.RECEIVED) if names_a_village(alert.village_code)]
    if not ready:
        raise Refused("没有可以分派的预警：没写村的要先选村，已经核查过的不再分派")
    for alert in ready:
        alert.village_code = village_code or alert.village_code
    due = due_days({alert.village_code for alert in ready}, on)
    act = uuid.uuid4()
    for code, usual in due.items():
        some = [alert for alert in ready if alert.village_code == code]
        day = due_on or usual
        move(some, state=State.HANDED_OUT, village_code=code, due_on=day)
        write(some, kind=Kind.HANDED_OUT, on=on, by=by, due_on=day, note=note, act=act)
    return act_on(alerts, act, ready)


def names_a_village(village_code: str) -> bool:
    return not village_code.endswith("000")


def _check_village(village_code: str) -> None:
    if not Division.objects.villages().filter(code=village_code).exists():
        raise Refused("没有这个村，请从名单里选")


@transaction.atomic
def take_back(*, alerts: AlertQuerySet, on: date, by: User, note: str = "") -> Act:
    """Back to the station's inbox. Refused when the village has answered."""
    out = lock(alerts, *State.with_the_village())
    if not out:
        raise Refused("没有在村里等核查的预警可收回")
    move(out, state=State.RECEIVED, due_on=None)
    return act_on(alerts, write(out, kind=Kind.TAKEN_BACK, on=on, by=by, note=note), out)


@transaction.atomic
def remind(*, alerts: AlertQuerySet, on: date, by: User, note: str = "") -> Act:
    """Chase the villages: once a day for each alert, however often the button is pressed."""
    waiting = lock(alerts, *State.with_the_village())
    told = AlertEvent.objects.known().filter(alert__in=waiting, kind=Kind.REMINDED, on=on)
    told_today = set(told.values_list("alert_id", flat=True))
    untold = [alert for alert in waiting if alert.pk not in told_today]
    if not untold:
        raise Refused("今天已经催过" if waiting else "没有在村里等核查的预警可催")
    return act_on(alerts, write(untold, kind=Kind.REMINDED, on=on, by=by, note=note), untold)


@transaction.atomic
def move_due_day(*, alerts: AlertQuerySet, due_on: date, on: date, by: User, note: str = "") -> Act:
    """Another due day for what the villages have. Refused for a day that is over."""
    if due_on < on:
        raise Refused("期限不能早于今天")
    waiting = lock(alerts, *State.with_the_village())
    if not waiting:
        raise Refused("没有在村里等核查的预警可改期限")
    move(waiting, due_on=due_on)
    return act_on(alerts, write(waiting, kind=Kind.DUE_MOVED, on=on, by=by, due_on=due_on, note=note), waiting)
