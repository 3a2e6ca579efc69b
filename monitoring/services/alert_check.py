"""The village's answer: one check for all alerts that wait on one person."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from accounts.options import value_of
from monitoring.models import Alert, AlertCheck, AlertCheckPhoto, AlertEvent, CheckResult
from monitoring.models.alert import AlertQuerySet
from monitoring.options.alert import HOME_PHOTOS
from monitoring.queries.alert_repeat import keepable
from monitoring.services.alert_events import lock, move, restore, write
from monitoring.services.alert_photo import carry_photos, keep_photos
from monitoring.services.alert_visit import note_visit, take_visits_back
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day

State, Kind, Method = Alert.State, AlertEvent.Kind, AlertCheck.Method


@transaction.atomic
def check_alerts(
    *,
    alerts: AlertQuerySet,
    uid: UUID,
    on: date,
    method: str,
    result: str,
    by: User,
    help: Sequence[str] = (),
    note: str = "",
    checker: str = "",
    photos: Sequence[bytes] = (),
) -> AlertCheck:
    """Answer those of the alerts that still wait. Sent twice (the same `uid`) it is the first that counts.

    Refused when nothing waits any more, and when the answer lacks what its result needs.
    """
    if sent := _sent_before(uid, by):
        return sent
    waiting = lock(alerts, *State.with_the_village())
    if sent := _sent_before(uid, by):  # the same form, sent twice at once: the other one held the alerts
        return sent
    if not waiting:
        raise Refused("这几条已经有人答复过，或收回了站里；回到名单看看")
    _complete(result, method, help, photos, waiting, on)
    check = _answer(waiting, uid=uid, on=on, method=method, result=result, help=help, note=note, checker=checker, by=by)
    keep_photos(check=check, photos=photos)
    return check


def _sent_before(uid: UUID, by: User) -> AlertCheck | None:
    return AlertCheck.objects.known().filter(uid=uid, by=by).first()


def _complete(
    result: str,
    method: str,
    help: Sequence[str],
    photos: Sequence[bytes | AlertCheckPhoto],
    waiting: Sequence[Alert],
    on: date,
) -> None:
    received = min(alert.received_on for alert in waiting)
    if on < received:
        raise Refused(f"核查日期早于收到名单的日子（{full_day(received)}），请核对")
    if result == CheckResult.HELPED_NOW and not help:
        raise Refused("“有困难，已落实帮扶”要选上落实了什么")
    if result == CheckResult.DECLINED and not photos:
        raise Refused("“农户自愿放弃”要有签字，拍一张签了字的声明")
    if method == Method.HOME:
        wanted = value_of(HOME_PHOTOS, village_code=waiting[0].village_code, day=on)
        if len(photos) < wanted:
            raise Refused(f"入户核查要 {wanted} 张照片，还差 {wanted - len(photos)} 张")


def _answer(waiting: Sequence[Alert], *, by: User, checker: str, why: str = "", **answer: Any) -> AlertCheck:
    first = Alert.objects.get(pk=waiting[0].pk)
    if AlertCheck.objects.filter(uid=answer["uid"]).exists():  # the form came back after its first answer was undone
        answer["uid"] = uuid4()
    check = AlertCheck(
        village_code=first.village_code, household=first.household, checker=checker or by.name, by=by, **answer
    )
    check.help = list(check.help)
    check.full_clean()
    check.save()
    note_visit(check=check, by=by, today=check.on)
    move(waiting, state=State.ANSWERED, result=check.result, answer=check)
    write(waiting, kind=Kind.CHECKED, on=check.on, by=by, check_made=check, note=why)
    return check


@transaction.atomic
def keep_last_answer(*, alerts: AlertQuerySet, uid: UUID, on: date, by: User) -> AlertCheck:
    """Give the last answer again, in one tap. Refused when an alert is new, or its rise is above the setting."""
    if sent := _sent_before(uid, by):
        return sent
    waiting = lock(alerts, *State.with_the_village())
    if sent := _sent_before(uid, by):
        return sent
    if not waiting:
        raise Refused("这几条已经有人答复过，或收回了站里；回到名单看看")
    again = Alert.objects.filter(pk__in=[alert.pk for alert in waiting]).select_related("previous__answer")
    last = keepable(list(again), on)
    if last is None:
        raise Refused("有新的情况，或多付的超过了设置的数，要重新核")
    kept = last.check
    return _answer(
        waiting,
        uid=uid,
        on=on,
        method=Method.KEPT,
        result=kept.result,
        help=kept.help,
        note=kept.note,
        checker=by.name,
        repeats=kept,
        by=by,
    )


@transaction.atomic
def correct_check(
    *, check: AlertCheck, uid: UUID, why: str, by: User, photos: Sequence[bytes] = (), **answer: Any
) -> AlertCheck:
    """Put another answer in the place of a wrong one; the alerts wait for the station's review again.

    The old one is withdrawn with all that was built on it. Refused without a reason, when a case was opened on it, and
    when it is no longer the answer.
    """
    if sent := _sent_before(uid, by):
        return sent
    if not why:
        raise Refused("写明为什么更正")
    answered = lock(Alert.objects.filter(answer=check), State.ANSWERED, State.PROPOSED, State.CLOSED)
    if not answered:
        raise Refused("这条答复已经退回或更正过，请看最新的经过")
    standing = AlertEvent.objects.known().filter(alert__in=answered)
    if standing.filter(kind=Kind.CASE_OPENED).exists():
        raise Refused("已经按这条答复立案，不能更正；先撤回立案")
    _complete(
        answer["result"],
        answer["method"],
        answer.get("help", ()),
        [*photos, *check.photos.all()],
        answered,
        answer["on"],
    )
    built = [Kind.CHECKED, Kind.PROPOSED, Kind.CLOSED, Kind.RETURNED]
    first = standing.filter(check_made=check).order_by("pk").values_list("pk", flat=True)[0]
    standing.filter(kind__in=built, pk__gte=first).withdraw()
    AlertCheck.objects.filter(pk=check.pk).withdraw()
    take_visits_back(checks=[check])
    new = _answer(answered, uid=uid, why=why, by=by, corrects=check, **{"checker": check.checker, **answer})
    restore(answered)
    carry_photos(old=check, new=new)
    keep_photos(check=new, photos=photos)
    return new
