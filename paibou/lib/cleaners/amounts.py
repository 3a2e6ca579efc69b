"""Money and counts, as people and spreadsheets write them."""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

from paibou.lib.cleaners.text import Cell, is_nothing, narrow, shortened
from paibou.lib.cleaners.unclean import Unclean

CENT = Decimal("0.01")
TOO_MUCH = Decimal("1e10")  # what columns of twelve digits hold
MOST = 30_000  # people, households, months: what small whole numbers hold
_UNITS = {
    "": 1,
    "元": 1,
    "块": 1,
    "圆": 1,
    "万": 10_000,
    "万元": 10_000,
    "亿": 10**8,
    "亿元": 10**8,
    "千元": 1000,
}
_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY|[¥￥$])?(?P<sign>[-+−–]?)(?:人民币|RMB|CNY|[¥￥])?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+|)(?P<part>\.[0-9]*)?(?P<unit>[万亿千]?[元圆块]?)(?:整|人民币|RMB|CNY)?",
    re.IGNORECASE,
).fullmatch
_COUNT = re.compile(r"(?P<number>-?[0-9]+)(?:\.0*)?(?:人|户|口|个|次|条|岁|年|天|名|亩)?").fullmatch


def clean_amount(cell: Cell) -> Decimal | None:
    """Money in 元 with two decimals, or None. `2.4万元`, `￥1,234.5`, `1234元` and full-width digits are read."""
    return _amount(cell, 1)


def clean_wan(cell: Cell) -> Decimal | None:
    """The same for a column whose heading or table says 万元: a bare number counts ten thousands."""
    return _amount(cell, 10_000)


def _amount(cell: Cell, bare: int) -> Decimal | None:
    kind = type(cell)
    if isinstance(cell, float) and not isfinite(cell):
        raise Unclean("amount.unreadable", "不是数字；写成 32000 的样子")
    if kind is float or kind is int:
        value = Decimal(repr(cell)) * bare
    else:
        if cell is None or cell == "":
            return None
        word = narrow(cell)
        if is_nothing(word):
            return None
        value = _read(word, bare)
    if not abs(value) < TOO_MUCH - CENT:
        raise Unclean("amount.too_large", f"“{shortened(str(cell))}”太大，请核对")
    return value.quantize(CENT, ROUND_HALF_UP)


def _read(word: str, bare: int) -> Decimal:
    found = _AMOUNT(word)
    if not found or not (found["whole"] or (found["part"] or ".") != "."):
        raise Unclean("amount.unreadable", f"“{shortened(word)}”不是数字；写成 32000 的样子")
    number = Decimal((found["whole"].replace(",", "") or "0") + (found["part"] or ""))
    scale = _UNITS[found["unit"].replace("圆", "元").replace("块", "元")] if found["unit"] else bare
    return -number * scale if found["sign"] in {"-", "−", "–"} else number * scale


def spell_amount(key: str, cell: Cell) -> str:
    """`clean_amount` as JSON behind its key, for rows by the ten thousand: most floats are spelt already."""
    if type(cell) is float:
        text = repr(cell)
        if text[-3:-2] == "." and len(text) < 13:
            return f'{key}"{text}"'
        if text[-2:-1] == "." and len(text) < 13:
            return f'{key}"{text}0"'
    value = clean_amount(cell)
    return "" if value is None else f'{key}"{value}"'


def clean_count(cell: Cell) -> int | None:
    """A whole number, or None; a unit behind it (人, 户, 次 …) is read over."""
    word = narrow(cell)
    if is_nothing(word):
        return None
    found = _COUNT(word)
    if not found:
        raise Unclean("count.unreadable", f"“{shortened(word)}”不是整数；写成 4 的样子")
    number = Decimal(found["number"])  # an int is read of so many digits only
    if abs(number) > MOST:
        raise Unclean("count.too_large", f"“{shortened(word)}”太大，请核对")
    return int(number)
