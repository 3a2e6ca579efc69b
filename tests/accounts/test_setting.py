from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Setting, User
from accounts.options import Kind, Option, Values, options, value_of
from accounts.services import setting as services
from paibou.lib.refused import Refused

DAY = date(2025, 10, 20)


@pytest.fixture(autouse=True)
def declared() -> None:
    len(options)  # loads what apps declare
    for slug, default, kind in (
        ("try_count", 7, Kind.COUNT), ("try_amount", Decimal("8000"), Kind.AMOUNT), ("try_day", DAY, Kind.DAY),
        ("try_flag", False, Kind.FLAG), ("try_words", ["甲", "乙"], Kind.WORDS),
    ):  # fmt: skip
        if slug not in options:
            options.add(slug, Option(slug, f"试{kind.value}", default, kind, group="试"))


def put(prefix: str, value: object, valid_from: date = date(2025, 1, 1), name: str = "try_count") -> None:
    Setting.objects.create(name=name, prefix=prefix, valid_from=valid_from, value=value)


def value(village_code: str = "341702106200", day: date = DAY) -> object:
    return value_of("try_count", village_code=village_code, day=day)


def test_what_is_declared_holds_where_nobody_set_anything(db) -> None:
    assert value() == 7


def test_the_longest_prefix_wins_then_the_latest_day(db) -> None:
    put("", 1)
    put("341702", 2)
    put("341702106", 3)
    put("341702106", 4, date(2025, 6, 1))
    put("341702106", 5, date(2025, 12, 1))
    put("341702106201", 6)

    assert [value(code) for code in ("341702106200", "341702106201", "341702107200", "110101001001")] == [4, 6, 2, 1]
    assert [value(day=day) for day in (date(2024, 12, 31), date(2025, 5, 31), date(2025, 6, 1), date(2025, 12, 1))] == [
        7, 3, 4, 5,
    ]  # fmt: skip


def test_many_villages_are_looked_up_in_one_statement(db, django_assert_num_queries) -> None:
    put("341702106", 3)
    put("341702107", 4)

    with django_assert_num_queries(1):
        values = Values(["try_count", "try_flag"], day=DAY)
        found = [values.of("try_count", code) for code in ("341702106200", "341702107200", "341702108200")]

    assert found == [3, 4, 7]
    assert values.of("try_flag", "341702106200") is False


@pytest.mark.parametrize(
    ("name", "typed", "kept", "used"),
    [
        ("try_count", "15", 15, 15),
        ("try_amount", "9,000", "9000.00", Decimal("9000.00")),
        ("try_day", "2025.3.1", "2025-03-01", date(2025, 3, 1)),
        ("try_flag", "1", True, True),
        ("try_words", "甲\n 丙 \n", ["甲", "丙"], ["甲", "丙"]),
    ],
)
def test_each_kind_is_typed_kept_and_used(as_user, admin, name, typed, kept, used) -> None:
    answer = as_user(admin).post(f"/settings/{name}/", {"value": typed, "prefix": "牌楼镇", "valid_from": "2025-01-01"})

    assert answer.status_code == 302, answer.content.decode()
    row = Setting.objects.get()
    assert (row.prefix, row.value, row.by) == ("341702106", kept, admin)
    assert value_of(name, village_code="341702106200", day=DAY) == used


def test_a_setting_for_another_township_is_refused(admin) -> None:
    with pytest.raises(Refused, match="只能改您自己范围内的设置"):
        services.set_value(name="try_count", prefix="341702107", valid_from=DAY, value=3, by=admin)
    with pytest.raises(Refused, match="只能改您自己范围内的设置"):
        services.set_value(name="try_count", prefix="", valid_from=DAY, value=3, by=admin)


def test_a_value_set_twice_for_a_day_is_corrected(admin) -> None:
    for given in (3, 4):
        services.set_value(name="try_count", prefix="341702106", valid_from=DAY, value=given, by=admin)

    assert Setting.objects.get().value == 4


def test_only_a_value_that_does_not_hold_yet_is_dropped(admin) -> None:
    setting = services.set_value(name="try_count", prefix="341702106", valid_from=DAY, value=3, by=admin)

    with pytest.raises(Refused, match="已经生效的值不能去掉"):
        services.drop_value(setting=setting, today=DAY)
    services.drop_value(setting=setting, today=date(2025, 10, 19))

    assert not Setting.objects.exists()


def test_the_station_reads_settings_and_sets_none(as_user, station: User) -> None:
    put("341702", 9)
    client = as_user(station)

    listed = client.get("/settings/").content.decode()
    page = client.get("/settings/try_count/").content.decode()
    sent = client.post("/settings/try_count/", {"value": "1", "prefix": "牌楼镇", "valid_from": "今天"})

    assert "贵池区，2025-01-01 起" in listed
    assert "设一个值" not in page
    assert sent.status_code == 403
    assert Setting.objects.get().value == 9


def test_a_neighbours_value_is_not_shown_or_dropped(as_user, admin) -> None:
    put("341702107", 91827)
    client = as_user(admin)

    assert "91827" not in client.get("/settings/try_count/").content.decode()
    assert client.post(f"/settings/values/{Setting.objects.get().pk}/drop/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_settings_cost_the_same(as_user, admin, rows, django_assert_num_queries) -> None:
    for number in range(rows):
        put("341702106", number, date(2025, 1, 1 + number))
    client = as_user(admin)

    with django_assert_num_queries(6):  # session, user, grants, values, names, frame
        client.get("/settings/")
    with django_assert_num_queries(6):
        client.get("/settings/try_count/")
