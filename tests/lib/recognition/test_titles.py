"""What a file's name or a title says: the day it was sent, what it covers, how many it holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paibou.lib.recognition.titles import Said, said

TODAY = date(2026, 12, 1)
days = st.dates(date(2015, 1, 1), TODAY)


@pytest.mark.parametrize(
    "title",
    [
        "2025年1-9月", "2025年1—9月", "2025年1至9月", "2025.1-9月", "2025年1月-9月", "2025年10月-2026年9月", "2025年前三季度",
        "2025年第3季度", "2025年上半年", "2025年11~12月", "2025年9月", "2025年9月1日-9月18日", "2025.1.1-2025.9.30", "2025年9月1-18日",
    ],
)  # fmt: skip
def test_what_covers_more_than_a_day_is_no_day_and_is_said_as_it_stands(title: str) -> None:
    assert said([f"区医保{title}高额费用名单20人.xlsx"], TODAY) == Said(None, title, 20)
    assert said([f"区医保{title}高额费用名单20人_20251018.xlsx"], TODAY) == Said(date(2025, 10, 18), "", 20)


@given(days)
def test_a_day_and_a_count_are_read_with_or_without_a_space_between(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    spellings = [
        f"{day:%Y%m%d}", f"{day}", f"{day:%Y %m %d}", f"{year}.{month}.{number}", f"{year}年{month}月{number}日",
        f"{year} 年 {month} 月 {number} 日", f"{year}/{month}/{number}", f"{year}_{month}_{number}",
    ]  # fmt: skip

    for spelling in spellings:
        for title in (f"名单{spelling} 12人.xlsx", f"messy {spelling}\u300012 人.xlsx", f"市医保 {spelling}-12人"):
            assert said([title], TODAY) == Said(day, "", 12), title


def test_a_month_and_a_count_make_no_day() -> None:
    assert said(["名单2025.9 18人"], TODAY) == Said(None, "", 18)


def test_a_time_behind_a_day_makes_no_range_of_them() -> None:
    assert said(["名单2025-10-18-11-05-30.xlsx"], TODAY).day == date(2025, 10, 18)
