"""From an answer to a case: the station's own look, then 立案."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts.models import User
from households.models import Household, Visit
from monitoring.models import Alert, AlertEvent, Case
from monitoring.models.alert import AlertQuerySet
from monitoring.services.alert_events import Act, act_on, lock, move, write
from monitoring.services.case import open_case
from paibou.lib.refused import Refused

State, Kind, Source = Alert.State, AlertEvent.Kind, Alert.Source

_CHANNELS = {
    Source.HOUSEHOLD: Case.Channel.SELF,
    Source.HOTLINE: Case.Channel.SELF,
    Source.CADRE: Case.Channel.CADRE,
    Source.GRID_WORKER: Case.Channel.GRID,
    Source.UNNAMED: Case.Channel.OTHER,
}


def channel_of(source: str) -> Case.Channel:
    """How the clue was found (发现渠道), by who sent the alert: what comes from a department is 部门筛查预警."""
    return _CHANNELS.get(Source(source), Case.Channel.DEPARTMENT)


@transaction.atomic
def propose(*, alerts: AlertQuerySet, on: date, by: User, note: str) -> Act:
    """拟纳入监测, after the station has looked itself and says what it found. Refused without an answer to look at."""
    if not note:
        raise Refused("写明站里核实的情况")
    answered = lock(alerts, State.ANSWERED)
    if not answered:
        raise Refused("村里还没有反馈，或已经办结，不能拟纳入")
    move(answered, state=State.PROPOSED)
    return act_on(alerts, write(answered, kind=Kind.PROPOSED, on=on, by=by, note=note), answered)


@transaction.atomic
def take_up(
    *,
    alert: Alert,
    household: Household,
    kind: str,
    risks: Sequence[str],
    clue_on: date,
    on: date,
    by: User,
    channel: str = "",
    visit: Visit | None = None,
    note: str = "",
) -> Case:
    """Open the household's case on what was proposed, and close with it all alerts proposed on the same person.

    Refused before the station has looked.
    """
    proposed = lock(Alert.objects.of_the_same_person(alert), State.PROPOSED)
    if alert.pk not in {one.pk for one in proposed}:
        raise Refused("还没有拟纳入监测，或已经立案；先写明站里核实的情况")
    case = open_case(
        household=household,
        kind=kind,
        channel=channel or channel_of(alert.source),
        clue_on=clue_on,
        alert=alert,
        visit=visit,
        risks=risks,
        note=note,
        by=by,
        today=on,
    )
    move(proposed, state=State.CLOSED)
    act = write(proposed, kind=Kind.CASE_OPENED, on=on, by=by)
    write(proposed, kind=Kind.CLOSED, on=on, by=by, act=act)
    return case
