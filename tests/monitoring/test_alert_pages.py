"""The station's pages of alerts: each opens, does its work by a plain POST, and keeps to its number of statements."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, User
from households.models import Membership
from households.services.membership import add_member
from monitoring.models import Alert, AlertEvent, Case
from monitoring.services.alert import close_alerts
from monitoring.services.alert_case import propose
from tests.factories.accounts import TOWNSHIP, GrantFactory, UserFactory
from tests.factories.households import VILLAGE, MembershipFactory, PersonFactory, RegistrationFactory, id_number
from tests.factories.monitoring import IdentityDoubtFactory, received
from tests.monitoring.alerts import answer, kinds, only, waiting
from tests.monitoring.conftest import OTHER_VILLAGE

pytestmark = pytest.mark.django_db
LIST_STATEMENTS = 14
DETAIL_STATEMENTS = 18
DOUBT_STATEMENTS = 10
CHECK_LIST_STATEMENTS = 10


@pytest.fixture
def desk(client: Client, station: User) -> Client:
    client.force_login(station)
    return client


@pytest.fixture
def other_county() -> Alert:
    """A row that could leak."""
    return received(by=GrantFactory(prefix="341703106").user, village_code="341703106201", name="外县人")


def url(name: str, *args: Any) -> str:
    return reverse(f"monitoring:{name}", args=args)


def text(answer: Any) -> str:
    return answer.content.decode()


def full(station: User, number: int = 1) -> Alert:
    """An answered alert of a registered person, that repeats an earlier one."""
    lives = MembershipFactory(person=PersonFactory(id_number=id_number(number)))
    RegistrationFactory(household=lives.household)
    same = {"person": lives.person, "household": lives.household, "name": lives.person.name}
    waiting(station, **same, received_on=date(2025, 6, 1))
    alert = waiting(station, **same)
    only(alert).link_to_previous()
    return answer(alert, station)


# --- the inbox ---
@pytest.mark.parametrize("rows", [1, 3])
def test_the_inbox_keeps_to_its_statements(
    desk: Client, station: User, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        full(station, number)

    with django_assert_num_queries(LIST_STATEMENTS):
        page = desk.get(url("alert_list"), {"view": "all"})

    assert page.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_an_alerts_page_keeps_to_its_statements(
    desk: Client, station: User, rows: int, django_assert_num_queries: Any
) -> None:
    alert = full(station)
    for _ in range(rows):
        received(by=station, person=alert.person, received_on=date(2025, 7, 1))

    with django_assert_num_queries(DETAIL_STATEMENTS):
        page = desk.get(url("alert_detail", alert.pk))

    assert page.status_code == 200


def test_views_count_what_they_show(desk: Client, station: User, other_county: Alert) -> None:
    new = received(by=station, name="待分派的")
    late = waiting(station, name="超期的")
    answered = answer(waiting(station, name="待复核的"), station)
    closed = answer(waiting(station, name="办结的"), station)
    close_alerts(alerts=only(closed), on=date(2025, 10, 16), by=station)

    page = desk.get(url("alert_list"))

    counts = page.context["counts"]
    assert {name: counts[name] for name in ("all", "new", "open", "late", "review", "closed")} == {
        "all": 4, "new": 1, "open": 3, "late": 1, "review": 1, "closed": 1,
    }  # fmt: skip
    assert page.context["page"].rows == [late, new, answered]
    for view in ("all", "new", "open", "late", "review", "closed"):
        assert len(desk.get(url("alert_list"), {"view": view}).context["page"].rows) == counts[view]


def test_the_inbox_is_narrowed(desk: Client, station: User) -> None:
    wanted = received(by=station, name="欧阳月琴", source="province", village_code=OTHER_VILLAGE)
    received(by=station, name="汪德发")

    for asked in ({"q": "月琴"}, {"q": wanted.id_number}, {"village": OTHER_VILLAGE}, {"source": "province"}):
        assert desk.get(url("alert_list"), asked).context["page"].rows == [wanted]


def test_numbers_are_masked_and_others_rows_absent(desk: Client, station: User, other_county: Alert) -> None:
    alert = received(by=station)

    page = text(desk.get(url("alert_list"), {"view": "all"}))

    assert (alert.id_number in page, other_county.name in page, alert.id_number[-4:] in page) == (False, False, True)


# --- in bulk ---
def bulk(desk: Client, do: str, alerts: list[Alert], **more: Any) -> Any:
    return desk.post(url("alert_bulk"), {"do": do, "pk": [alert.pk for alert in alerts], **more}, follow=True)


def test_a_batch_is_handed_out_and_taken_back_by_one_click(desk: Client, station: User) -> None:
    alerts = [received(by=station), received(by=station, village_code=OTHER_VILLAGE)]

    page = bulk(desk, "hand-out", alerts)

    assert "已分派 2 条" in text(page)
    act = AlertEvent.objects.filter(kind="handed_out").values_list("act", flat=True)[0]
    assert "已撤销 2 条" in text(desk.post(url("alert_undo", act), follow=True))
    assert {alert.state for alert in only(*alerts)} == {"received"}


def test_all_that_the_list_shows_is_meant_by_all(desk: Client, station: User, other_county: Alert) -> None:
    alerts = [received(by=station) for _ in range(3)]
    apart = received(by=station, village_code=OTHER_VILLAGE)

    desk.post(f"{url('alert_bulk')}?view=new&village={VILLAGE}", {"do": "hand-out", "all": "1"})

    assert {alert.state for alert in only(*alerts)} == {"handed_out"}
    assert {alert.state for alert in only(apart, other_county)} == {"received"}


def test_what_cannot_be_done_is_said(desk: Client, station: User) -> None:
    alert = received(by=station)

    assert "没有核查反馈" in text(bulk(desk, "close", [alert]))
    assert "一条也没选" in text(bulk(desk, "remind", []))
    assert "还没填期限" in text(bulk(desk, "due", [alert]))


def test_nobody_reaches_beyond_his_scope(desk: Client, other_county: Alert) -> None:
    assert "一条也没选" in text(bulk(desk, "void", [other_county], note="x"))
    for name, args in (("alert_detail", ()), ("alert_act", ("void",)), ("check_form", ()), ("alert_take_up", ())):
        assert desk.get(url(name, other_county.pk, *args)).status_code == 404


def test_a_village_officer_hands_nothing_out(client: Client, officer: User, station: User) -> None:
    client.force_login(officer)

    assert bulk(client, "hand-out", [received(by=station)]).status_code == 403


# --- one alert ---
def test_an_act_without_what_it_needs_is_refused_on_its_form(desk: Client, station: User) -> None:
    alert = answer(waiting(station), station)

    page = desk.post(url("alert_act", alert.pk, "send-back"), {"note": ""})

    assert (page.status_code, "还没填退回的原因" in text(page)) == (422, True)
    assert "已退回 1 条" in text(desk.post(url("alert_act", alert.pk, "send-back"), {"note": "没写收入"}, follow=True))


def test_every_act_has_its_page(desk: Client, station: User) -> None:
    alert = waiting(station)

    for name in ("hand-out", "to-village", "take-back", "remind", "due", "close", "send-back", "propose", "void"):
        assert desk.get(url("alert_act", alert.pk, name)).status_code == 200
    assert desk.get(url("alert_act", alert.pk, "eat")).status_code == 404


def test_one_alert_is_typed_by_hand(desk: Client) -> None:
    given = {
        "source": "household",
        "village_code": VILLAGE,
        "name": "汪德发",
        "received_on": "今天",
        "reason": "车祸住院",
    }

    page = desk.post(url("alert_create"), given)

    alert = Alert.objects.get()
    assert (page.status_code, alert.source, alert.received_on) == (302, "household", timezone.localdate())


def test_a_report_of_tomorrow_is_refused(desk: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(1)
    given = {"source": "household", "village_code": VILLAGE, "name": "汪德发", "reason": "车祸住院"}

    page = desk.post(url("alert_create"), given | {"received_on": tomorrow.isoformat()})

    assert (page.status_code, "还没到，请核对" in text(page)) == (422, True)


def test_a_person_on_file_without_a_household_is_said_and_joins_one_before_his_case(
    desk: Client, station: User
) -> None:
    person, home = PersonFactory(id_number=id_number(31)), MembershipFactory().household
    alert = answer(waiting(station, person=person, household=None), station, result="propose")
    propose(alerts=only(alert), on=date(2025, 10, 16), by=station, note="属实")
    sentence = "此人在册，但现在不属于哪一户；先到农户页把他加进一户（“登记增加”，单独成户的“登记一户”），再立案"

    page = text(desk.get(url("alert_detail", alert.pk)))
    told = text(desk.get(url("alert_take_up", alert.pk), follow=True))

    assert (sentence in page, '<span class="tag">在册无户</span>' in page, "先在右边登记" in page) == (
        True,
        True,
        False,
    )
    assert told.count(sentence) == 2
    add_member(
        household=home,
        facts={"name": person.name, "id_number": person.id_number},
        relation="其他",
        joined=Membership.Joined.SUPPLEMENT,
        on=timezone.localdate(),
        by=station,
        today=timezone.localdate(),
    )
    assert desk.get(url("alert_take_up", alert.pk)).status_code == 200


def test_a_proposal_becomes_a_case(desk: Client, station: User) -> None:
    lives = MembershipFactory()
    alert = answer(waiting(station, person=lives.person, household=lives.household), station, result="propose")
    propose(alerts=only(alert), on=date(2025, 10, 16), by=station, note="属实")
    given = {"kind": "marginal", "channel": "department", "clue_on": "2025-10-10", "main_risk": "因病", "note": ""}

    page = desk.post(url("alert_take_up", alert.pk), given)

    case = Case.objects.get()
    assert (page.status_code, page["Location"]) == (302, url("case_detail", case.pk))
    assert desk.get(url("alert_take_up", alert.pk)).status_code == 200
    assert desk.post(url("alert_take_up", alert.pk), given).status_code == 422


def test_a_person_not_on_file_is_registered_or_recognised(desk: Client, station: User) -> None:
    new, known = received(by=station, name="陈老三"), received(by=station, name="汪德发")
    person = MembershipFactory(person=PersonFactory(name="汪德发")).person

    desk.post(url("alert_register", new.pk))
    desk.post(url("alert_link", known.pk, person.pk))

    assert [alert.person is not None for alert in only(new, known)] == [True, True]
    assert "就是他" in text(desk.get(url("alert_detail", received(by=station, name="汪德发").pk)))
    assert "已经认过人" in text(desk.post(url("alert_link", known.pk, person.pk), follow=True))


def test_an_export_takes_what_is_shown_masked_and_is_logged(desk: Client, station: User) -> None:
    full(station)

    page = desk.post(f"{url('alert_export')}?view=all", {})

    log = AccessLog.objects.get(kind=AccessLog.Kind.EXPORT)
    assert (page.status_code, page.content[:2], log.rows, log.user) == (200, b"PK", 2, station)
    assert desk.post(f"{url('alert_export')}?view=all", {"full": "on"}).status_code == 422


def test_a_sheet_for_the_village_is_printed_masked_and_logged(desk: Client, station: User, other_county: Alert) -> None:
    alert = waiting(station)

    page = text(desk.post(url("alert_print"), {"pk": [alert.pk, other_county.pk]}))

    log = AccessLog.objects.get(kind=AccessLog.Kind.EXPORT)
    assert (alert.name in page, alert.id_number in page, other_county.name in page) == (True, False, False)
    assert (log.keys, log.rows) == ([alert.pk], 1)
    assert "一条也没选" in text(desk.post(url("alert_print"), follow=True))


# --- doubts and batches ---
@pytest.mark.parametrize("rows", [1, 3])
def test_the_doubts_keep_to_their_statements(
    desk: Client, station: User, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        IdentityDoubtFactory(alert=received(by=station))

    with django_assert_num_queries(DOUBT_STATEMENTS):
        assert desk.get(url("doubt_list")).status_code == 200


def test_of_two_near_numbers_the_list_says_where_they_differ_and_shows_neither(desk: Client, station: User) -> None:
    alert = received(by=station, name="沈德", id_number="342921195705142513")
    other = received(by=station, name="沈德", id_number="342921195705142521")
    IdentityDoubtFactory(alert=alert, other=other, person=None, kind="two_numbers")

    page = text(desk.get(url("doubt_list")))

    assert "第 17、18 位不同" in page
    assert alert.id_number not in page
    assert other.id_number not in page


def test_a_doubt_is_settled_and_opened_again(desk: Client, station: User) -> None:
    doubt = IdentityDoubtFactory(alert=received(by=station), person=MembershipFactory().person)

    desk.post(url("doubt_decide", doubt.pk, "same"))
    assert "已经有人认过" in text(desk.post(url("doubt_decide", doubt.pk, "different"), follow=True))
    assert "是同一人" in text(desk.get(url("doubt_list"), {"view": "decided"}))
    desk.post(url("doubt_reopen", doubt.pk))

    doubt.refresh_from_db()
    assert (doubt.verdict, Alert.objects.get().person) == ("", None)


def test_a_reader_reads_masked_and_acts_on_nothing(client: Client, township: Any, station: User) -> None:
    reader = GrantFactory(user=UserFactory(role=User.Role.DISTRICT_READER), prefix=TOWNSHIP[:6]).user
    alert = answer(waiting(station), station)
    client.force_login(reader)

    page = text(client.get(url("alert_detail", alert.pk)))

    assert (alert.id_number in page, "办结</button>" in page, "查看…" in page) == (False, False, False)
    assert client.post(url("alert_act", alert.pk, "close")).status_code == 403
    assert client.get(url("check_list")).status_code == 403


def test_a_village_undoes_only_its_own(client: Client, officer: User, station: User) -> None:
    alert = waiting(station)
    client.force_login(officer)
    act = AlertEvent.objects.filter(kind="handed_out").values_list("act", flat=True)[0]

    assert client.post(url("alert_undo", act)).status_code == 404
    assert kinds(alert) == ["received", "handed_out"]
