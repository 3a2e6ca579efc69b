"""What file names and titles say of a list: the day it was sent, how many it holds, in which unit money is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from paibou.lib.cleaners.text import narrow

_Y, _M, _D = r"(?<![0-9])(20[0-9]{2})", r"(1[0-2]|0?[1-9])", r"(3[01]|[12][0-9]|0?[1-9])"
_DAY = re.compile(rf"{_Y}[年.\-_/]{_M}[月.\-_/]{_D}(?:[日号]|(?![0-9月]))")
_RUN = re.compile(rf"{_Y}(?P<gap> ?)(1[0-2]|0[1-9])(?P=gap)(3[01]|[12][0-9]|0[1-9])(?![0-9])")
_TO = rf"[-—–―~至到]+(?:{_Y}[年.\-_/])?"
_SPANS = (
    rf"{_Y}[年.\-_/]?{_M}月?{_TO}{_M}月|{_Y}[年.\-_/]{_M}[月.\-_/]{_D}[日号]?"
    rf"(?:{_TO}{_M}[月.\-_/]{_D}(?:[日号]|(?![0-9万元]|-[0-9]))|{_TO}{_D}[日号])"
)
_SPAN = re.compile(_SPANS)
_PERIOD = re.compile(rf"{_SPANS}|{_Y}[年.\-_/]?{_M}月|{_Y}年?(?:前[一二三]|第?[一二三四1-4])个?季度|{_Y}年?[上下]半年")
_APART = re.compile(r"(?<=\d)\s+(?=\d)")
_COUNT = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,7})(人次|户次|[人户条名件])(?![均民口员])")
_WAN = re.compile(r"单位[:：]?[(（]?(?:[人户条次件]{1,2}[、,/])?万元|[(（]万元[)）]|金额[:：]万元")


@dataclass(frozen=True)
class Said:
    """What was said, each where it was: `period`, a month or more of them, only where no day was."""

    day: date | None = None
    period: str = ""
    count: int | None = None


def said(texts: Iterable[str], today: date) -> Said:
    """The first day not after today and the first count that the texts name, in their order."""
    words = [" ".join(map(narrow, _APART.split(text))) for text in texts]  # a space parts a day from a count
    days = [day for word in words for day in _days(_SPAN.sub("，", word)) if day <= today]
    periods = [found[0] for word in words for found in _PERIOD.finditer(word)]
    found = [
        (one[2] in {"户", "户次"}, int(one[1].replace(",", ""))) for word in words for one in _COUNT.finditer(word)
    ]
    counts = [count for _, count in sorted(found, key=lambda one: one[0])]  # people before households
    return Said(
        day=days[0] if days else None,
        period=periods[0] if periods and not days else "",
        count=counts[0] if counts else None,
    )


def is_in_wan(texts: Iterable[str]) -> bool:
    """Whether a line above a table says that its amounts are 万元."""
    return any(_WAN.search(narrow(text)) for text in texts)


def _days(word: str) -> list[date]:
    days = []
    for found in sorted([*_DAY.finditer(word), *_RUN.finditer(word)], key=lambda one: one.start()):
        try:
            days.append(date(*[int(part) for part in found.groups() if part.strip()]))
        except ValueError:
            continue
    return days
