"""What alerts say of themselves to the rest of the house: rail, 工作台, pages of people, 数据体检, moves."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import User
from households.models import Membership
from households.services.following import people_moved
from monitoring.checks.alert import (
    lying_at_the_station,
    lying_with_the_village,
    person_lives_elsewhere,
    proposed_without_case,
    received_after_its_settlement,
)
from monitoring.models import Alert
from monitoring.nav.alert import late, late_to_check, own_to_check
from monitoring.nav.alert import waiting as waiting_rows
from monitoring.panels.alert import household_alerts, person_alerts
from monitoring.services.alert import close_alerts
from monitoring.services.alert_case import propose
from monitoring.services.alert_handout import hand_out
from monitoring.todos.alert import checks
from monitoring.todos.alert import station as station_todos
from tests.factories.accounts import GrantFactory, UserFactory
from tests.factories.households import HouseholdFactory, MembershipFactory
from tests.factories.monitoring import IdentityDoubtFactory, received
from tests.monitoring.alerts import TODAY, answer, only, waiting
from tests.monitoring.conftest import OTHER_VILLAGE

pytestmark = pytest.mark.django_db
LATER = date(2025, 11, 20)
ELSEWHERE = "341703106201"


@pytest.fixture
def everything(station: User) -> dict[str, Alert]:
    """One alert in each state, and one of another county that could leak into any count."""
    received(by=station, village_code=ELSEWHERE)
    answered = answer(waiting(station), station)
    proposed = answer(waiting(station), station, result="propose")
    propose(alerts=only(proposed), on=TODAY, by=station, note="属实")
    closed = answer(waiting(station), station)
    close_alerts(alerts=only(closed), on=TODAY, by=station)
    return {
        "new": received(by=station),
        "out": waiting(station),
        "answered": answered,
        "proposed": proposed,
        "closed": closed,
    }


def test_the_rail_counts_what_waits_for_whom(station: User, officer: User, everything: dict[str, Alert]) -> None:
    names = {alert.pk: name for name, alert in everything.items()}

    def found(rows: Any) -> set[str]:
        return {names[alert.pk] for alert in rows}

    assert found(waiting_rows(station, TODAY)) == {"new", "answered", "proposed"}
    assert found(waiting_rows(officer, TODAY)) == found(own_to_check(officer, TODAY)) == {"out"}
    assert found(own_to_check(station, TODAY)) == set()
    assert (found(late(station, TODAY)), found(late(station, LATER))) == (set(), {"out"})
    assert found(late_to_check(officer, LATER)) == {"out"}


def test_the_station_sees_what_to_do_next(station: User, everything: dict[str, Alert]) -> None:
    IdentityDoubtFactory(alert=everything["new"])

    lines = station_todos(station, LATER)

    assert [(line.what, line.count, line.late, line.due_on) for line in lines] == [
        ("村里超期没反馈，该催了", 1, 1, date(2025, 10, 20)),
        ("预警待分派", 1, 0, None),
        ("村里答复了，待复核", 2, 0, None),
        ("号码和姓名对不上，待认", 1, 0, None),
    ]


def test_a_village_sees_its_checks_and_a_reader_nothing(
    officer: User, station: User, everything: dict[str, Alert]
) -> None:
    waiting(station, village_code=OTHER_VILLAGE)
    reader = GrantFactory(user=UserFactory(role=User.Role.DISTRICT_READER)).user

    [line] = checks(officer, LATER)

    assert (line.count, line.late, line.due_on) == (1, 1, date(2025, 10, 20))
    assert (checks(reader, LATER), station_todos(reader, LATER), checks(station, LATER)) == ([], [], [])


def test_pages_of_people_show_their_alerts_and_nobody_elses(station: User) -> None:
    lives = MembershipFactory()
    came_with_him = received(by=station, person=lives.person)
    of_the_house = received(by=station, household=lives.household)
    received(by=station)

    of_household = household_alerts(lives.household, station, TODAY)
    of_person = person_alerts(lives.person, station, TODAY)

    assert {alert.pk for alert in of_household["alerts"]} == {came_with_him.pk, of_the_house.pk}
    assert of_person["alerts"] == [came_with_him]
    assert person_alerts(lives.person, station, date(2025, 1, 1))["alerts"] == []
    worker = GrantFactory(user=UserFactory(role=User.Role.GRID_WORKER)).user
    assert person_alerts(lives.person, worker, TODAY)["alerts"] == []


def test_health_finds_what_lies(station: User, everything: dict[str, Alert]) -> None:
    lives = MembershipFactory(household=HouseholdFactory(village_code=OTHER_VILLAGE))
    moved = waiting(station, person=lives.person)
    hand_out(alerts=only(moved), on=LATER, by=station, village_code=moved.village_code)
    wrong = received(by=station, settled_on=date(2025, 10, 11))
    week_on = TODAY + timedelta(7)

    assert list(lying_with_the_village(station, week_on)) == []
    assert list(lying_with_the_village(station, week_on + timedelta(1))) == [everything["out"]]
    assert set(lying_at_the_station(station, TODAY)) == {everything["new"], wrong}
    assert list(proposed_without_case(station, LATER)) == [everything["proposed"]]
    assert list(person_lives_elsewhere(station, LATER)) == [moved]
    assert list(received_after_its_settlement(station, TODAY)) == [wrong]


def test_open_alerts_follow_who_moves_and_closed_ones_stay(station: User) -> None:
    lives = MembershipFactory()
    mine = {"person": lives.person, "household": lives.household}
    still_open, closed = waiting(station, **mine), answer(waiting(station, **mine), station)
    close_alerts(alerts=only(closed), on=TODAY, by=station)
    home = HouseholdFactory()
    Membership.objects.filter(pk=lives.pk).update(household=home)

    people_moved(person_ids=[lives.person.pk], household=home, on=TODAY, by=station)

    assert [alert.household for alert in only(still_open, closed).order_by("pk")] == [home, lives.household]
