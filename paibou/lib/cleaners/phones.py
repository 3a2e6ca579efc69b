"""Telephone numbers: mobile ones and those of the land line, with or without the area."""

import re

from paibou.lib.cleaners.text import Cell, is_nothing, narrow, shortened
from paibou.lib.cleaners.unclean import Unclean

_USUAL = re.compile(r"1[3-9][0-9]{9}").fullmatch
_LINE = re.compile(r"(0[0-9]{2,3})?[2-9][0-9]{6,7}").fullmatch
_BETWEEN = re.compile(r"[/、,;，；|\\]+|或|和")


def clean_phone(cell: Cell) -> str | None:
    """One number, or None; of several the first that can be rung."""
    if type(cell) is str and _USUAL(cell):
        return cell
    word = narrow(cell)
    if is_nothing(word):
        return None
    numbers = [_digits(part) for part in _BETWEEN.split(word)]
    for number in numbers:
        if _USUAL(number) or _LINE(number):
            return number
    raise Unclean("phone.unreadable", _sentence(word, numbers[0]))


def _digits(part: str) -> str:
    number = re.sub(r"[^0-9+]", "", part)
    for prefix in ("+86", "0086", "86"):
        if number.startswith(prefix) and len(number) == 11 + len(prefix):
            return number[len(prefix) :]
    return number


def _sentence(word: str, number: str) -> str:
    if number.startswith("1") and number.isdigit():
        short = 11 - len(number)
        return (
            f"手机号只有 {len(number)} 位，少 {short} 位" if short > 0 else f"手机号有 {len(number)} 位，多 {-short} 位"
        )
    return f"“{shortened(word)}”不是电话号码；写成 13900000000 或 0566-1234567 的样子"
