"""Headings compared with the columns that a table knows."""

import re
from collections.abc import Iterable
from functools import lru_cache

from paibou.lib.cleaners.text import Cell, narrow
from paibou.lib.importing import Column

EXACT, LOWEST, FOUND, DOUBTFUL = 10.0, 9.0, 6.0, 2.0

_BRACKETS = re.compile(r"[(\[【\u3014《<].*?[)\]】\u3015》>]|[(【].*$")
_SIGNS = re.compile(r"[()\[\]【】\u3014\u3015《》<>*:;,.、。/\\_\-—“”\"'!?#]")
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.、](?=\D)")


@lru_cache(maxsize=4096)
def forms(text: str) -> tuple[str, ...]:
    """A heading as it may be compared: without its signs, and without what stands in brackets."""
    text = _NUMBERED.sub("", narrow(text)).upper()
    flat, bare = _SIGNS.sub("", text), _SIGNS.sub("", _BRACKETS.sub("", text))
    return tuple(dict.fromkeys(form for form in (flat, bare) if form))


def plain(text: Cell) -> str:
    """The one form under which a person's correction of a column's meaning is remembered."""
    return (forms(str(text)) or ("",))[0] if text is not None else ""


@lru_cache(maxsize=512)
def _known(column: Column) -> dict[str, int]:
    known: dict[str, int] = {}
    if not column.headings:  # it takes what others leave
        return known
    for rank, heading in enumerate((*column.headings, column.label)):
        for form in forms(heading)[:1]:
            known.setdefault(form, rank)
    return known


@lru_cache(maxsize=1 << 14)
def likeness(column: Column, lowest: str, whole: str) -> float:
    """How much a heading says the column: `lowest` is its own cell, `whole` that with the groups above it."""
    known = _known(column)
    for form in forms(whole):
        if form in known:
            return EXACT - known[form] * 0.05
    is_other = bool(column.never) and any(re.search(column.never, form) for form in forms(whole))
    for form in forms(lowest):
        if form in known:
            return DOUBTFUL if is_other else LOWEST - known[form] * 0.05
    if column.pattern and not is_other and any(re.search(column.pattern, form) for form in forms(whole)):
        return FOUND
    return 0.0


def is_known(text: str, columns: Iterable[Column]) -> bool:
    return any(likeness(column, text, text) >= FOUND for column in columns)
