"""Whom an alert is about."""

from datetime import date

import pytest

from accounts.models import User
from households.models import Household, Membership
from monitoring.models import Alert, IdentityDoubt
from monitoring.services.alert_identity import decide_doubt, link_alert, register_person, reopen_doubt
from monitoring.services.alert_undo import undo
from paibou.lib.refused import Refused
from tests.factories.accounts import TOWNSHIP
from tests.factories.households import VILLAGE, MembershipFactory, PersonFactory, id_number
from tests.factories.monitoring import IdentityDoubtFactory, received
from tests.monitoring.alerts import TODAY, kinds, only

pytestmark = pytest.mark.django_db
NOWHERE = f"{TOWNSHIP}000"


def test_linked_it_belongs_to_person_household_and_village(station: User) -> None:
    lives = MembershipFactory()
    alert = received(by=station, village_code=NOWHERE)
    again = received(by=station, id_number=alert.id_number, name=alert.name, received_on=date(2025, 9, 1))

    link_alert(alert=alert, person=lives.person, on=TODAY, by=station)

    found = {(one.person, one.household, one.village_code) for one in only(alert, again)}
    assert found == {(lives.person, lives.household, VILLAGE)}
    assert Alert.objects.get(pk=alert.pk).previous == again
    with pytest.raises(Refused, match="已经认过人"):
        link_alert(alert=Alert.objects.get(pk=alert.pk), person=lives.person, on=TODAY, by=station)


def test_a_link_leaves_what_another_township_received_alone(station: User) -> None:
    lives = MembershipFactory()
    alert = received(by=station, village_code=NOWHERE)
    theirs = received(by=station, village_code="341702107000", id_number=alert.id_number, name=alert.name)

    link_alert(alert=alert, person=lives.person, on=TODAY, by=station)

    theirs.refresh_from_db()
    assert (theirs.person, theirs.village_code) == (None, "341702107000")


def test_a_link_undone_leaves_no_trace_on_the_alert(station: User) -> None:
    lives = MembershipFactory()
    alert = received(by=station, village_code=NOWHERE)
    act = link_alert(alert=alert, person=lives.person, on=TODAY, by=station)

    undo(alerts=only(alert), act=act)

    alert.refresh_from_db()
    assert (alert.person, alert.household, alert.village_code) == (None, None, NOWHERE)
    assert kinds(alert) == ["received"]


def test_an_unregistered_person_becomes_head_of_a_new_household(station: User) -> None:
    alert = received(by=station, name="陈老三")

    person = register_person(alert=alert, on=TODAY, by=station)

    alert.refresh_from_db()
    assert (person.name, person.id_number, alert.person, alert.household.head) == (
        "陈老三",
        alert.id_number,
        person,
        person,
    )
    assert Membership.objects.get(person=person).relation == "户主"


def test_nobody_is_registered_twice_or_without_a_village(station: User) -> None:
    with pytest.raises(Refused, match="先把这条预警分派到村"):
        register_person(alert=received(by=station, village_code=NOWHERE), on=TODAY, by=station)
    with pytest.raises(Refused, match="已经登记在册"):
        register_person(alert=received(by=station, person=PersonFactory()), on=TODAY, by=station)
    assert not Household.objects.exists()


def test_one_person_joins_alert_and_registration(station: User) -> None:
    lives = MembershipFactory()
    alert = received(by=station, id_number=lives.person.id_number, name="吴秀")
    doubt = IdentityDoubtFactory(alert=alert, person=lives.person)

    decide_doubt(doubt=doubt, verdict="same", on=TODAY, by=station)

    alert.refresh_from_db()
    assert (alert.person, alert.household, doubt.decided_by) == (lives.person, lives.household, station)
    with pytest.raises(Refused, match="已经有人认过"):
        decide_doubt(doubt=doubt, verdict="different", on=TODAY, by=station)


def test_two_people_stay_apart(station: User) -> None:
    alert = received(by=station)
    doubt = IdentityDoubtFactory(alert=alert)

    decide_doubt(doubt=doubt, verdict="different", on=TODAY, by=station)

    alert.refresh_from_db()
    assert (alert.person, doubt.verdict) == (None, "different")


def test_of_two_alerts_the_unlinked_one_follows(station: User) -> None:
    lives = MembershipFactory()
    linked, loose = received(by=station, person=lives.person), received(by=station)
    doubt = IdentityDoubtFactory(alert=loose, person=None, other=linked)

    decide_doubt(doubt=doubt, verdict="same", on=TODAY, by=station)

    assert Alert.objects.get(pk=loose.pk).person == lives.person


def test_a_verdict_taken_back_takes_the_link_back(station: User) -> None:
    alert = received(by=station)
    doubt = IdentityDoubtFactory(alert=alert, person=MembershipFactory().person)
    with pytest.raises(Refused, match="还没有认过"):
        reopen_doubt(doubt=doubt)
    decide_doubt(doubt=doubt, verdict="same", on=TODAY, by=station)

    reopen_doubt(doubt=doubt)

    alert.refresh_from_db()
    assert (alert.person, IdentityDoubt.objects.get().verdict) == (None, "")


def test_a_verdict_is_one_of_two(station: User) -> None:
    with pytest.raises(Refused, match="是同一人"):
        decide_doubt(doubt=IdentityDoubtFactory(alert=received(by=station)), verdict="", on=TODAY, by=station)


def test_a_person_without_a_number_is_registered_with_the_reason(station: User) -> None:
    person = register_person(alert=received(by=station, id_number="", name="陈小宝"), on=TODAY, by=station)

    assert (person.id_kind, person.no_id_reason) == ("none", "预警没有证件号码，待补")


def test_a_number_on_file_under_another_name_is_said(station: User) -> None:
    PersonFactory(id_number=id_number(1), name="程友志")

    with pytest.raises(Refused, match="另一个姓名"):
        register_person(alert=received(by=station, id_number=id_number(1), name="程有志"), on=TODAY, by=station)
