from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paibou.lib import wording

TODAY = date(2025, 10, 20)


@given(st.integers(-(10**15), 10**15))
def test_a_number_said_in_words_is_read_back(value: int) -> None:
    assert wording.from_words(wording.words(value)) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (102, "一百零二"),
        (110, "一百一十"),
        (3200, "三千二百"),
        (10001, "一万零一"),
        (100010, "十万零一十"),
        (32000, "三万二千"),
        (120000000, "一亿二千万"),
        (100000001, "一亿零一"),
        (-7, "负七"),
    ],
)
def test_numbers_are_said_as_people_say_them(value: int, said: str) -> None:
    assert wording.words(value) == said


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("三万二", 32000),
        ("一百二", 120),
        ("三千五", 3500),
        ("一百零二", 102),
        ("两百", 200),
        ("二〇二五", 2025),
        ("十", 10),
        ("二十", 20),
        ("一亿三", 130000000),
        ("壹仟贰佰", 1200),
        ("三万零二百", 30200),
        ("元", None),
        ("", None),
        ("32000", None),
    ],
)
def test_words_are_read_as_people_mean_them(said: str, value: int | None) -> None:
    assert wording.from_words(said) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("48620.35"), "48,620.35"),
        (Decimal("-3100"), "−3,100.00"),
        (Decimal("0"), "0.00"),
        (Decimal("123456789.005"), "123,456,789.01"),
        (None, "–"),
    ],
)
def test_money_in_a_table(value: Decimal | None, shown: str) -> None:
    assert wording.yuan(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("543000"), "54.3"),
        (Decimal("724000"), "72.4"),
        (Decimal("1"), "0.0001"),
        (Decimal("10000000"), "1,000"),
        (Decimal("0"), "0"),
    ],
)
def test_money_in_a_sentence_is_said_in_wan(value: Decimal, shown: str) -> None:
    assert wording.wan(value) == shown


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_wan_with_six_decimals_loses_no_cent(value: Decimal) -> None:
    assert Decimal(wording.wan(value, 6).replace(",", "")) * 10000 == value


def test_days_leave_this_year_away() -> None:
    shown = [wording.day(day, TODAY) for day in (date(2025, 10, 10), date(2024, 12, 2), None)]

    assert shown == ["10月10日", "2024年12月2日", "–"]


def test_an_instant_is_said_by_the_day_in_china() -> None:
    now = datetime(2025, 10, 20, 2, 0, tzinfo=UTC)  # 10:00 in China

    shown = [
        wording.when(datetime(2025, 10, d, h, 42, tzinfo=UTC), now) for d, h in ((20, 1), (19, 17), (19, 1), (1, 1))
    ]

    assert shown == ["今天 09:42", "今天 01:42", "昨天", "10月1日"]


def test_deadlines_are_relative_within_three_days() -> None:
    shown = [wording.due(date(2025, 10, d), TODAY) for d in (17, 20, 23, 24)]

    assert shown == [
        ("超期 3 天", "due due--over"),
        ("今天", "due due--today"),
        ("还有 3 天", "due"),
        ("10月24日", "due"),
    ]


def test_a_period_names_its_last_day() -> None:
    shown = [
        wording.period(date(2025, 1, 1), date(2025, 10, 20)),
        wording.period(date(2024, 10, 1), date(2025, 9, 30)),
        wording.period(TODAY, TODAY),
    ]

    assert shown == ["2025年1月1日 – 10月20日", "2024年10月1日 – 2025年9月30日", "2025年10月20日"]


def test_counts_stop_at_a_thousand() -> None:
    assert [wording.bounded(n) for n in (0, 225, 1000, 1001)] == ["0", "225", "1,000", "1,000 以上"]
    assert [wording.bounded(n, unit="户") for n in (225, 1001)] == ["225 户", "1,000 户以上"]
