"""Cells that hold one word of a list, and cells that say yes or no."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from paibou.lib.cleaners.text import Cell, narrow, shortened
from paibou.lib.cleaners.unclean import Unclean

_YES = frozenset(["是", "有", "√", "✓", "✔", "1", "Y", "YES", "TRUE", "对", "已", "享受"])
_NO = frozenset(
    [
        "否",
        "无",
        "×",
        "✗",
        "X",
        "0",
        "N",
        "NO",
        "FALSE",
        "不是",
        "没有",
        "未",
        "不享受",
        "-",
        "/",
    ]
)


def clean_flag(cell: Cell) -> bool | None:
    """Yes, no, or None."""
    word = narrow(cell).upper()
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unclean("flag.unreadable", f"“{shortened(word)}”看不出是或否；写“是”或“否”")


def one_of(words: Mapping[str, str], what: str) -> Callable[[Cell], str | None]:
    """A cleaner that gives the value of a word (`{"妻子": "spouse", …}`), or says which words there are."""
    named = {narrow(word): value for word, value in words.items()}

    @lru_cache(maxsize=1024)
    def find(word: str) -> str | None:
        if not word or word in {"-", "/"}:
            return None
        if word in named:
            return named[word]
        raise Unclean("choice.unknown", f"没有“{shortened(word)}”这种{what}，请核对")

    return lambda cell: find(narrow(cell))
