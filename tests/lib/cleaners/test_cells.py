from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paibou.lib.cleaners import (
    Unclean,
    clean_amount,
    clean_code,
    clean_count,
    clean_date,
    clean_flag,
    clean_identity,
    clean_name,
    clean_phone,
    clean_wan,
    no_later_than,
    spell_amount,
    tidy,
)

PLAIN = "342921195705142513"


def wide(text: str) -> str:
    """As an input method for Chinese leaves it."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


money = st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2)


@given(money)
def test_money_is_read_however_it_is_written(value: Decimal) -> None:
    sign, bare = ("-" if value < 0 else ""), abs(value)

    for cell in (
        float(value),
        str(value),
        f"{value:,}",
        f"￥{value}",
        f"{value}元",
        f" {sign}{bare:,} 元 ",
        f"{value / 10000:f}万元",
    ):
        assert clean_amount(cell) == value


@given(st.floats(-1e9, 1e9))
def test_the_short_way_spells_amounts_as_the_long_one_reads_them(value: float) -> None:
    assert spell_amount('"total":', value) == f'"total":"{clean_amount(value)}"'


@pytest.mark.parametrize(
    ("cell", "value"),
    [("2.4万元", 24000), (wide("1234.5"), "1234.5"), ("¥ 1,234", 1234), ("1.2亿", 120000000), ("500块", 500), ("-", None), ("无", None), ("", None)],
)  # fmt: skip
def test_money_is_read(cell: str, value: object) -> None:
    assert clean_amount(cell) == (None if value is None else Decimal(str(value)))


def test_a_bare_number_counts_ten_thousands_where_the_table_says_so() -> None:
    assert (clean_wan(2.4), clean_wan("2.4"), clean_wan("24000元")) == (24000, 24000, 24000)


@pytest.mark.parametrize("cell", ["三万二", "见附件", "约2000", "1,23", "12.3.4", "1e5", "=1+1"])
def test_what_is_no_amount_says_so(cell: str) -> None:
    with pytest.raises(Unclean, match="不是数字；写成 32000 的样子"):
        clean_amount(cell)


@pytest.mark.parametrize(
    "cell",
    [
        date(2025, 5, 21), datetime(2025, 5, 21, 9, 30), 45798, 45798.4, "45798", 20250521, "20250521", "2025-05-21",  # noqa: DTZ001
        "2025/5/21", "2025.5.21", "2025年5月21日", "2025年05月21号", "2025-05-21 00:00:00", "2025-5-21T08:00:00", "25.5.21",
        wide("2025-05-21"), " 2025年 5月 21日 ", "二〇二五年五月二十一日", "21/5/2025", "2025.5.21.", "20250521093000",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_spelling(cell: object) -> None:
    assert clean_date(cell) == date(2025, 5, 21)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("2025-13-45", "没有 13 月；写成 2025-10-20 的样子"),
        ("2025-02-30", "2025 年 2 月没有 30 日；写成 2025-10-20 的样子"),
        ("2025年5月", "“2025年5月”只到月，缺哪一天；写成 2025-10-20 的样子"),
        ("5/6/2025", "“5/6/2025”看不出哪个是月、哪个是日；写成 2025-10-20 的样子"),
        ("上个月", "“上个月”不是日期；写成 2025-10-20 的样子"),
        ("1825-05-21", "年份写成了 1825，请核对；写成 2025-10-20 的样子"),
    ],
)
def test_what_is_no_day_says_why(cell: str, sentence: str) -> None:
    with pytest.raises(Unclean) as no:
        clean_date(cell)

    assert str(no.value) == sentence


def test_a_day_that_has_not_come_is_refused_where_it_must_have() -> None:
    with pytest.raises(Unclean, match="2025-10-21 还没到"):
        no_later_than(date(2025, 10, 20))("2025.10.21")


@pytest.mark.parametrize(
    "cell",
    [PLAIN, f" {PLAIN}\t", f"'{PLAIN}", wide(PLAIN), "342921 19570514 2513", f"\u200b{PLAIN}\xa0", "342921570514251",
     f"{PLAIN}42", "342921-19570514-2513"],
)  # fmt: skip
def test_an_identity_number_is_found_in_what_was_typed(cell: str) -> None:
    assert clean_identity(cell) == PLAIN


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (3.4292119570514e17, "identity.rounded"), ("3.42921E+17", "identity.rounded"), ("342921********2513", "identity.masked"),
        ("3429211957051425", "identity.length"), ("342921195705142514", "identity.check_digit"),
        ("342921195713142513", "identity.birth"), ("护照E12345678", "identity.unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_identity_number_is_told_apart(cell: object, code: str) -> None:
    with pytest.raises(Unclean) as no:
        clean_identity(cell)

    assert no.value.code == code


def test_a_lower_case_x_and_an_old_number_kept_as_a_number_are_read() -> None:
    assert clean_identity("34292119430903804x") == "34292119430903804X"
    assert clean_identity(342921570514251.0) == PLAIN


@pytest.mark.parametrize(
    ("cell", "name"),
    [("袁　贵伟", "袁贵伟"), ("马  根云", "马根云"), ("阿依古丽·买买提", "阿依古丽·买买提"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("张三（已故）", "张三"),
     ("Li Ming", "Li Ming"), ("㛃丽", "㛃丽"), (" ", None)],
)  # fmt: skip
def test_a_name_is_read(cell: str, name: str | None) -> None:
    assert clean_name(cell) == name


@pytest.mark.parametrize("cell", ["张*", "张某", "张三2", "联系电话：0566", "?伟"])
def test_what_is_no_whole_name_is_refused(cell: str) -> None:
    with pytest.raises(Unclean):
        clean_name(cell)


def test_phones_are_read_and_short_ones_say_how_short() -> None:
    assert clean_phone("+86 139-0000-0000") == "13900000000"
    assert clean_phone(13900000000.0) == "13900000000"
    assert clean_phone("139/13900000001") == "13900000001"
    assert clean_phone("0566-2234567") == "05662234567"
    with pytest.raises(Unclean, match="手机号只有 10 位，少 1 位"):
        clean_phone("1390000000")


def test_counts_flags_and_codes_are_read() -> None:
    assert [clean_count(cell) for cell in (4.0, "4人", "4", "-", "")] == [4, 4, 4, None, None]
    assert [clean_flag(cell) for cell in ("是", "√", "否", "×", True, "")] == [True, True, False, False, True, None]
    assert [clean_code(cell) for cell in ("3417021060000001", 341702106200.0, "无")] == [
        "3417021060000001",
        "341702106200",
        None,
    ]
    with pytest.raises(Unclean):
        clean_code(3417021060000001.0)


def test_text_keeps_what_people_wrote_and_loses_what_programs_left() -> None:
    assert tidy(" 池州市\u200b人民医院(东院)\xa0\n 二楼 ") == "池州市人民医院（东院） 二楼"


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("clean", [clean_amount, clean_wan, partial(spell_amount, "total"), clean_date])
def test_what_is_no_number_in_a_cell_for_numbers_is_said(clean: Callable[[float], object], cell: float) -> None:
    with pytest.raises(Unclean, match="不是"):
        clean(cell)


def test_a_day_of_thousands_of_digits_is_no_day() -> None:
    for number in (10**5000, -(10**5000)):
        with pytest.raises(Unclean, match="不是日期"):
            clean_date(number)


@pytest.mark.parametrize("cell", ["1" * 1_100_000, "-" + "9" * 1_100_000, "1" * 1_100_000 + "万元"])
@pytest.mark.parametrize("clean", [clean_amount, clean_wan, partial(spell_amount, "total"), clean_count, clean_date])
def test_a_number_of_a_million_digits_is_a_cell_to_look_at(clean: Callable[[str], object], cell: str) -> None:
    with pytest.raises(Unclean):
        clean(cell)


@pytest.mark.parametrize("sign", ["፩", "\U00010a40", "\u3007"])
@pytest.mark.parametrize("length", [15, 18, 20])
def test_digits_of_other_scripts_are_no_identity_number(sign: str, length: int) -> None:
    with pytest.raises(Unclean):
        clean_identity(sign * length)


def test_a_count_longer_than_any_number_is_said_to_be_too_large() -> None:
    with pytest.raises(Unclean, match="“999999999999…”太大，请核对"):
        clean_count("9" * 5000)
