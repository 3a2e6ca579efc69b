"""Identity numbers as they stand in cells."""

import re

from paibou.lib import identity
from paibou.lib.cleaners.text import Cell, is_nothing, narrow
from paibou.lib.cleaners.unclean import Unclean

_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE).fullmatch
_REMARK = re.compile(r"\([^()0-9]*\)$|^[\u4e00-\u9fff]{2,8}:|(?<=[0-9X][0-9]{2})B[0-9]$")  # B1: issued again
_LETTERS = re.compile(r"[A-Za-z]").search
_SEPARATORS = str.maketrans("", "", "-_.,;:|/\\、，。；：")
NO_NUMBER = "不是身份证号，请核对"
LOST = "按数字存的，末几位已经丢失；把这一格设成文本再填"


def clean_identity(cell: Cell) -> str | None:
    """The identity number of 18 characters, or None: of a 15-digit old number, or of a disability certificate too."""
    if type(cell) is str and len(cell) == identity.LENGTH and not identity.wrong(cell):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        raise Unclean("identity.rounded", LOST)
    word = narrow(cell).upper()
    if is_nothing(word):
        return None
    if _ROUNDED(word):
        raise Unclean("identity.rounded", LOST)
    word = _REMARK.sub("", word)
    return _number(word.translate(_SEPARATORS).replace("Х", "X").replace("×", "X"))


def _number(word: str) -> str:
    if "*" in word:
        raise Unclean("identity.masked", "带星号，不是完整的号码，请补全")
    if not word.isascii():  # digits of other scripts are digits to Python
        raise Unclean("identity.unreadable", NO_NUMBER)
    if len(word) == identity.OLD_LENGTH and word.isdigit():
        word = identity.from_old(word)
    elif len(word) == identity.DISABILITY_LENGTH and identity.disability(word):
        word = word[: identity.LENGTH]
    if _LETTERS(word[:-1]):
        raise Unclean("identity.unreadable", NO_NUMBER)
    if sentence := identity.wrong(word):
        raise Unclean(_code(word, sentence), sentence)
    return word


def _code(word: str, sentence: str) -> str:
    if len(word) != identity.LENGTH:
        return "identity.length"
    return "identity.birth" if sentence.startswith("出生") else "identity.check_digit"
