from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from paibou.lib import identity

days = st.dates(date(1900, 1, 1), date(2025, 12, 31))
# 342921 is a retired area code; 110105 is one that python-stdnum knows, so that both judge the same numbers.
areas, orders = st.sampled_from(["342921", "110105", "340101"]), st.integers(0, 999).map(lambda n: f"{n:03}")


def number(area: str, day: date, order: str) -> str:
    first = f"{area}{day:%Y%m%d}{order}"
    return first + identity.check_digit(first)


numbers = st.builds(number, areas, days, orders)


@given(st.builds(number, st.just("110105"), days, orders))
def test_a_number_with_our_check_digit_is_valid_to_python_stdnum(made: str) -> None:
    assert ric.is_valid(made)
    assert identity.wrong(made) == ""


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(made: str, place: int, digit: str) -> None:
    other = made[:place] + digit + made[place + 1 :]

    assert (identity.wrong(other) == "") == (other == made)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_changed_over_are_always_found(made: str, place: int) -> None:
    other = made[:place] + made[place + 1] + made[place] + made[place + 2 :]

    assert (identity.wrong(other) == "") == (other == made)


@given(st.builds(number, areas, st.dates(date(1900, 1, 1), date(1999, 12, 31)), orders))
def test_an_old_number_of_fifteen_leads_back_to_the_new_one(made: str) -> None:
    assert identity.from_old(identity.to_old(made)) == made


@given(areas, days, orders)
def test_a_number_tells_its_holders_birth_and_sex(area: str, day: date, order: str) -> None:
    made = number(area, day, order)

    assert identity.birth_date(made) == day
    assert identity.is_male(made) == (int(order[-1]) % 2 == 1)


def test_each_fault_has_its_sentence() -> None:
    assert identity.wrong("3429211941083190") == "只有 16 位，少 2 位"
    assert identity.wrong("3429211941083190991") == "有 19 位，多 1 位"
    assert identity.wrong("34292119411331909X") == "出生日期 1941-13-31 不存在，请核对"
    assert identity.wrong("342921179108319099") == "出生年份写成了 1791，请核对"
    assert identity.wrong("342921197801317821") == "末位校验不对，可能有一位写错了，请核对"
    assert identity.wrong("3429211978O1317829") == "身份证号前 17 位要全是数字，请核对"


def test_a_disability_certificate_says_category_and_grade() -> None:
    assert identity.disability("34292119780131782943") == identity.Disability(4, 3)
    assert identity.disability("34292119780131782983") is None


def test_numbers_are_near_that_differ_in_two_digits_or_share_a_birth_date() -> None:
    assert identity.nearly_equal("342921197801317829", "342921197801317810")
    assert identity.nearly_equal("342921197801317829", "110105197801310017")
    assert not identity.nearly_equal("342921197801317829", "342921198902117829")


def test_how_near_numbers_differ_is_said_without_giving_one_away() -> None:
    assert identity.difference("342921197801317829", "342921197801317810") == "第 17、18 位不同"
    assert identity.difference("342921197801317829", "110105197801310017") == "出生日期相同"
    assert identity.difference("342921197801317829", "342921197801317829") == ""  # corrected since
    assert identity.difference("342921197801317829", "110105199001010017") == ""
