"""Days, in the spellings people use and the numbers spreadsheets keep."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from paibou.lib.cleaners.text import LONGEST_WORD, Cell, is_nothing, narrow, shortened
from paibou.lib.cleaners.unclean import Unclean

LOOK = "写成 2025-10-20 的样子"
_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's serial numbers, with its leap year 1900
_SERIALS = range(3654, 73416)  # 1910-01-01 to 2100-12-31
_TIME = r"(?:[T日号]?(?:上午|下午|凌晨|中午|晚上)?(?:[0-9]{1,2}[:时点][0-9:.分秒]*)(?:Z|[+\-][0-9:]+|AM|PM)?)?"
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}}|[0-9]{{2}})[年./\-_,、]+([0-9]{{1,2}})[月./\-_,、]+([0-9]{{1,2}})[日号]?{_TIME}"
).fullmatch
_RUN = re.compile(rf"([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:[0-9]{{6}})?{_TIME}").fullmatch
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})[./\-]([0-9]{{1,2}})[./\-]([0-9]{{4}}){_TIME}").fullmatch
_MONTH = re.compile(r"([0-9]{4})[年./\-]?([0-9]{1,2})月?(?:份)?").fullmatch
_REMARK = re.compile(r"(?:\([^)0-9]*\)|\(?(?:星期|周)[一二三四五六日天]\)?)$")
_SERIAL = re.compile(r"([0-9]{4,5})(?:\.[0-9]+)?").fullmatch
_CHINESE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年([元一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿卅]{1,3})[日号]?"
).fullmatch
_DIGITS = {
    **dict.fromkeys("〇零○O", "0"),
    **{sign: str(i) for i, sign in enumerate("一二三四五六七八九", 1)},
}


def clean_date(cell: Cell) -> date | None:
    """The day, or None. A time behind it is left away."""
    if type(cell) is str:
        return _read(cell[:LONGEST_WORD]) if cell else None
    if isinstance(cell, datetime):
        return _possible(cell.year, cell.month, cell.day)
    if isinstance(cell, date):
        return _possible(cell.year, cell.month, cell.day)
    if cell is None:
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell)
    raise Unclean("date.unreadable", f"“{cell}”不是日期；{LOOK}")


def no_later_than(last: date) -> Callable[[Cell], date | None]:
    """A cleaner that also refuses days after `last`, which is today for what has happened."""

    def clean(cell: Cell) -> date | None:
        day = clean_date(cell)
        if day and day > last:
            raise Unclean("date.future", f"{day.isoformat()} 还没到，请核对")
        return day

    return clean


@lru_cache(maxsize=1 << 14)
def _read(text: str) -> date | None:
    word = _REMARK.sub("", narrow(text)).rstrip(".,;")
    if is_nothing(word):
        return None
    if found := _YEAR_FIRST(word) or _RUN(word):
        return _possible(*_whole_year(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST(word):
        return _year_last(word, int(found[1]), int(found[2]), int(found[3]))
    if found := _CHINESE(word):
        return _possible(
            int("".join(_DIGITS[sign] for sign in found[1])),
            _spelled(found[2]),
            _spelled(found[3]),
        )
    if (found := _MONTH(word)) and 1900 < int(found[1]) < 2100 and 1 <= int(found[2]) <= 12:
        raise Unclean("date.no_day", f"“{shortened(word)}”只到月，缺哪一天；{LOOK}")
    if _SERIAL(word):
        return _of_number(float(word))
    raise Unclean("date.unreadable", f"“{shortened(word)}”不是日期；{LOOK}")


def _whole_year(digits: str) -> tuple[int]:
    return (int(digits) if len(digits) == 4 else 2000 + int(digits),)


def _year_last(word: str, first: int, second: int, year: int) -> date | None:
    if first > 12 >= second:
        first, second = second, first
    elif first <= 12 and second <= 12 and first != second:
        raise Unclean("date.ambiguous", f"“{word}”看不出哪个是月、哪个是日；{LOOK}")
    return _possible(year, first, second)


def _spelled(words: str) -> int:
    words = words.replace("元", "一").replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = words.rpartition("十")
    return (int(_DIGITS.get(tens, "1")) * 10 if ten else 0) + int(_DIGITS.get(ones, "0"))


def _of_number(number: float) -> date | None:
    if not -1e9 < number < 1e9:  # nor is infinity, or what is no number
        raise Unclean("date.unreadable", f"不是日期；{LOOK}")
    if 19000101 <= number <= 21001231 and number == int(number):
        digits = str(int(number))
        return _possible(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    if int(number) in _SERIALS:
        return _EPOCH + timedelta(days=int(number))
    if number == 0:
        return None
    raise Unclean("date.unreadable", f"“{number:g}”不是日期；{LOOK}")


def _possible(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise Unclean("date.impossible", f"没有 {month} 月；{LOOK}")
    if not 1900 <= year <= 2100:
        raise Unclean("date.impossible", f"年份写成了 {year}，请核对；{LOOK}")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unclean("date.impossible", f"{year} 年 {month} 月没有 {day} 日；{LOOK}") from None
