"""The phone of whoever goes to see the family: his list, the form, one tap, a correction."""

import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from monitoring.models import Alert, AlertCheck, AlertEvent
from monitoring.services.alert import close_alerts, send_back
from monitoring.services.alert_handout import hand_out, remind
from tests.factories.accounts import GrantFactory, UserFactory
from tests.factories.households import HouseholdFactory, MembershipFactory, id_number
from tests.factories.monitoring import received
from tests.monitoring.alerts import TODAY, answer, kinds, only, waiting
from tests.monitoring.conftest import OTHER_VILLAGE
from tests.monitoring.test_alert_check import picture

pytestmark = pytest.mark.django_db
LIST_STATEMENTS = 11
FORM_STATEMENTS = 14
LIGHT = 100_000


@pytest.fixture
def phone(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"monitoring:{name}", args=args)


def text(page: Any) -> str:
    return page.content.decode()


def sent(**columns: Any) -> dict[str, Any]:
    return {
        "uid": uuid.uuid4(),
        "method": "phone",
        "result": "no_risk",
        "on": timezone.localdate().isoformat(),
    } | columns


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_keeps_to_its_statements(
    phone: Client, station: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        lives = MembershipFactory()
        waiting(station, person=lives.person, household=lives.household)

    with django_assert_num_queries(LIST_STATEMENTS):
        page = phone.get(url("check_list"))

    assert len(page.context["people"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_keeps_to_its_statements_and_is_light(
    phone: Client, station: User, rows: int, django_assert_num_queries: Any
) -> None:
    lives = MembershipFactory()
    for source in ("city_medical", "province", "disabled")[:rows]:
        alert = waiting(station, person=lives.person, household=lives.household, source=source)

    with django_assert_num_queries(FORM_STATEMENTS):
        page = phone.get(url("check_form", alert.pk))

    assert len(page.context["slips"]) == rows
    assert len(page.content) < LIGHT


def test_the_urgent_stand_first_and_several_alerts_on_one_are_one(phone: Client, station: User) -> None:
    person = MembershipFactory().person
    later = received(by=station, name="不急的")
    hand_out(alerts=only(later), on=TODAY, by=station)
    one, other = waiting(station, person=person), waiting(station, person=person, source="province")
    remind(alerts=only(other), on=TODAY, by=station)

    people = phone.get(url("check_list")).context["people"]

    assert [{alert.pk for alert in each.alerts} for each in people] == [{one.pk, other.pk}, {later.pk}]
    assert [each.is_chased for each in people] == [True, False]


def test_another_villages_people_are_not_his(phone: Client, station: User) -> None:
    alert = waiting(station, village_code=OTHER_VILLAGE, name="外村人")

    assert "外村人" not in text(phone.get(url("check_list")))
    assert phone.get(url("check_form", alert.pk)).status_code == 404
    assert phone.post(url("check_form", alert.pk), sent()).status_code == 404


def test_a_helper_checks_his_households_and_no_other(client: Client, township: Any, station: User) -> None:
    lives, other = MembershipFactory(), MembershipFactory()
    mine, others = (waiting(station, person=each.person, household=each.household) for each in (lives, other))
    helper = UserFactory(role=User.Role.HELPER)
    GrantFactory(user=helper, prefix=None, household_id=lives.household.pk)
    client.force_login(helper)

    assert [each.first for each in client.get(url("check_list")).context["people"]] == [mine]
    assert client.post(url("check_form", others.pk), sent()).status_code == 404
    assert client.post(url("check_form", mine.pk), sent()).status_code == 302
    assert client.get(url("alert_list")).status_code == 403


def test_his_own_villages_number_can_be_rung_and_is_shown_masked(phone: Client, station: User) -> None:
    alert = waiting(station, phone="13900000012")

    page = text(phone.get(url("check_form", alert.pk)))

    assert 'href="tel:13900000012"' in page
    assert "139****0012" in page


def test_an_answer_leads_to_the_next_family(phone: Client, station: User) -> None:
    first, second = waiting(station), waiting(station)

    page = phone.post(url("check_form", first.pk), sent(result="helped_now", help=["medical_aid"], note="已申请"))

    assert page["Location"] in (url("check_form", second.pk),)
    assert Alert.objects.get(pk=first.pk).answer.note == "已申请"
    assert phone.post(url("check_form", second.pk), sent())["Location"] == url("check_list")


def test_an_answer_taken_back_waits_again_on_the_phone(phone: Client, station: User) -> None:
    alert = waiting(station)
    phone.post(url("check_form", alert.pk), sent())
    act = AlertEvent.objects.get(kind="checked").act

    page = phone.post(url("alert_undo", act))

    assert (page["Location"], kinds(alert)) == (url("check_list"), ["received", "handed_out"])


def test_a_double_press_counts_once(phone: Client, station: User) -> None:
    alert, form = waiting(station), sent()

    answers = [phone.post(url("check_form", alert.pk), form).status_code for _ in range(2)]

    assert (answers, AlertCheck.objects.count(), kinds(alert).count("checked")) == ([302, 302], 1, 1)


def test_what_is_missing_is_said_and_what_was_typed_stays(phone: Client, station: User) -> None:
    alert = waiting(station)

    page = phone.post(url("check_form", alert.pk), sent(result="helped_now", note="透析每周三次"))
    empty = phone.post(url("check_form", alert.pk), sent(result=""))

    assert (page.status_code, "选上落实了什么" in text(page), "透析每周三次" in text(page)) == (422, True, True)
    said, choices = text(empty).index("还没选核查结果"), text(empty).index("其他 9 种")
    assert (empty.status_code, said < choices) == (422, True)  # below them the bar of the phone would hide it


def test_a_photo_comes_with_the_form(phone: Client, station: User, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    alert = waiting(station)

    phone.post(url("check_form", alert.pk), sent(photos=SimpleUploadedFile("a.jpg", picture(), "image/jpeg")))

    photo = AlertCheck.objects.get().photos.get()
    page = phone.get(url("check_photo", photo.pk))
    assert (page.status_code, page.content[:3]) == (200, b"\xff\xd8\xff")
    phone.force_login(GrantFactory(user=UserFactory(role="village_officer"), prefix=OTHER_VILLAGE).user)
    assert phone.get(url("check_photo", photo.pk)).status_code == 404


def repeated(station: User, now: int) -> Alert:
    same = {"id_number": id_number(7), "name": "吴秀英"}
    first = answer(waiting(station, **same, received_on=date(2025, 6, 14), self_paid_yuan=Decimal(24180)), station)
    close_alerts(alerts=only(first), on=TODAY, by=station)
    alert = waiting(station, **same, self_paid_yuan=Decimal(now))
    only(alert).link_to_previous()
    return alert


def test_one_tap_keeps_the_last_answer(phone: Client, station: User) -> None:
    alert = repeated(station, 26000)
    page = text(phone.get(url("check_form", alert.pk)))

    phone.post(url("check_keep", alert.pk), {"uid": uuid.uuid4()})

    assert ("情况没变，照上次答复" in page, "多了 1,820 元" in page) == (True, True)
    assert Alert.objects.get(pk=alert.pk).answer.method == "kept"
    assert "已经有人答复过" in text(phone.post(url("check_keep", alert.pk), {"uid": uuid.uuid4()}, follow=True))


def test_a_large_rise_offers_no_tap(phone: Client, station: User) -> None:
    page = text(phone.get(url("check_form", repeated(station, 40000).pk)))

    assert ("情况没变，照上次答复" in page, "超过 5,000 元，要重新核" in page) == (False, True)


def test_why_it_came_back_is_said(phone: Client, station: User) -> None:
    alert = answer(waiting(station), station)
    send_back(alerts=only(alert), on=TODAY, by=station, note="没写家庭收入")

    assert "没写家庭收入" in text(phone.get(url("check_form", alert.pk)))


def test_a_wrong_answer_is_corrected_by_who_gave_it(phone: Client, station: User) -> None:
    alert = waiting(station)
    phone.post(url("check_form", alert.pk), sent())
    made = AlertCheck.objects.get()
    assert phone.get(url("check_correct", made.pk)).status_code == 200

    refused = phone.post(url("check_correct", made.pk), sent(result="away"))
    phone.post(url("check_correct", made.pk), sent(result="away", why="看错了"))

    assert refused.status_code == 422
    assert Alert.objects.get(pk=alert.pk).result == "away"


def test_the_stations_answer_is_not_his_to_correct(phone: Client, station: User) -> None:
    made = answer(waiting(station), station).answer

    assert phone.get(url("check_correct", made.pk)).status_code == 404


def test_a_grid_worker_reports_what_he_sees(client: Client, township: Any) -> None:
    worker = GrantFactory(user=UserFactory(role=User.Role.GRID_WORKER), prefix=HouseholdFactory().village_code).user
    client.force_login(worker)
    given = {
        "source": "grid_worker",
        "village_code": worker.prefixes[0],
        "name": "汪德发",
        "received_on": "今天",
        "reason": "房屋受灾",
    }

    page = client.post(url("alert_create"), given, follow=True)

    assert (page.status_code, Alert.objects.get().source) == (200, "grid_worker")
