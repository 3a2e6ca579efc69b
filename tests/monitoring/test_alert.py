"""The station's part: taken in, sent back, closed, declared wrong, sent back to the sender."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from exchange.services.system_import import import_file
from monitoring.models import Alert, AlertEvent
from monitoring.services.alert import close_alerts, receive_alert, return_alerts, send_back, void_alerts
from paibou.lib.refused import Refused
from paibou.lib.workdays import working_days_after
from tests.factories.households import VILLAGE, MembershipFactory, PersonFactory, id_number
from tests.factories.monitoring import (
    AlertCheckFactory,
    AlertCheckPhotoFactory,
    AlertEventFactory,
    AlertFactory,
    IdentityDoubtFactory,
    received,
)
from tests.monitoring.alerts import FRIDAY, TODAY, answer, kinds, only, waiting
from tests.monitoring.conftest import OTHER_VILLAGE

pytestmark = pytest.mark.django_db


def report(by: User, **columns: object) -> Alert:
    given = {
        "village_code": VILLAGE,
        "source": "household",
        "received_on": FRIDAY,
        "name": "汪德发",
        "reason": "住院花费大",
    }
    return receive_alert(by=by, today=TODAY, **given | columns)


def test_one_reported_is_not_linked_to_somebody_of_another_township(station: User) -> None:
    elsewhere = MembershipFactory(person=PersonFactory(village_code="341702107200")).person

    alert = report(station, name=elsewhere.name, id_number=elsewhere.id_number)

    assert (alert.person, alert.household) == (None, None)


def test_a_report_of_friday_is_to_be_accepted_by_tuesday(station: User) -> None:
    alert = report(station)

    assert (alert.state, alert.due_on) == ("received", date(2025, 10, 14))
    assert kinds(alert) == ["received"]


def test_a_weekend_is_no_working_day() -> None:
    days = [working_days_after(date(2025, 10, 9), count) for count in range(4)]

    assert days == [date(2025, 10, 9), date(2025, 10, 10), date(2025, 10, 13), date(2025, 10, 14)]


def test_a_report_finds_the_registered_person_and_his_household(station: User) -> None:
    lives = MembershipFactory(person=PersonFactory(name="汪德发"))

    alert = report(station, id_number=lives.person.id_number)

    assert (alert.person, alert.household) == (lives.person, lives.household)


def test_a_person_registered_after_the_report_came_is_found_where_he_lives_now(station: User) -> None:
    lives = MembershipFactory(person__name="汪德发", valid_from=TODAY, household__opened_on=TODAY)

    assert report(station, id_number=lives.person.id_number).household == lives.household


def test_a_report_taken_in_twice_is_one(station: User) -> None:
    report(station, id_number=id_number(1))

    with pytest.raises(Refused, match="以前收过"):
        report(station, id_number=id_number(1))
    assert report(station, id_number=id_number(2))
    assert report(station, id_number=id_number(1), received_on=TODAY)


def test_two_of_one_name_without_numbers_are_told_apart_by_village_and_phone(station: User) -> None:
    report(station, phone="13900000001")

    with pytest.raises(Refused, match="以前收过"):
        report(station, phone="13900000001")
    assert report(station, phone="13900000002")
    assert report(station, phone="13900000001", village_code=OTHER_VILLAGE)


def test_a_number_of_somebody_else_links_nobody(station: User) -> None:
    person = PersonFactory(name="汪德发")

    assert report(station, id_number=person.id_number, name="程桂兰").person is None


def test_a_departments_list_is_not_typed_by_hand(station: User) -> None:
    with pytest.raises(Refused, match="从工作簿导入"):
        report(station, source="city_medical")


def test_an_answer_is_closed(station: User) -> None:
    alert = answer(waiting(station), station)

    act = close_alerts(alerts=only(alert), on=TODAY, by=station)

    alert.refresh_from_db()
    assert (act.count, alert.state, alert.result) == (1, "closed", "no_risk")
    assert kinds(alert) == ["received", "handed_out", "checked", "closed"]


def test_what_nobody_checked_cannot_be_closed(station: User) -> None:
    with pytest.raises(Refused, match="还没有核查反馈"):
        close_alerts(alerts=only(waiting(station)), on=TODAY, by=station)


def test_closed_twice_is_closed_once(station: User) -> None:
    alert = answer(waiting(station), station)
    close_alerts(alerts=only(alert), on=TODAY, by=station)

    with pytest.raises(Refused):
        close_alerts(alerts=only(alert), on=TODAY, by=station)

    assert kinds(alert).count("closed") == 1


def test_a_proposal_is_not_closed_in_passing(station: User) -> None:
    plain, proposed = answer(waiting(station), station), answer(waiting(station), station, result="propose")

    act = close_alerts(alerts=only(plain, proposed), on=TODAY, by=station)

    proposed.refresh_from_db()
    assert (act.count, act.passed_over, proposed.state) == (1, 1, "answered")


def test_a_proposal_is_closed_with_the_reason_why_there_is_no_case(station: User) -> None:
    alert = answer(waiting(station), station, result="propose")
    with pytest.raises(Refused, match="写明原因"):
        close_alerts(alerts=only(alert), on=TODAY, by=station)

    close_alerts(alerts=only(alert), on=TODAY, by=station, note="家中两人务工，年收入 9 万元")

    assert AlertEvent.objects.get(alert=alert, kind="closed").note == "家中两人务工，年收入 9 万元"


def test_an_answer_sent_back_waits_again_for_the_usual_days(station: User) -> None:
    alert = answer(waiting(station), station)

    send_back(alerts=only(alert), on=TODAY, by=station, note="没写家庭收入")

    alert.refresh_from_db()
    assert (alert.state, alert.due_on, alert.answer, alert.result) == ("sent_back", date(2025, 10, 27), None, "")


def test_sending_back_wants_a_reason_and_an_answer(station: User) -> None:
    with pytest.raises(Refused, match="写明退回的原因"):
        send_back(alerts=only(answer(waiting(station), station)), on=TODAY, by=station, note="")
    with pytest.raises(Refused, match="没有待复核的答复"):
        send_back(alerts=only(waiting(station)), on=TODAY, by=station, note="没写")


def test_a_wrong_alert_is_closed_with_its_reason_and_stays_on_file(station: User) -> None:
    alert = waiting(station)
    with pytest.raises(Refused, match="写明作废的原因"):
        void_alerts(alerts=only(alert), on=TODAY, by=station, note="")

    void_alerts(alerts=only(alert), on=TODAY, by=station, note="外省同名")

    alert.refresh_from_db()
    assert (alert.state, alert.is_void, Alert.objects.known().count()) == ("closed", True, 1)
    with pytest.raises(Refused, match="先撤销办结"):
        void_alerts(alerts=only(alert), on=TODAY, by=station, note="再来")


def test_only_closed_rows_of_a_workbook_go_back_to_their_sender(station: User) -> None:
    alert = answer(waiting(station), station)
    close_alerts(alerts=only(alert), on=TODAY, by=station)

    with pytest.raises(Refused, match="没有办结了还没回传"):
        return_alerts(alerts=only(alert), on=TODAY, by=station)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"state": "lost"}, "alert_state_is_of_the_table"),
        ({"state": "handed_out"}, "alert_with_the_village_has_a_due_day"),
        ({"state": "answered"}, "alert_answered_has_its_answer"),
    ],
)
def test_an_alert_that_breaks_a_constraint_is_not_saved(columns: dict, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AlertFactory(**columns)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"kind": "eaten"}, "alertevent_kind_is_of_the_table"),
        ({"kind": "handed_out"}, "alertevent_with_the_village_has_a_due_day"),
        ({"kind": "voided"}, "alertevent_turned_down_says_why"),
        ({"kind": "checked"}, "alertevent_checked_has_its_check"),
    ],
)
def test_an_event_that_breaks_a_constraint_is_not_saved(columns: dict, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AlertEventFactory(**columns)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"result": "fine"}, "alertcheck_result_is_of_the_table"),
        ({"method": "kept"}, "alertcheck_kept_names_the_answer_it_keeps"),
        ({"method": "fax"}, "alertcheck_kept_names_the_answer_it_keeps"),
    ],
)
def test_a_check_that_breaks_a_constraint_is_not_saved(columns: dict, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AlertCheckFactory(**columns)


def test_a_photo_stands_once_and_a_doubt_once() -> None:
    photo, doubt = AlertCheckPhotoFactory(), IdentityDoubtFactory()

    with pytest.raises(IntegrityError, match="alertcheckphoto_stands_once"), transaction.atomic():
        AlertCheckPhotoFactory(check_made=photo.check_made, digest=photo.digest)
    with pytest.raises(IntegrityError, match="identitydoubt_stands_once"), transaction.atomic():
        IdentityDoubtFactory(alert=doubt.alert, person=doubt.person)
    with pytest.raises(IntegrityError, match="identitydoubt_decided_says_who"), transaction.atomic():
        IdentityDoubtFactory(verdict="same")


def test_the_same_row_comes_in_once_a_township_whichever_village_has_it() -> None:
    AlertFactory(fingerprint=b"same")

    with pytest.raises(IntegrityError, match="alert_is_received_once"), transaction.atomic():
        AlertFactory(fingerprint=b"same", village_code="341702106201")
    AlertFactory(fingerprint=b"same", village_code="341702107201")


def test_a_repeated_alert_knows_the_last_one_of_its_source(station: User) -> None:
    number = id_number(7)
    same = {"id_number": number, "name": "吴秀英", "by": station}
    first = received(**same, received_on=date(2025, 6, 14), self_paid_yuan=Decimal(41594))
    received(**same, received_on=date(2025, 8, 1), source="civil_affairs")
    received(**same | {"name": "吴秀"}, received_on=date(2025, 9, 1))
    later = received(**same, received_on=date(2025, 10, 10), self_paid_yuan=Decimal(48620))
    beside = received(**same, received_on=date(2025, 10, 10), self_paid_yuan=Decimal(300))

    Alert.objects.all().link_to_previous()

    found = {alert.pk: alert.previous_id for alert in Alert.objects.all()}
    assert [found[first.pk], found[later.pk], found[beside.pk]] == [None, first.pk, first.pk]
    assert Alert.objects.get(pk=later.pk).rise_yuan == Decimal(7026)
    assert list(found.values()).count(None) == 3


def test_a_second_list_is_linked_to_the_first_by_a_planner_that_knows_how_many_there_are(station: User) -> None:
    for paid, received_on in ((8000, date(2025, 9, 1)), (9000, date(2025, 10, 1))):
        rows = "".join(f"竹溪村,吴秀英,{id_number(serial)},{paid}\n" for serial in range(1, 41))
        data = f"村,姓名,身份证号码,个人自付\n{rows}".encode()
        import_file(kind="alerts", name="名单.csv", data=data, by=station, received_on=received_on)

    assert Alert.objects.filter(previous__received_on=date(2025, 9, 1), received_on=date(2025, 10, 1)).count() == 40
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'monitoring_alert'::regclass")
        assert cursor.fetchone()[0] >= 80


def test_a_void_alert_is_no_last_one(station: User) -> None:
    number = id_number(7)
    first = received(by=station, id_number=number, name="吴秀英", received_on=date(2025, 6, 14))
    void_alerts(alerts=only(first), on=TODAY, by=station, note="外省同名")
    received(by=station, id_number=number, name="吴秀英")

    Alert.objects.all().link_to_previous()

    assert not Alert.objects.exclude(previous=None).exists()
