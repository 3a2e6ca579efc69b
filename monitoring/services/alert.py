"""What the station does with an alert: takes it in, sends it back, closes it, declares it wrong."""

import uuid
from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.options import value_of
from households.models import Membership, Person
from monitoring.models import Alert, AlertEvent, CheckResult
from monitoring.models.alert import AlertQuerySet
from monitoring.options.alert import ACCEPT_DAYS
from monitoring.queries.alert_due import due_days
from monitoring.services.alert_events import Act, act_on, lock, move, write
from paibou.lib import division
from paibou.lib.refused import Refused, in_their_words
from paibou.lib.sealing import digest
from paibou.lib.workdays import working_days_after

State, Kind = Alert.State, AlertEvent.Kind


@transaction.atomic
def receive_alert(
    *,
    village_code: str,
    source: str,
    received_on: date,
    name: str,
    reason: str,
    by: User,
    today: date,
    id_number: str = "",
    phone: str = "",
    self_paid_yuan: Decimal | None = None,
) -> Alert:
    """Take in one alert that somebody reports; the station has to accept it within working days (C, setting).

    Refused when the same was taken in before: the form sent twice, or two who heard of it.
    """
    if source not in Alert.Source.by_hand():
        raise Refused("部门的名单从工作簿导入；这里登记农户申报、干部排查、网格员和 12317/12345 来的")
    days = value_of(ACCEPT_DAYS, village_code=village_code, day=received_on)
    here = Person.objects.filter(village_code__range=division.span(division.township(village_code)))
    person = here.filter(id_digest=digest(id_number), name=name).first() if id_number else None
    who = (id_number,) if id_number else (village_code, phone)  # a name alone is many people's
    told = (name, *who, reason, str(received_on), str(self_paid_yuan or ""))
    alert = Alert(
        village_code=village_code,
        source=source,
        received_on=received_on,
        name=name,
        id_number=id_number,
        id_digest=digest(id_number),
        phone=phone,
        reason=reason,
        self_paid_yuan=self_paid_yuan,
        fingerprint=digest("\x1f".join(told)),
        person=person,
        household_id=household_of(person, today),
        due_on=working_days_after(received_on, days),
    )
    alert.full_clean(validate_constraints=False)
    with in_their_words():
        alert.save()
    Alert.objects.filter(pk=alert.pk).link_to_previous()
    write([alert], kind=Kind.RECEIVED, on=received_on, by=by, due_on=alert.due_on)
    return alert


def household_of(person: Person | None, day: date) -> int | None:
    """The household in which a person lives on a day."""
    if person is None:
        return None
    lives = Membership.objects.as_of(day).filter(person=person)
    return lives.values_list("household_id", flat=True).first()


@transaction.atomic
def close_alerts(*, alerts: AlertQuerySet, on: date, by: User, note: str = "") -> Act:
    """Close what is answered. 拟纳入监测 that comes to no case wants a reason: an audit asks why (应纳未纳)."""
    ready = lock(alerts, State.ANSWERED, State.PROPOSED)
    if not ready:
        raise Refused("还没有核查反馈，或已经办结，不能办结；先登记核查结果，或写明原因作废")
    named = Alert.objects.filter(pk__in=[alert.pk for alert in ready], result=CheckResult.PROPOSE)
    proposed = set(named.values_list("pk", flat=True)) | {one.pk for one in ready if one.state == State.PROPOSED}
    if proposed and not note:
        if len(ready) == len(proposed):
            raise Refused("村里拟纳入监测的，不立案要写明原因；打开这一条写")
        ready = [alert for alert in ready if alert.pk not in proposed]
    move(ready, state=State.CLOSED)
    return act_on(alerts, write(ready, kind=Kind.CLOSED, on=on, by=by, note=note), ready)


@transaction.atomic
def send_back(*, alerts: AlertQuerySet, on: date, by: User, note: str) -> Act:
    """Ask the village to check again; it gets the usual days. Refused without a reason or an answer."""
    if not note:
        raise Refused("写明退回的原因，村里好重新核")
    answered = lock(alerts, State.ANSWERED, State.PROPOSED)
    if not answered:
        raise Refused("没有待复核的答复可退；还没核查的用催办")
    due = due_days((alert.village_code for alert in answered), on)
    act = uuid.uuid4()
    for village_code, day in due.items():
        some = [alert for alert in answered if alert.village_code == village_code]
        move(some, state=State.SENT_BACK, due_on=day, answer=None, result="")
        write(some, kind=Kind.SENT_BACK, on=on, by=by, note=note, due_on=day, act=act)
    return act_on(alerts, act, answered)


@transaction.atomic
def void_alerts(*, alerts: AlertQuerySet, on: date, by: User, note: str) -> Act:
    """Close alerts that are wrong themselves, with the reason; they stay on file and are counted."""
    if not note:
        raise Refused("写明作废的原因")
    wrong = lock(alerts, *State.unanswered(), State.ANSWERED, State.PROPOSED)
    if not wrong:
        raise Refused("已经办结，不能作废；先撤销办结")
    move(wrong, state=State.CLOSED, answer=None, result="")
    return act_on(alerts, write(wrong, kind=Kind.VOIDED, on=on, by=by, note=note), wrong)


@transaction.atomic
def return_alerts(*, alerts: AlertQuerySet, on: date, by: User) -> Act:
    """The answers went back to their sender. Refused when nothing is closed that has not gone before."""
    closed = lock(alerts.to_return(), State.CLOSED)
    if not closed:
        raise Refused("这一批没有办结了还没回传的预警")
    move(closed, returned_on=on)
    return act_on(alerts, write(closed, kind=Kind.RETURNED, on=on, by=by), closed)
