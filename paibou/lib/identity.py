"""Resident identity numbers (GB 11643): 18 characters, the last a check digit; 15-digit ones of before 1999 converted.

A disability certificate (残疾证) has 20: the identity number, one digit for the category, one for the grade.
"""

from dataclasses import dataclass
from datetime import date

LENGTH = 18
OLD_LENGTH = 15
DISABILITY_LENGTH = 20
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MOST_NAMESAKES = 30  # numbers under one name in one village; of more, the column of names holds something else
CHECK_DIGITS = "10X98765432"
CATEGORIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
GRADES = ("一级", "二级", "三级", "四级")


class _Weighed(dict[str, int]):
    """The weighted sum of the digits that stand from `start` on, worked out once for each text."""

    def __init__(self, start: int) -> None:
        super().__init__()
        self.start = start

    def __missing__(self, digits: str) -> int:
        value = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS[self.start :], strict=False))
        self[digits] = value
        return value


class _Births(dict[str, str]):
    """What is wrong with eight digits as a date of birth; empty where nothing is."""

    def __missing__(self, digits: str) -> str:
        value = _wrong_birth(digits)
        self[digits] = value
        return value


def _wrong_birth(digits: str) -> str:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not 1850 <= year <= 2099:
        return f"出生年份写成了 {year}，请核对"
    try:
        date(year, month, day)
    except ValueError:
        return f"出生日期 {year}-{month:02}-{day:02} 不存在，请核对"
    return ""


# Areas, birth dates and order codes repeat among a township's people: three look-ups instead of 17 products.
_AREAS, _DATES, _ORDERS = _Weighed(0), _Weighed(6), _Weighed(14)
_BIRTHS = _Births()


def check_digit(first: str) -> str:
    """The check digit for the first 17 digits."""
    return CHECK_DIGITS[(_AREAS[first[:6]] + _DATES[first[6:14]] + _ORDERS[first[14:17]]) % 11]


def wrong(number: str) -> str:
    """What is wrong with a number of 18 characters, as a Chinese sentence; empty when nothing is."""
    if len(number) != LENGTH:
        return _wrong_length(number)
    first = number[:17]
    if not (first.isdigit() and first.isascii()):
        return "身份证号前 17 位要全是数字，请核对"
    if birth := _BIRTHS[number[6:14]]:
        return birth
    if number[17] != check_digit(first):
        return "末位校验不对，可能有一位写错了，请核对"
    return ""


def _wrong_length(number: str) -> str:
    length = len(number)
    if length < LENGTH:
        return f"只有 {length} 位，少 {LENGTH - length} 位"
    return f"有 {length} 位，多 {length - LENGTH} 位"


def from_old(number: str) -> str:
    """The 18-character form of a 15-digit number; those it was given to were born in the 1900s."""
    first = number[:6] + "19" + number[6:]
    return first + check_digit(first)


def to_old(number: str) -> str:
    """The 15-digit form of a number of somebody born in the 1900s."""
    return number[:6] + number[8:17]


def birth_date(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_male(number: str) -> bool:
    return int(number[16]) % 2 == 1


@dataclass(frozen=True, slots=True)
class Disability:
    """类别 1–7 (视力 听力 言语 肢体 智力 精神 多重) and 等级 1–4 of a disability certificate."""

    category: int
    grade: int


def disability(certificate: str) -> Disability | None:
    """What the last two digits of a certificate of 20 say; nothing for other certificates."""
    tail = certificate[LENGTH:]
    if len(certificate) != DISABILITY_LENGTH or not tail.isdigit():
        return None
    category, grade = int(tail[0]), int(tail[1])
    return Disability(category, grade) if 1 <= category <= 7 and 1 <= grade <= 4 else None


def difference(one: str, other: str) -> str:
    """What tells two nearly equal numbers apart, in words that give neither away."""
    if one == other or not nearly_equal(one, other):  # corrected since
        return ""
    apart = [str(place) for place, (a, b) in enumerate(zip(one, other, strict=False), 1) if a != b]
    return f"第 {'、'.join(apart)} 位不同" if len(apart) <= 2 and len(one) == len(other) else "出生日期相同"


def nearly_equal(one: str, other: str) -> bool:
    """Two numbers that may be one, miswritten: they differ in at most two digits, or share the date of birth."""
    if one[6:14] == other[6:14]:
        return True
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 2
