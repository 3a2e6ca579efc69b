"""工作台, 查找, 数据体检, one village: over the demonstration's township, as its people see it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from households.models import Household, Membership, Person, Registration
from monitoring.models import Alert, Case, CaseEvent
from paibou.lib.declarations import Todo, Waiting, todos
from reports.queries import workbench as queries
from reports.queries.todo import parts

VILLAGE = "341702106204"


@pytest.fixture
def day(township: date) -> Iterator[date]:
    """The township's last day is today."""
    with time_machine.travel(f"{township}T09:00:00+08:00", tick=False):
        yield township


def enter(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.exclude(password="!").get(role=role))
    return client


def page(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# --- what waits ---
def test_what_is_late_stands_first_and_each_line_once(monkeypatch: pytest.MonkeyPatch) -> None:
    today = date(2025, 10, 20)
    lines = [
        Waiting("later", "/", 1, due_on=today + timedelta(days=40)),
        Waiting("today", "/", 1),
        Waiting("some late", "/", 5, due_on=today + timedelta(days=1), late=2),
        Waiting("this week", "/", 1, due_on=today + timedelta(days=7)),
        Waiting("over", "/", 1, due_on=today - timedelta(days=1)),
        Waiting("nothing", "/", 0),
    ]
    monkeypatch.setattr("reports.queries.todo.todos", [Todo("all", "全部", lambda user, day: lines)])

    found = [(part.title, [line.what for line in part.lines]) for part in parts(User(), today)]

    assert found == [
        ("已超期", ["over", "some late"]),
        ("今天", ["today"]),
        ("七天内", ["this week"]),
        ("以后", ["later"]),
    ]


def test_all_apps_that_have_work_declare_it() -> None:
    assert {"alerts", "cases", "visits"} <= {todo.slug for todo in todos}


@pytest.mark.parametrize("role", User.Role.values)
def test_everybody_has_a_workbench(day: date, role: str) -> None:
    text = page(enter(role), "/")

    assert "要办的事" in text


def test_the_station_sees_what_is_late_and_the_numbers_of_today(day: date) -> None:
    text = page(enter("station"), "/")

    late = Alert.objects.overdue(day).count()
    assert late
    assert "已超期" in text
    assert f"超期 {late}</span>" in text
    listed = Registration.objects.as_of(day).filter(kind="monitored").count()
    assert f"<small>在册监测对象</small><b>{listed}</b>" in text


def test_the_numbers_are_those_of_their_rows(day: date) -> None:
    user = User.objects.exclude(password="!").get(role="station")

    stock = queries.stocks(user.prefixes, day)
    alerts = queries.alerts_of_year(Alert.objects.known().visible_to(user), day)
    cases = queries.open_cases(user, day)

    assert stock["monitoring.listed.households"] == Registration.objects.as_of(day).filter(kind="monitored").count()
    lifted = Registration.objects.as_of(day).filter(kind="lifted").values("household")
    assert stock["registry.lifted.people"] == Membership.objects.as_of(day).filter(household__in=lifted).count()
    assert alerts["received"] == Alert.objects.filter(received_on__year=2025).count()
    assert alerts["open"] == Alert.objects.exclude(state="closed").count()
    assert cases["cases"] == Case.objects.filter(state__in=["monitored", "labelled"]).count()


def test_villages_add_up_to_the_township(day: date) -> None:
    user = User.objects.exclude(password="!").get(role="station")

    compared = queries.villages(user, day)
    whole = queries.alerts_of_year(Alert.objects.known().visible_to(user), day)

    assert (compared.sum.alerts, compared.sum.open, compared.sum.late) == (
        whole["received"],
        whole["open"],
        whole["late"],
    )
    assert compared.sum.cases == queries.open_cases(user, day)["cases"]
    codes = [row.code for row in compared.rows]
    villages = [code for code in codes if not code.endswith("000")]
    assert len(villages) == 10
    assert codes == sorted(villages) + codes[10:11]  # what has no village yet stands last, where there is any


def test_trends_are_counts_of_twelve_months(day: date) -> None:
    user = User.objects.exclude(password="!").get(role="station")

    received, _, identified, eliminated = queries.trends(user, day)

    assert [len(trend.values) for trend in (received, identified, eliminated)] == [12, 12, 12]
    assert received.months[0] == date(2025, 1, 1)
    assert sum(value or 0 for value in received.values) == Alert.objects.filter(received_on__year=2025).count()
    assert (
        sum(value or 0 for value in identified.values)
        == CaseEvent.objects.known().passed("approved").filter(on__year=2025).count()
    )
    assert received.bars[-1]["is_now"]


def test_a_village_officer_sees_his_village_and_no_other(day: date) -> None:
    client = enter("village_officer")

    text = page(client, "/")

    assert "各村对比" not in text
    assert client.get(f"/villages/{VILLAGE}/").status_code == 200
    assert client.get("/villages/341702106200/").status_code == 404


def test_a_village_page_has_its_own_numbers(day: date) -> None:
    text = page(enter("station"), f"/villages/{VILLAGE}/")

    households = Household.objects.inside(VILLAGE).open(day).count()
    assert f"<b>{households}</b>" in text
    assert "何桂英" in text


def test_the_workbench_asks_as_many_questions_for_many_rows_as_for_few(day: date) -> None:
    counted = []
    for keep in (1, 3):
        client = enter("station")
        client.get("/")
        Alert.objects.filter(pk__in=Alert.objects.open().order_by("pk").values("pk")[keep:]).update(state="closed")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        counted.append(len(captured))

    assert counted[0] == counted[1]


# --- search ---
def test_two_characters_in_the_middle_find_a_person(day: date) -> None:
    text = page(enter("station"), "/search/?q=阳月&stay=1")

    assert "欧阳月琴" in text
    assert "<html" in text


def test_answers_come_as_one_types_masked_and_as_links(day: date) -> None:
    person = Person.objects.filter(name="欧阳月琴").get()

    text = page(enter("station"), "/search/?q=欧阳月", **{"HX-Request": "true"})

    assert "<html" not in text
    assert f'href="/households/people/{person.pk}/"' in text
    assert person.id_number not in text
    assert f"{person.id_number[:6]}********{person.id_number[-4:]}" in text


def test_one_hit_and_enter_opens_it(day: date) -> None:
    person = Person.objects.filter(name="欧阳月琴").get()

    answer = enter("station").get("/search/", {"q": person.id_number})

    assert (answer.status_code, answer["Location"]) == (302, f"/households/people/{person.pk}/")


def test_a_household_is_found_by_its_number_and_its_phone(day: date) -> None:
    household = Household.objects.exclude(phone_digest=b"").filter(closed_on=None).select_related("head")[0]
    client = enter("station")

    for word in (household.number, household.phone):
        assert f'href="/households/{household.pk}/"' in page(client, f"/search/?q={word}&stay=1")


def test_when_nobody_bears_the_name_those_who_sound_alike_are_named(day: date) -> None:
    Person.objects.filter(pk=Person.objects.order_by("pk").values("pk")[:1]).update(
        name="程友福", name_sort="cheng you fu 1"
    )

    text = page(enter("station"), "/search/?q=程有福")

    assert "没有找到“程有福”" in text
    assert "程友福" in text


def test_one_character_is_not_asked(day: date) -> None:
    client = enter("station")
    client.get("/search/?q=王")
    with CaptureQueriesContext(connection) as captured:
        text = page(client, "/search/?q=王")

    assert "再写一个字" in text
    assert not any("name_pairs" in one["sql"] or ("name" in one["sql"] and "LIKE" in one["sql"]) for one in captured)


def test_nobody_finds_people_of_another_village(day: date) -> None:
    elsewhere = Person.objects.exclude(village_code=VILLAGE).exclude(id_digest=b"")[0]

    text = page(enter("village_officer"), f"/search/?q={elsewhere.id_number}")

    assert elsewhere.name not in text
    assert "没有找到" in text


def test_a_long_answer_is_cut_and_says_so(day: date) -> None:
    text = page(enter("station"), "/search/?q=欧阳")

    assert len(re.findall(r'href="/households/people/\d+/"', text)) == 20
    assert "只列前 20 个" in text


def test_who_may_not_see_households_may_not_search(day: date) -> None:
    assert enter("grid_worker").get("/search/?q=王福").status_code == 403
    assert 'role="search"' not in page(enter("grid_worker"), "/")


# --- data health ---
def test_data_health_counts_what_breaks_a_rule_and_leads_to_the_row(day: date) -> None:
    household = Household.objects.filter(closed_on=None, registrations__kind="lifted")[0]
    Household.objects.filter(pk=household.pk).update(number="")
    client = enter("station")

    text, rows = page(client, "/health/"), page(client, "/health/household_without_number/")

    assert "在册户没有户编号" in text
    assert "1 处" in text
    assert f'href="/households/{household.pk}/"' in rows


def test_data_health_counts_all_in_one_statement(day: date) -> None:
    client = enter("station")
    client.get("/health/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/health/")

    assert len(captured) == 7  # six of them are the frame's


def test_a_rule_that_nobody_declared_is_not_found(day: date) -> None:
    assert enter("station").get("/health/nothing/").status_code == 404
