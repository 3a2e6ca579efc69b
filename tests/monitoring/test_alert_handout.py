"""Out to the villages and back."""

from datetime import date

import pytest

from accounts.models import Setting, User
from monitoring.models import AlertEvent
from monitoring.services.alert_handout import hand_out, move_due_day, remind, take_back
from paibou.lib.refused import Refused
from tests.factories.accounts import TOWNSHIP
from tests.factories.households import VILLAGE
from tests.factories.monitoring import received
from tests.monitoring.alerts import HANDED_OUT, TODAY, answer, kinds, only, waiting
from tests.monitoring.conftest import OTHER_VILLAGE

pytestmark = pytest.mark.django_db
NOWHERE = f"{TOWNSHIP}000"


def test_a_batch_goes_to_its_villages_and_what_names_none_stays(station: User) -> None:
    here, there, nowhere = (received(by=station, village_code=code) for code in (VILLAGE, OTHER_VILLAGE, NOWHERE))

    act = hand_out(alerts=only(here, there, nowhere), on=HANDED_OUT, by=station)

    states = [(one.village_code, one.state, one.due_on) for one in only(here, there, nowhere).order_by("pk")]
    assert states == [
        (VILLAGE, "handed_out", date(2025, 10, 20)),
        (OTHER_VILLAGE, "handed_out", date(2025, 10, 20)),
        (NOWHERE, "received", None),
    ]
    assert (act.count, act.passed_over) == (2, 1)


def test_a_village_answers_in_the_days_set_for_it(station: User) -> None:
    Setting.objects.create(name="alert_due_days", prefix=OTHER_VILLAGE, valid_from=date(2025, 1, 1), value=3)
    here, there = (received(by=station, village_code=code) for code in (VILLAGE, OTHER_VILLAGE))

    hand_out(alerts=only(here, there), on=HANDED_OUT, by=station)

    assert [one.due_on.day for one in only(here, there).order_by("pk")] == [20, 16]


def test_handed_out_twice_is_handed_out_once(station: User) -> None:
    alert = waiting(station)

    with pytest.raises(Refused, match="没有可以分派的"):
        hand_out(alerts=only(alert), on=HANDED_OUT, by=station)

    assert kinds(alert) == ["received", "handed_out"]


def test_another_village_gets_it_with_a_day_of_its_own(station: User) -> None:
    alert = waiting(station)

    hand_out(alerts=only(alert), on=TODAY, by=station, village_code=OTHER_VILLAGE, due_on=date(2025, 10, 22))

    alert.refresh_from_db()
    assert (alert.village_code, alert.state, alert.due_on) == (OTHER_VILLAGE, "handed_out", date(2025, 10, 22))


def test_a_village_that_is_none_gets_nothing(station: User) -> None:
    with pytest.raises(Refused, match="没有这个村"):
        hand_out(alerts=only(received(by=station)), on=TODAY, by=station, village_code="341702106999")


def test_an_answered_alert_goes_to_no_other_village(station: User) -> None:
    with pytest.raises(Refused, match="没有可以分派的"):
        hand_out(alerts=only(answer(waiting(station), station)), on=TODAY, by=station, village_code=OTHER_VILLAGE)


def test_taken_back_it_lies_in_the_inbox(station: User) -> None:
    alert = waiting(station)

    take_back(alerts=only(alert), on=TODAY, by=station)

    alert.refresh_from_db()
    assert (alert.state, alert.due_on) == ("received", None)
    with pytest.raises(Refused, match="没有在村里等核查的"):
        take_back(alerts=only(alert), on=TODAY, by=station)


def test_a_village_is_chased_once_a_day(station: User) -> None:
    alert = waiting(station)
    remind(alerts=only(alert), on=TODAY, by=station)

    with pytest.raises(Refused, match="今天已经催过"):
        remind(alerts=only(alert), on=TODAY, by=station)
    remind(alerts=only(alert), on=date(2025, 10, 21), by=station)

    assert kinds(alert) == ["received", "handed_out", "reminded", "reminded"]


def test_nobody_is_chased_for_what_is_not_with_him(station: User) -> None:
    with pytest.raises(Refused, match="没有在村里等核查的"):
        remind(alerts=only(received(by=station)), on=TODAY, by=station)


def test_a_due_day_moves_forward_only(station: User) -> None:
    alert = waiting(station)

    move_due_day(alerts=only(alert), due_on=date(2025, 10, 24), on=TODAY, by=station, note="户主住院")

    alert.refresh_from_db()
    assert alert.due_on == date(2025, 10, 24)
    with pytest.raises(Refused, match="不能早于今天"):
        move_due_day(alerts=only(alert), due_on=date(2025, 10, 19), on=TODAY, by=station)
    with pytest.raises(Refused, match="没有在村里等核查的"):
        move_due_day(alerts=only(received(by=station)), due_on=TODAY, on=TODAY, by=station)


def test_each_act_says_who_when_and_why(station: User) -> None:
    alert = waiting(station)

    remind(alerts=only(alert), on=TODAY, by=station, note="明天要报县里")

    event = AlertEvent.objects.get(alert=alert, kind="reminded")
    assert (event.by, event.on, event.note) == (station, TODAY, "明天要报县里")
