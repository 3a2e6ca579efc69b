"""The numbers a township is to show: the published ones of seed 2025's first township, drawn ones of all others."""

import csv
import random
from dataclasses import dataclass
from pathlib import Path

PUBLISHED_SEED = 2025
FILE = Path(__file__).parent / "data" / "wanted.tsv"


@dataclass(frozen=True)
class Pair:
    """Households and their people."""

    households: int
    people: int


@dataclass(frozen=True)
class Wanted:
    """On the last day of the report: stocks; of its period (`_now`): flows; since 2021: `identified`, `resolved`."""

    lifted: Pair
    listed: Pair
    identified_now: Pair
    reviewed: int
    eliminated_now: Pair
    labelled_now: Pair
    identified: Pair
    resolved: Pair
    medical: int
    provincial: int


def wanted(seed: int, township: int, rng: random.Random) -> Wanted:
    return _published() if (seed, township) == (PUBLISHED_SEED, 0) else _drawn(rng)


def _published() -> Wanted:
    with FILE.open(encoding="utf-8", newline="") as lines:
        found = {(row["slug"], row["from"]): int(row["value"]) for row in csv.DictReader(lines, delimiter="\t")}

    def pair(noun: str, since: str = "") -> Pair:
        return Pair(found[f"{noun}.households", since], found[f"{noun}.people", since])

    now, ever = "2025-01-01", "2021-01-01"
    return Wanted(
        lifted=pair("registry.lifted"),
        listed=pair("monitoring.listed"),
        identified_now=pair("monitoring.identified", now),
        reviewed=found["monitoring.reviewed.households", now],
        eliminated_now=pair("monitoring.eliminated", now),
        labelled_now=pair("monitoring.safety_net", now),
        identified=pair("monitoring.identified", ever),
        resolved=pair("monitoring.eliminated_of_identified", ever),
        medical=found["alerts.medical.count", now],
        provincial=found["alerts.provincial.count", now],
    )


def _drawn(rng: random.Random) -> Wanted:
    """Numbers that agree with one another: what is part of something is not more than it."""

    def pair(households: int, low: float, high: float) -> Pair:
        return Pair(households, round(households * rng.uniform(low, high)))

    listed = rng.randint(70, 130)
    now, resolved = pair(rng.randint(2, 7), 3.0, 4.4), pair(rng.randint(9, 18), 2.8, 3.6)
    others = pair(rng.randint(4, 7), 2.2, 3.4)
    eliminated, labelled = rng.randint(8, 14), rng.randint(4, 8)
    return Wanted(
        lifted=pair(rng.randint(450, 800), 2.4, 2.9),
        listed=pair(listed, 3.0, 3.5),
        identified_now=now,
        reviewed=eliminated - 3 + labelled - 1 + rng.randint(3, 5),
        eliminated_now=pair(eliminated, 2.8, 3.4),
        labelled_now=pair(labelled, 1.5, 2.1),
        identified=Pair(
            now.households + resolved.households + others.households, now.people + resolved.people + others.people
        ),
        resolved=resolved,
        medical=rng.randint(110, 230),
        provincial=rng.randint(35, 90),
    )
