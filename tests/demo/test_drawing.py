"""What is drawn is the same for the same seed, and the history does not depend on the last day."""

import random
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from demo.accounts import places
from demo.choosing import parts
from demo.clock import Clock
from demo.names import Numbers
from demo.services import _draw
from demo.wanted import Pair, wanted
from demo.world import World
from paibou.lib import identity


def drawn(seed: int, until: date) -> World:
    _, code, name, villages = places(0)
    now = datetime(until.year, until.month, until.day, 23, tzinfo=ZoneInfo("Asia/Shanghai"))
    world = World(seed, 0, code, name, villages, Clock(until, now))
    world.plans = _draw(world)  # type: ignore[attr-defined]
    return world


def said(world: World, until: date) -> list[object]:
    people = [(house.serial, [(s.person.number, s.since, s.until) for s in house.stays]) for house in world.houses]
    decided = [(plan.house.serial, plan.clue, plan.approved, plan.eliminated) for plan in world.plans]  # type: ignore[attr-defined]
    return [people, sorted(each for each in map(str, decided) if each and "2026" not in each)]


def test_the_same_seed_draws_the_same_and_another_draws_another() -> None:
    day = date(2025, 10, 20)
    one, again, other = (said(drawn(seed, day), day) for seed in (2025, 2025, 7))

    assert one == again
    assert one != other


def test_the_past_is_the_same_whatever_the_last_day_is() -> None:
    early, late = drawn(2025, date(2024, 3, 1)), drawn(2025, date(2026, 3, 1))

    assert said(early, date(2024, 3, 1))[0] == said(late, date(2024, 3, 1))[0]
    first = {(plan.house.serial, plan.clue, plan.approved) for plan in early.plans}  # type: ignore[attr-defined]
    assert first <= {(plan.house.serial, plan.clue, plan.approved) for plan in late.plans}  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(1, 200))
def test_drawn_numbers_agree_with_one_another(seed: int) -> None:
    goal = wanted(seed, 0, random.Random(seed))  # noqa: S311

    assert goal.identified.households > goal.identified_now.households + goal.resolved.households
    assert goal.listed.households > goal.identified.households
    assert goal.eliminated_now.households + goal.labelled_now.households < goal.listed.households
    assert 2 < goal.lifted.people / goal.lifted.households < 3.5
    assert 3 * goal.identified_now.households <= goal.identified_now.people <= 7 * goal.identified_now.households


def test_published_numbers_are_those_of_one_seed_and_one_township() -> None:
    assert wanted(2025, 0, random.Random(1)).lifted == Pair(693, 1844)  # noqa: S311
    assert wanted(2025, 1, random.Random(1)).lifted != Pair(693, 1844)  # noqa: S311


@pytest.mark.parametrize("seed", [2026, 11, 12, 13, 14, 15])
def test_other_seeds_find_households_for_their_numbers(seed: int) -> None:
    world = drawn(seed, date(2025, 10, 20))
    goal = wanted(seed, 0, world.rng("wanted"))
    day = date(2025, 10, 20)

    lifted = [house for house in world.houses if house.lifted and house.is_open(day)]
    assert Pair(len(lifted), sum(house.size(day) for house in lifted)) == goal.lifted


@pytest.mark.parametrize(("count", "total", "low", "high"), [(1, 3, 3, 3), (6, 11, 1, 3), (20, 165, 2, 24)])
def test_parts_add_up_and_stay_within_their_bounds(count: int, total: int, low: int, high: int) -> None:
    found = parts(random.Random(5), count, total, low, high)  # noqa: S311

    assert (len(found), sum(found)) == (count, total)
    assert low <= min(found) <= max(found) <= high


def test_two_townships_never_give_the_same_number() -> None:
    one, other = Numbers(0), Numbers(1)
    born = date(1980, 5, 1)
    first = {one.give(born, True)[1] for _ in range(30)}
    second = {other.give(born, True)[1] for _ in range(30)}

    assert (len(first), len(second), first & second) == (30, 30, set())
    assert {identity.wrong(number) for number in first | second} == {""}
