"""Which households are on file and under monitoring, so that the wanted numbers come out of the rows."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from demo.clock import ANCHOR
from demo.people import House


def parts(rng: random.Random, count: int, total: int, low: int, high: int) -> list[int]:
    """`count` whole numbers between the two that add up to `total`."""
    if not count * low <= total <= count * high:
        raise ValueError(f"{count} households of {low} to {high} cannot hold {total} people")
    sizes = [low] * count
    for _ in range(total - count * low):
        place = rng.randrange(count)
        while sizes[place] == high:
            place = (place + 1) % count
        sizes[place] += 1
    return sizes


class Pool:
    """Households not taken yet, found by how many people they have on the last day of the report."""

    def __init__(self, rng: random.Random, houses: Sequence[House]) -> None:
        self._rng = rng
        self._by_size: dict[int, list[House]] = defaultdict(list)
        for house in houses:
            if house.is_open(ANCHOR) and house.opened <= date(2018, 1, 1):
                self._by_size[house.size(ANCHOR)].append(house)
        for found in self._by_size.values():
            rng.shuffle(found)
        self.taken: set[House] = set()

    def take(self, size: int, fits: Callable[[House], bool] = lambda house: True) -> House:
        """A household of just that many people that fits."""
        for house in self._by_size[size]:
            if house not in self.taken and fits(house):
                self.taken.add(house)
                return house
        raise ValueError(f"no household of {size} people is left")

    def takes(self, sizes: Sequence[int], fits: Callable[[House], bool] = lambda house: True) -> list[House]:
        return [self.take(size, fits) for size in sizes]


def register_lifted(
    rng: random.Random, houses: Sequence[House], households: int, people: int, taken: set[House], ended: int
) -> None:
    """Let so many households with so many people be on file as 脱贫户 on the day; `ended` more were so until they closed."""
    already = [house for house in houses if house.lifted and house.is_open(ANCHOR)]
    rest = households - len(already)
    high = 7
    low_sum = people - sum(house.size(ANCHOR) for house in already)
    pool = Pool(rng, [house for house in houses if house not in taken and not house.lifted])
    for house in pool.takes(parts(rng, rest, low_sum, 1, high)):
        lift(rng, house)
    gone = [
        house for house in houses if house.closed and house.closed <= ANCHOR and not house.lifted and house not in taken
    ]
    for house in rng.sample(gone, min(ended, len(gone))):
        if house.opened < date(2019, 1, 1):
            lift(rng, house)


def lift(rng: random.Random, house: House) -> None:
    """On file as poor in 2014 to 2017, lifted by the end of a year up to 2020."""
    filed = date(2014 + rng.choice((0, 0, 0, 1, 2, 3)), rng.randrange(3, 12), rng.randrange(1, 28))
    before, house.opened = house.opened, filed
    for stay in house.stays:
        if stay.since == before and stay.joined == "supplement":
            stay.since, stay.joined = (filed, "supplement") if stay.person.born < filed else (stay.person.born, "birth")
    year = max(filed.year, rng.choice((2014, 2015, 2016, 2016, 2017, 2018, 2018, 2019, 2020)))
    house.lifted = date(year, 12, 31)


def first_child_after(house: House, day: date) -> bool:
    """Whether somebody in the household may have a child after the day."""
    return any(
        not stay.person.male and 21 <= stay.person.age(day) <= 38 and stay.person.role in ("head", "spouse", "wife")
        for stay in house.members(day + timedelta(days=1))
    )
