"""When lists arrive, from whom, how many rows: five years of them, with the wanted numbers in the report's period."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from demo.choosing import parts
from demo.clock import ANCHOR, workday
from demo.wanted import Wanted

YEAR_START = date(2025, 1, 1)
START = date(2021, 2, 1)


@dataclass(frozen=True)
class Arrival:
    """One list of a department (`by_hand`: one alert that somebody reports)."""

    source: str
    on: date
    rows: int
    by_hand: bool = False
    handed_on: date | None = None  # where it is not the station's usual pace
    late: float = 0.16  # how many answers come late
    hers: int = 0  # rows that name people of the village whose officer's login is known


def arrivals(rng: random.Random, goal: Wanted, until: date) -> list[Arrival]:
    """In order of days; the medical and provincial ones of the period hold exactly the wanted rows."""
    found: list[Arrival] = []
    month = START
    while month <= until:
        found += _month(rng, month)
        month = (month + timedelta(days=32)).replace(day=1)
    if until > ANCHOR + timedelta(days=40):
        found = _still_open(found, until)
    for sources, wanted in ((("city_medical", "district_medical"), goal.medical), (("province",), goal.provincial)):
        counted = [each for each in found if each.source in sources and YEAR_START <= each.on <= ANCHOR]
        sizes = parts(rng, len(counted), wanted, 2, 24)
        for each, rows in zip(counted, sizes, strict=True):
            found[found.index(each)] = Arrival(each.source, each.on, rows)
    return sorted((each for each in found if each.on <= until), key=lambda each: (each.on, each.source))


def _still_open(found: list[Arrival], until: date) -> list[Arrival]:
    """The last month's lists lie so that something of each sort waits: to hand out, to check, late, to look at."""
    before = [each for each in found if each.by_hand or each.on <= until - timedelta(days=27)]
    day = workday(until - timedelta(days=13))
    return [
        *before,
        Arrival("city_medical", day, 11, handed_on=day, late=0.45, hers=2),
        Arrival(
            "district_medical", until - timedelta(days=6), 12, handed_on=until - timedelta(days=5), late=0.3, hers=3
        ),
        Arrival("province", until - timedelta(days=1), 9, handed_on=until + timedelta(days=1)),
    ]


def _month(rng: random.Random, month: date) -> list[Arrival]:
    def day(of_month: int) -> date:
        return workday(month + timedelta(days=of_month - 1 + rng.randrange(3)))

    lists = [
        Arrival("district_medical", day(7), rng.randrange(5, 13)),
        Arrival("city_medical", day(16), rng.randrange(4, 11)),
        Arrival("province", day(21), rng.randrange(3, 10)),
    ]
    if month.month % 3 == 1:
        lists.append(Arrival("civil_affairs", day(11), rng.randrange(3, 8)))
    if month.month in (4, 10):
        lists.append(Arrival("disabled", day(24), rng.randrange(2, 6)))
    if month.month == 9:
        lists.append(Arrival("education", day(5), rng.randrange(2, 5)))
    reported = rng.sample(("household", "grid_worker", "cadre", "hotline"), rng.choice((1, 1, 2)))
    return lists + [Arrival(source, day(rng.randrange(2, 26)), 1, by_hand=True) for source in reported]
