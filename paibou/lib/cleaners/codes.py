"""Codes: text that looks like a number (户编号, 区划代码), kept with its zeros."""

import re

from paibou.lib.cleaners.text import Cell, is_nothing, narrow
from paibou.lib.cleaners.unclean import Unclean

_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE).fullmatch


def clean_code(cell: Cell) -> str | None:
    """The code as text, or None."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        raise Unclean("code.rounded", "按数字存的，末几位已经丢失；把这一格设成文本再填")
    word = narrow(cell)
    if is_nothing(word):
        return None
    if _ROUNDED(word):
        raise Unclean("code.rounded", "按数字存的，末几位已经丢失；把这一格设成文本再填")
    return word
