"""What is undone is withdrawn, and what an alert says is always what its known events say."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from exchange.services.system_import import import_file
from monitoring.models import Alert, AlertCheck, AlertEvent
from monitoring.queries.alert_state import shadow_of
from monitoring.services.alert import close_alerts, return_alerts, send_back, void_alerts
from monitoring.services.alert_case import propose
from monitoring.services.alert_check import check_alerts, correct_check
from monitoring.services.alert_handout import hand_out, move_due_day, remind, take_back
from monitoring.services.alert_undo import undo
from paibou.lib.refused import Refused
from tests.factories.accounts import TOWNSHIP, DivisionFactory, GrantFactory
from tests.factories.exchange import BatchFactory
from tests.factories.households import VILLAGE, id_number
from tests.factories.monitoring import AlertFactory, received
from tests.monitoring.alerts import TODAY, answer, kinds, only, waiting
from tests.monitoring.conftest import OTHER_VILLAGE


@pytest.mark.django_db
def test_a_list_handed_out_and_undone_waits_in_the_inbox_as_it_came(station: User, township: Any) -> None:
    rows = f"竹溪村,吴秀英,{id_number(1)},8000\n,汪德发,{id_number(2)},9000\n"
    data = f"村,姓名,身份证号码,个人自付\n{rows}".encode()
    batch = import_file(kind="alerts", name="名单.csv", data=data, by=station, received_on=date(2025, 10, 8)).batch
    alerts = Alert.objects.filter(batch=batch)
    came = list(alerts.order_by("pk").values("village_code", "state", "due_on"))

    hand_out(alerts=alerts, village_code=VILLAGE, on=TODAY, by=station)
    undo(alerts=alerts, act=last_act(alerts[0]))

    assert [one["village_code"] for one in came] == [OTHER_VILLAGE, f"{TOWNSHIP}000"]
    assert list(alerts.order_by("pk").values("village_code", "state", "due_on")) == came
    assert [(event.kind, event.on, event.by) for event in AlertEvent.objects.known()] == [
        ("received", date(2025, 10, 8), station)
    ] * 2


def last_act(alert: Alert) -> uuid.UUID:
    return AlertEvent.objects.known().filter(alert=alert).order_by("-pk").values_list("act", flat=True)[0]


@pytest.mark.django_db
def test_an_alert_imported_before_receipts_were_written_gets_its_own(station: User, township: Any) -> None:
    batch = BatchFactory(user=station)
    old, beside = AlertFactory(batch=batch), received(by=station, batch=batch)
    act = hand_out(alerts=only(old), on=TODAY, by=station, village_code=OTHER_VILLAGE)

    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(import_module("monitoring.migrations.0002_alert_is_somewhere").RECEIPTS)
    undo(alerts=only(old), act=act.uid)

    old.refresh_from_db()
    assert (old.state, old.village_code, kinds(old), kinds(beside)) == (
        "received", OTHER_VILLAGE, ["received"], ["received"],
    )  # fmt: skip


@pytest.mark.django_db
def test_a_batch_handed_out_comes_back_as_it_was(station: User) -> None:
    here, there = (received(by=station, village_code=code) for code in (VILLAGE, OTHER_VILLAGE))
    act = hand_out(alerts=only(here, there), on=TODAY, by=station, village_code=OTHER_VILLAGE)

    undone = undo(alerts=only(here, there), act=act.uid)

    states = [(one.state, one.village_code, one.due_on) for one in only(here, there).order_by("pk")]
    assert states == [("received", VILLAGE, None), ("received", OTHER_VILLAGE, None)]
    assert (undone.count, AlertEvent.objects.filter(alert=here).count(), kinds(here)) == (2, 2, ["received"])


@pytest.mark.django_db
def test_what_was_gone_on_with_is_left_and_said(station: User) -> None:
    one, other = received(by=station), received(by=station)
    act = hand_out(alerts=only(one, other), on=TODAY, by=station)
    answer(other, station)

    undone = undo(alerts=only(one, other), act=act.uid)

    assert (undone.count, undone.passed_over) == (1, 1)
    assert [alert.state for alert in only(one, other).order_by("pk")] == ["received", "answered"]
    with pytest.raises(Refused, match="已经往下办了"):
        undo(alerts=only(other), act=act.uid)


@pytest.mark.django_db
def test_undone_twice_is_undone_once(station: User) -> None:
    alert = waiting(station)
    act = last_act(alert)
    undo(alerts=only(alert), act=act)

    with pytest.raises(Refused):
        undo(alerts=only(alert), act=act)


@pytest.mark.django_db
def test_a_reminder_does_not_stand_in_the_way(station: User) -> None:
    alert = waiting(station)
    act = last_act(alert)
    remind(alerts=only(alert), on=TODAY, by=station)

    undo(alerts=only(alert), act=act)

    assert kinds(alert) == ["received", "reminded"]


@pytest.mark.django_db
def test_an_answer_taken_back_stands_for_nothing(station: User) -> None:
    alert = answer(waiting(station), station)

    undo(alerts=only(alert), act=last_act(alert))

    alert.refresh_from_db()
    assert (alert.state, alert.result, AlertCheck.objects.known().count()) == ("handed_out", "", 0)


@pytest.mark.django_db
def test_the_past_is_known_as_it_was(station: User) -> None:
    alert = answer(waiting(station), station)
    act = close_alerts(alerts=only(alert), on=TODAY, by=station)
    before = AlertEvent.objects.filter(act=act.uid).get().recorded_at
    undo(alerts=only(alert), act=act.uid)

    closed = AlertEvent.objects.filter(alert=alert, kind="closed")
    assert (closed.known().count(), closed.known(before).count()) == (0, 1)


# --- any sequence of acts ---
def _answer(alert: Alert, by: User, day: date, result: str) -> None:
    check_alerts(alerts=only(alert), uid=uuid.uuid4(), on=day, method="phone", result=result, by=by)


def _correct(alert: Alert, by: User, day: date) -> None:
    check = Alert.objects.get(pk=alert.pk).answer
    if check:
        correct_check(check=check, uid=uuid.uuid4(), why="记错", on=day, method="home", result="away", by=by)


ACTS: dict[str, Callable[[Alert, User, date], object]] = {
    "hand out": lambda alert, by, day: hand_out(alerts=only(alert), on=day, by=by),
    "to another": lambda alert, by, day: hand_out(alerts=only(alert), on=day, by=by, village_code=OTHER_VILLAGE),
    "take back": lambda alert, by, day: take_back(alerts=only(alert), on=day, by=by),
    "remind": lambda alert, by, day: remind(alerts=only(alert), on=day, by=by),
    "due day": lambda alert, by, day: move_due_day(alerts=only(alert), due_on=day + timedelta(9), on=day, by=by),
    "no risk": lambda alert, by, day: _answer(alert, by, day, "no_risk"),
    "a risk": lambda alert, by, day: _answer(alert, by, day, "propose"),
    "correct": _correct,
    "send back": lambda alert, by, day: send_back(alerts=only(alert), on=day, by=by, note="重核"),
    "propose": lambda alert, by, day: propose(alerts=only(alert), on=day, by=by, note="属实"),
    "close": lambda alert, by, day: close_alerts(alerts=only(alert), on=day, by=by, note="说明"),
    "return": lambda alert, by, day: return_alerts(alerts=only(alert), on=day, by=by),
    "void": lambda alert, by, day: void_alerts(alerts=only(alert), on=day, by=by, note="同名"),
    "undo": lambda alert, by, day: undo(alerts=only(alert), act=last_act(alert)),
}


class AnySequence(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(sorted(ACTS)), max_size=14))
    def test_an_alert_says_what_its_events_say(self, names: list[str]) -> None:
        for code in (VILLAGE, OTHER_VILLAGE):
            DivisionFactory(code=code)
        by = GrantFactory(prefix=TOWNSHIP).user
        alert = received(by=by)

        for number, name in enumerate(names):
            with suppress(Refused):
                ACTS[name](alert, by, TODAY + timedelta(number))

        alert = Alert.objects.get(pk=alert.pk)
        shadow = shadow_of(AlertEvent.objects.known().filter(alert=alert).select_related("check_made"))
        assert {name: getattr(alert, name) for name in shadow.columns()} == shadow.columns()
        standing = AlertCheck.objects.known().filter(events__in=AlertEvent.objects.known().filter(alert=alert))
        assert set(AlertCheck.objects.known()) == set(standing)
