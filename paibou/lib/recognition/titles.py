"""What file names and titles say of a list: the day it was sent, how many it holds, in which unit money is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from paibou.lib.cleaners.text import narrow

_DAY = re.compile(
    r"(?<![0-9])(20[0-9]{2})(?:[年.\-_/])(1[0-2]|0?[1-9])[月.\-_/](3[01]|[12][0-9]|0?[1-9])(?:[日号]|(?![0-9]))"
)
_RUN = re.compile(r"(?<![0-9])(20[0-9]{2})(1[0-2]|0[1-9])(3[01]|[12][0-9]|0[1-9])(?![0-9])")
_MONTH = re.compile(r"(?<![0-9])(20[0-9]{2})[年.\-_/]?(1[0-2]|0?[1-9])月")
_COUNT = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(人次|户次|[人户条名件])(?![均民口员])")
_WAN = re.compile(r"单位[:：]?[(（]?(?:[人户条次件]{1,2}[、,/])?万元|[(（]万元[)）]|金额[:：]万元")


@dataclass(frozen=True)
class Said:
    """What was said, each where it was: `month` only where no day was."""

    day: date | None = None
    month: str = ""
    count: int | None = None


def said(texts: Iterable[str], today: date) -> Said:
    """The first day not after today and the first count that the texts name, in their order."""
    words = [narrow(text) for text in texts]
    days = [day for word in words for day in _days(word) if day <= today]
    months = [f"{found[1]}年{int(found[2])}月" for word in words for found in _MONTH.finditer(word)]
    found = [
        (one[2] in {"户", "户次"}, int(one[1].replace(",", ""))) for word in words for one in _COUNT.finditer(word)
    ]
    counts = [count for _, count in sorted(found, key=lambda one: one[0])]  # people before households
    return Said(
        day=days[0] if days else None,
        month=months[0] if months and not days else "",
        count=counts[0] if counts else None,
    )


def is_in_wan(texts: Iterable[str]) -> bool:
    """Whether a line above a table says that its amounts are 万元."""
    return any(_WAN.search(narrow(text)) for text in texts)


def _days(word: str) -> list[date]:
    days = []
    for found in sorted([*_DAY.finditer(word), *_RUN.finditer(word)], key=lambda one: one.start()):
        try:
            days.append(date(int(found[1]), int(found[2]), int(found[3])))
        except ValueError:
            continue
    return days
