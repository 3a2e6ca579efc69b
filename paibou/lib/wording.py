"""How numbers, money and days are written for readers, and numbers read from Chinese words."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

UNKNOWN = "–"
MINUS = "−"
NEAR = 3  # deadlines within so many days are said as a distance
_DIGITS = "零一二三四五六七八九"
_SMALL = ((1000, "千"), (100, "百"), (10, "十"))
_VALUES = {sign: value for value, sign in enumerate(_DIGITS)} | {"〇": 0, "两": 2}  # noqa: RUF001 -- the sign people write in years
_VALUES |= {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}


def number(value: Decimal | int | float | None, places: int = 0) -> str:
    """`48,620.35`, with `−` for a minus; `–` for what is unknown."""
    if value is None:
        return UNKNOWN
    text = f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return text.replace("-", MINUS)


def yuan(value: Decimal | int | float | None) -> str:
    """Money in a table: 元 with two decimals and commas."""
    return number(value, 2)


def wan(value: Decimal | int | float | None, places: int = 4) -> str:
    """元 said in 万元, up to `places` decimals without trailing zeros: 543000 → `54.3`."""
    if value is None:
        return UNKNOWN
    text = number(Decimal(str(value)) / 10000, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(part: Decimal | int, whole: Decimal | int) -> str:
    """A whole percentage; `–` where there is no whole."""
    return f"{number(Decimal(part) * 100 / Decimal(whole))}%" if whole else UNKNOWN


def day(value: date | None, today: date) -> str:
    """`10月10日` in this year, `2024年12月2日` otherwise."""
    if value is None:
        return UNKNOWN
    return full_day(value) if value.year != today.year else f"{value.month}月{value.day}日"


def full_day(value: date | None) -> str:
    return UNKNOWN if value is None else f"{value.year}年{value.month}月{value.day}日"


def when(value: datetime | None, now: datetime) -> str:
    """`今天 09:42`, `昨天`, then the day."""
    if value is None:
        return UNKNOWN
    here, today = timezone.localtime(value), timezone.localtime(now).date()
    if here.date() == today:
        return f"今天 {here:%H:%M}"
    return "昨天" if here.date() == today - timedelta(days=1) else day(here.date(), today)


def due(deadline: date | None, today: date) -> tuple[str, str]:
    """How a deadline is said and the class that draws it: red when over, amber today, a distance within three days."""
    if deadline is None:
        return "未定", "soft"
    left = (deadline - today).days
    if left < 0:
        return f"超期 {-left} 天", "due due--over"
    if left == 0:
        return "今天", "due due--today"
    return (f"还有 {left} 天" if left <= NEAR else day(deadline, today)), "due"


def period(start: date, last: date) -> str:
    """`2025年1月1日 – 10月20日`; the last day is included."""
    if start == last:
        return full_day(start)
    end = f"{last.month}月{last.day}日" if start.year == last.year else full_day(last)
    return f"{full_day(start)} – {end}"


def bounded(count: int, limit: int = 1000, unit: str = "") -> str:
    """A count that is not made beyond a limit: `225 条`, `1,000 条以上`."""
    gap = f" {unit}" if unit else ""
    return f"{limit:,}{gap or ' '}以上" if count > limit else f"{count:,}{gap}"


def words(value: int) -> str:
    """A whole number in Chinese words: 3200 → 三千二百, 10 → 十, 100010 → 十万零一十."""
    if value < 0:
        return "负" + words(-value)
    if value == 0:
        return "零"
    text = _words(value)
    return text[1:] if text.startswith("一十") else text


def _words(value: int) -> str:
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            high, low = divmod(value, size)
            gap = "零" if low and low < size // 10 else ""
            return _words(high) + unit + gap + (_words(low) if low else "")
    text = ""
    skipped = False
    for size, unit in (*_SMALL, (1, "")):
        digit, value = divmod(value, size)
        if digit:
            text += ("零" if skipped and text else "") + _DIGITS[digit] + unit
            skipped = False
        else:
            skipped = True
    return text


def from_words(text: str) -> int | None:
    """The number a person wrote in words: 三万二 → 32000, 一百零二 → 102, 二〇二五 → 2025; None if it is no number."""
    sign = -1 if text[:1] == "负" else 1
    signs = text.removeprefix("负")
    if not signs or not all(s in _VALUES or s in _SMALL_UNITS or s in "万萬亿億" for s in signs):
        return None
    if all(s in _VALUES for s in signs):
        return sign * int("".join(str(_VALUES[s]) for s in signs))
    return sign * _read(signs)


def _read(signs: str) -> int:
    for unit, size in (("亿", 10**8), ("億", 10**8), ("万", 10**4), ("萬", 10**4)):
        if unit in signs:
            high, low = signs.rsplit(unit, 1)
            return (_read(high) if high else 1) * size + _tail(low, size)
    total, digit, last = 0, 0, 10
    for sign in signs:
        if sign in _SMALL_UNITS:
            last = _SMALL_UNITS[sign]
            total += (digit or 1) * last
            digit = 0
        else:
            digit = _VALUES[sign]
            last = 10 if digit == 0 else last
    spoken_short = len(signs) > 1 and signs[-2] in _SMALL_UNITS and last > 10
    return total + digit * (last // 10 if spoken_short else 1)


def _tail(low: str, size: int) -> int:
    """What follows 万 or 亿: one bare digit is said short (三万二 is 32000)."""
    if not low:
        return 0
    return _VALUES[low] * size // 10 if len(low) == 1 and low in _VALUES else _read(low)
