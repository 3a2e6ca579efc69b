"""A whole invented township, written in one transaction; twice is once."""

import gc
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from demo.accounts import Accounts, places
from demo.alert_days import arrivals
from demo.alerts import Alerts
from demo.cases import Cases
from demo.choosing import register_lifted
from demo.circumstances import Circumstances
from demo.clock import ANCHOR, BASE, EARLIEST, Clock, at
from demo.copying import analyse
from demo.names import LONG_NAMES, NATURAL, Numbers, a_day, given
from demo.people import House, Someone, Stay, Village, move, split
from demo.plans import Plan, Planner, add_studies, later_plans
from demo.registry import Registry
from demo.wanted import wanted
from demo.world import World
from households.models import Household, OnFileSpell
from households.services.spells import rebuild_spells
from monitoring.models import Alert
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day

HOUSEHOLDS = 7060
SHARES = (14, 11, 10, 10, 11, 9, 9, 9, 8, 9)
HELPED = 12  # households named to the helper whose login is known


@dataclass(frozen=True)
class Built:
    """What one township came to."""

    code: str
    name: str
    rows: dict[str, int]


def build_townships(*, seed: int, townships: int, until: date | None = None) -> Iterator[Built]:
    """Township after township, so that memory stays what one needs. Refused for none."""
    if townships < 1:
        raise Refused("至少写一个镇：--townships 1")
    for index in range(townships):
        yield build_township(seed=seed, index=index, until=until)
        gc.collect()  # people know their households and these their people: only the collector frees them


def build_township(*, seed: int = 2025, index: int = 0, until: date | None = None) -> Built:
    """The `index`-th township of a seed, as on the evening of `until` (today when not given).

    Refused when the database already holds its households, and for days before the story begins or to come.
    """
    today = timezone.localdate()
    until = until or today
    if until > today:
        raise Refused(f"{full_day(until)}还没到，演示数据只写到今天")
    if until < EARLIEST:
        raise Refused(f"演示数据从 {full_day(EARLIEST)}写起，截止日期要晚一些")
    above, code, name, villages = places(index)
    if Household.objects.inside(code).exists():
        raise Refused(f"数据库里已有{name}的农户，没有再写演示数据")
    now = timezone.now() if until == today else at(until, 23, 59)
    world = World(seed, index, code, name, villages, Clock(until, now))
    with transaction.atomic():
        return _write(world, above)


def _write(world: World, above: list[tuple[str, str]]) -> Built:
    plans = _draw(world)
    accounts = Accounts(world, above)
    accounts.write()
    world.helped = _helped(world)
    Registry(world).write()
    Circumstances(world).write()
    goal = wanted(world.seed, world.index, world.rng("wanted"))
    alerts = Alerts(world, plans)
    try:
        alerts.write(arrivals(world.rng("arrivals"), goal, world.clock.until))
        cases = Cases(world)
        cases.alerts = alerts.links
        cases.write(plans)
        accounts.name_households([house.key for house in world.helped])
        rows = world.tables.send()
        rebuild_spells(house.key for house in world.houses if house.key and (house.lifted or house.monitored))
        analyse(OnFileSpell._meta.db_table)
        Alert.objects.inside(world.code).link_to_previous()
    except BaseException:
        alerts.uploads.forget()
        raise
    return Built(world.code, world.name, rows)


def _draw(world: World) -> list[Plan]:
    """Households, their lives, and which of them were on file when; the same whatever the last day is."""
    goal = wanted(world.seed, world.index, world.rng("wanted"))
    rng = world.rng("houses")
    numbers = Numbers(world.index)
    serial = 0
    for (village, _), share in zip(world.villages.items(), SHARES, strict=True):
        drawn = Village(village, rng, numbers, NATURAL)
        for _ in range(HOUSEHOLDS * share // sum(SHARES)):
            serial += 1
            world.houses.append(drawn.household(serial))
    _odd_names(world.houses, rng)
    planner = Planner(world.rng("plans"), world.houses, goal)
    plans = planner.draw()
    if planner.birth:
        _child(*planner.birth, rng, numbers)
    taken = {plan.house for plan in plans}
    register_lifted(world.rng("lifted"), world.houses, goal.lifted.households, goal.lifted.people, taken, ended=38)
    _part(world, taken, serial)
    later = later_plans(world.rng("later"), world.houses, taken, world.clock.until)
    plans += later
    add_studies(world.rng("studies"), plans, world.clock.until)
    return plans


def _odd_names(houses: list[House], rng: random.Random) -> None:
    """Names that try a page: four characters, a point in the middle."""
    for name in LONG_NAMES:
        house = rng.choice(houses)
        house.stays[0].person.name = name


def _child(house: House, day: date, rng: random.Random, numbers: Numbers) -> None:
    born, number = numbers.give(day + timedelta(days=rng.randrange(4)), male=True)
    child = Someone(
        house.family + given(rng, True, born), True, born, "grand" if house.kind == "three" else "son", number
    )
    stay = Stay(child, born, joined="birth", house=house)
    child.stays.append(stay)
    house.stays.append(stay)


def _part(world: World, taken: set[House], serial: int) -> None:
    """A few households part, and a few move to another village of the township."""
    rng = world.rng("parting")
    ordinary = [house for house in world.houses if house not in taken and not house.lifted and house.kind == "three"]
    for number, house in enumerate(rng.sample(ordinary, 60)):
        day = a_day(rng, BASE + timedelta(days=60), ANCHOR + timedelta(days=365))
        serial += 1
        new = (
            split(house, day, serial)
            if number % 5
            else move(house, day, serial, rng.choice([code for code in world.villages if code != house.village]))
        )
        if new:
            world.houses.append(new)


def _helped(world: World) -> list[House]:
    """Some of the households on file in the fifth village, those under monitoring first."""
    standing = [
        house for house in world.houses if house.village == world.known_village and house.is_open(world.clock.until)
    ]
    on_file = [house for house in standing if house.lifted or house.monitored]
    return sorted(on_file, key=lambda house: house.monitored is None)[:HELPED]
