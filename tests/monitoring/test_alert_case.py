"""From an answer to a case."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from monitoring.models import Alert, Case
from monitoring.services.alert_case import channel_of, propose, take_up
from monitoring.services.alert_undo import undo
from monitoring.services.case import withdraw_case
from monitoring.services.case_step import correct_step
from paibou.lib.refused import Refused
from tests.factories.households import MembershipFactory
from tests.factories.monitoring import received
from tests.monitoring.alerts import TODAY, answer, kinds, only, waiting

pytestmark = pytest.mark.django_db


def proposed(station: User, **columns: Any) -> Alert:
    alert = answer(waiting(station, **columns), station, result="propose")
    propose(alerts=only(alert), on=TODAY, by=station, note="入户核实，透析自付大")
    alert.refresh_from_db()
    return alert


def open_it(alert: Alert, by: User) -> Case:
    return take_up(
        alert=alert,
        household=alert.household,
        kind="marginal",
        risks=["因病"],
        clue_on=date(2025, 10, 15),
        on=TODAY,
        by=by,
    )


def test_a_proposal_says_what_the_station_found(station: User) -> None:
    alert = answer(waiting(station), station, result="propose")
    with pytest.raises(Refused, match="站里核实的情况"):
        propose(alerts=only(alert), on=TODAY, by=station, note="")

    propose(alerts=only(alert), on=TODAY, by=station, note="核实属实")

    alert.refresh_from_db()
    assert (alert.state, kinds(alert)[-1]) == ("proposed", "proposed")


def test_what_the_village_has_not_answered_is_not_proposed(station: User) -> None:
    with pytest.raises(Refused, match="还没有反馈"):
        propose(alerts=only(waiting(station)), on=TODAY, by=station, note="核实属实")


def test_a_case_opens_on_what_was_proposed_and_closes_it(station: User) -> None:
    lives = MembershipFactory()
    alert = proposed(station, person=lives.person, household=lives.household)
    beside = proposed(station, person=lives.person, household=lives.household, source="province")

    case = open_it(alert, station)

    assert (case.household, case.alert, case.channel, case.risks) == (lives.household, alert, "department", ["因病"])
    assert [one.state for one in only(alert, beside)] == ["closed", "closed"]
    assert kinds(beside)[-3:] == ["proposed", "case_opened", "closed"]


def test_a_case_needs_the_stations_own_look_first(station: User) -> None:
    lives = MembershipFactory()
    alert = answer(waiting(station, person=lives.person, household=lives.household), station, result="propose")

    with pytest.raises(Refused, match="还没有拟纳入监测"):
        open_it(alert, station)

    assert not Case.objects.exists()


def test_a_household_with_an_open_case_gets_no_second_and_the_alert_stays(station: User) -> None:
    lives = MembershipFactory()
    alert, again = (
        proposed(station, person=person, household=lives.household)
        for person in (lives.person, MembershipFactory(household=lives.household).person)
    )
    open_it(alert, station)

    with pytest.raises(Refused, match="已有在办的监测案件"):
        open_it(again, station)

    again.refresh_from_db()
    assert again.state == "proposed"


def test_a_clue_is_not_before_its_alert_was_received(station: User) -> None:
    lives = MembershipFactory()
    alert = proposed(station, person=lives.person, household=lives.household)
    Alert.objects.filter(pk=alert.pk).update(received_on=date(2025, 10, 16))
    alert.refresh_from_db()

    with pytest.raises(Refused, match="线索日期早于收到预警（2025年10月16日），请核对"):
        open_it(alert, station)

    Alert.objects.filter(pk=alert.pk).update(received_on=date(2025, 10, 15))
    alert.refresh_from_db()
    clue = open_it(alert, station).events.get()
    with pytest.raises(Refused, match="线索日期 10月14日早于收到预警（10月15日），请核对"):
        correct_step(event=clue, why="写错", by=station, today=TODAY, on=date(2025, 10, 14))


def test_only_a_withdrawn_case_gives_its_alert_back(station: User) -> None:
    lives = MembershipFactory()
    alert = proposed(station, person=lives.person, household=lives.household)
    case = open_it(alert, station)
    act = alert.events.filter(kind="case_opened").get().act
    with pytest.raises(Refused, match="先到案件里撤回"):
        undo(alerts=only(alert), act=act)

    withdraw_case(case=case, why="立错了户", by=station)
    undo(alerts=only(alert), act=act)

    alert.refresh_from_db()
    assert (alert.state, kinds(alert)[-1]) == ("proposed", "proposed")


@pytest.mark.parametrize(
    ("source", "channel"),
    [
        ("household", "self"),
        ("hotline", "self"),
        ("cadre", "cadre"),
        ("grid_worker", "grid"),
        ("unnamed", "other"),
        ("water", "department"),
    ],
)
def test_the_source_says_how_the_clue_was_found(source: str, channel: str) -> None:
    assert channel_of(source) == channel


def test_every_source_has_a_channel() -> None:
    assert {channel_of(source) for source in Alert.Source.values} <= set(Case.Channel.values)


def test_a_received_alert_opens_no_case(station: User) -> None:
    lives = MembershipFactory()

    with pytest.raises(Refused):
        open_it(received(by=station, person=lives.person, household=lives.household), station)
