"""Cells as text: what spreadsheets and input methods leave in them is taken out, what people wrote stays."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

LONGEST_WORD = 1_000  # signs; a cell that is one word for machines has no more that mean anything
LONGEST_KEPT = 200  # signs of a text that is remembered
Cell = str | int | float | bool | date | datetime | time | timedelta | None

_PLAIN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff.\-]*").fullmatch
_HAN = re.compile(r"[\u3400-\u9fff]").search
_SPACES = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD, 0x180E, 0xFFFD, *range(0x9), *range(0xE, 0x20), *range(0x7F, 0xA0)]
)  # fmt: skip
_FULL_WIDTH = {code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]}
_READABLE = {**_INVISIBLE, **_FULL_WIDTH, 0xA0: " ", 0x3000: " "}
_BRACKETS = {ord("("): "（", ord(")"): "）"}
_APOSTROPHES = "'’‘`＇\"“”"

# What people write where there is nothing.
NOTHING = frozenset(["", "-", "--", "---", "—", "——", "–", "/", "//", "\\", ".", "无", "暂无", "空", "没有", "未填", "N/A", "NA", "#N/A", "NULL", "NONE", "NAN", "不详", "未知"])  # fmt: skip


def tidy(cell: Cell) -> str:
    """The cell as readable text: no invisible signs, one space where there were several, digits and letters narrow."""
    if type(cell) is str:
        return cell if _PLAIN(cell) else _remembered(cell) if len(cell) < LONGEST_KEPT else _tidied(cell)
    return _spelled(cell)


@lru_cache(maxsize=1 << 14)
def _remembered(text: str) -> str:
    return _tidied(text)


def _tidied(text: str) -> str:
    text = _SPACES.sub(" ", text.translate(_READABLE)).strip().removeprefix("'")
    return text.translate(_BRACKETS) if _HAN(text) else text


def narrow(cell: Cell) -> str:
    """The cell as one word for machines: compatible forms folded, every space and leading apostrophe gone, cut off where
    no word is so long.
    """
    if type(cell) is str:
        word = cell[:LONGEST_WORD]
        return word if _PLAIN(word) else _narrowed(word)
    return _spelled(cell)


@lru_cache(maxsize=1 << 14)
def _narrowed(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text.translate(_INVISIBLE))).strip(_APOSTROPHES)


def _spelled(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return str(cell)


def is_nothing(word: str) -> bool:
    """Whether a narrowed cell says that there is no value."""
    return word.upper() in NOTHING


def clean_text(cell: Cell) -> str | None:
    """Readable text, or None."""
    return tidy(cell) or None


def shortened(word: str, length: int = 12) -> str:
    return word if len(word) <= length else word[:length] + "…"
