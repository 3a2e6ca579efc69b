"""The registry's rows: households, people, who lived where when, and what is on file."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from pypinyin import lazy_pinyin

from demo.clock import BASE, FIRST, at
from demo.names import account
from demo.people import House, Someone, Stay, relation
from demo.world import World
from households.models import FactChange, Household, Membership, Person, Registration
from paibou.lib.sealing import digest

CAUSES = ("因病", "因病", "因病", "因残", "缺劳动力", "缺技术", "缺资金", "因学", "自身发展力不足")
_sounds: dict[str, str] = {}


def sort_key(name: str) -> str:
    for sign in name:
        if sign not in _sounds:
            _sounds[sign] = lazy_pinyin(sign)[0]
    return " ".join(_sounds[sign] for sign in name)


class Registry:
    """Writes the households and people that exist by the last day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng("registry")
        self.last = world.clock.until
        imported = {code: at(BASE + timedelta(days=n // 3), 9 + n % 8, 12) for n, code in enumerate(world.villages)}
        self._imported = imported

    def write(self) -> None:
        houses = [house for house in self.world.houses if self.world.has(house.opened)]
        for house in houses:
            house.key = self.world.tables[Household].next_id()
        for house in houses:
            for stay in house.stays:
                if not stay.person.key and self.world.has(stay.since):
                    self._person(stay.person, house)
        for house in houses:
            self._household(house)
            for stay in house.stays:
                self._membership(house, stay)
            self._registrations(house)

    # --- people ---
    def _person(self, person: Someone, house: House) -> None:
        rng, world = self.rng, self.world
        age = person.age(self.last)
        died = person.died if world.has(person.died) else None
        lived = [stay for stay in person.stays if world.has(stay.since)]
        house = lived[-1].house or house
        unnumbered = age < 1 and person.born > self.last - timedelta(days=60) and rng.random() < 0.5
        number = "" if unnumbered else person.number
        sick = age > 50 and rng.random() < 0.28
        disabled = rng.random() < 0.035
        health = (["长期慢性病"] if sick else []) + (["残疾"] if disabled else []) or ["健康"]
        person.key = world.add(
            Person,
            village_code=house.village,
            name=person.name,
            name_sort=sort_key(person.name),
            id_kind="none" if unnumbered else "resident",
            id_number=number,
            id_digest=digest(number),
            no_id_reason="新生未落户" if unnumbered else "",
            disability=f"{rng.randrange(1, 7)}{rng.randrange(1, 5)}" if disabled else "",
            sex="male" if person.male else "female",
            born_on=person.born,
            died_on=died,
            ethnicity="维吾尔族" if "·" in person.name else "汉族" if rng.random() < 0.995 else "畲族",
            political="中共党员" if age > 25 and rng.random() < 0.05 else "群众",
            hukou=f"{world.name}{world.villages[house.village]}",
            is_at_home=not (18 < age < 58 and rng.random() < 0.45),
            away="service" if 18 < age < 23 and person.male and rng.random() < 0.02 else "",
            phone=person.phone,
            education=_education(rng, age),
            schooling=_schooling(rng, age),
            health=health,
            labour=_labour(rng, age, disabled),
        )

    # --- households ---
    def _household(self, house: House) -> None:
        rng, world = self.rng, self.world
        head = house.head(self.last)
        closed = house.closed if world.has(house.closed) else None
        predecessor = house.predecessor
        world.add(
            Household,
            id=house.key,
            village_code=house.village,
            number=f"{world.code}1{house.serial:06}",
            natural_village=house.natural,
            group=f"{house.group}组",
            head_id=head.person.key if head else None,
            phone=house.phone,
            bank="牌楼农商行" if house.lifted else "",
            bank_account=account(rng) if house.lifted else "",
            filed_on=house.opened if house.lifted else None,
            lifted_year=house.lifted.year if house.lifted else None,
            main_cause=rng.choice(CAUSES) if house.lifted else "",
            arable_mu=Decimal(rng.randrange(5, 90)) / 10,
            forest_mu=Decimal(rng.randrange(0, 300)) / 10,
            housing_m2=Decimal(rng.randrange(60, 240)),
            housing_grade=rng.choices(("A级", "B级", "未鉴定"), (70, 22, 8))[0],
            flags=_flags(rng, house),
            opened_on=house.opened,
            closed_on=closed,
            close_reason=house.close_reason if closed else "",
            predecessor_id=predecessor.key if predecessor else None,
            national_entered_on=house.opened + timedelta(days=20) if house.lifted else None,
        )

    def _membership(self, house: House, stay: Stay) -> None:
        world, rng = self.world, self.rng
        if not world.has(stay.since):
            return
        until = stay.until if world.has(stay.until) else None
        seen_on = min(until - timedelta(days=1) if until else self.last, self.last)
        head = house.head(seen_on)
        word = relation(stay.person, head.person) if head else "其他"
        values = {
            "person_id": stay.person.key,
            "household_id": house.key,
            "village_code": house.village,
            "relation": word,
            "relation_raw": word,
            "joined": stay.joined,
            "by_id": world.users["station"] if stay.since <= FIRST else world.officer(house.village),
        }
        written = self._written(house, stay.since)
        ended = max(world.clock.written(rng, until), written) if until else None
        ending = {"left": stay.left}
        wrong = stay.since > FIRST and rng.random() < 0.03 and stay.joined in ("birth", "marriage") and not until
        if wrong and self._corrected(stay, written, values):
            return
        world.add_dated(
            Membership, since=stay.since, until=until, written=written, ended=ended, ending=ending, **values
        )

    def _corrected(self, stay: Stay, written: datetime, values: dict[str, object]) -> bool:
        """The day was entered wrong; some days later the row was withdrawn for a right one."""
        mended = written + timedelta(days=self.rng.randrange(3, 40), minutes=7)
        wrong = stay.since + timedelta(days=self.rng.choice((-2, 1, 2)))
        if mended > self.world.clock.now or wrong < stay.person.born or wrong > written.date():
            return False
        self.world.add(Membership, valid_from=wrong, recorded_at=written, withdrawn_at=mended, **values)
        self.world.add(Membership, valid_from=stay.since, recorded_at=mended, **values, note="更正入户日期")
        return True

    def _written(self, house: House, day: date) -> datetime:
        return self._imported[house.village] if day <= FIRST else self.world.clock.written(self.rng, day)

    def _registrations(self, house: House) -> None:
        world, rng = self.world, self.rng
        by = world.users["station"]
        if house.lifted:
            self._registration(house, "lifted", house.lifted, house.closed, house.close_reason, by)
        if house.monitored:
            reason = house.close_reason or "清退"
            self._registration(house, "monitored", house.monitored, house.monitored_until, reason, by)
        if house.phone and rng.random() < 0.02:
            self._new_phone(house)

    def _registration(self, house: House, kind: str, since: date, until: date | None, reason: str, by: int) -> None:
        world = self.world
        written = self._written(house, since)
        ended = max(world.clock.written(self.rng, until), written) if until and world.has(until) else None
        world.add_dated(
            Registration,
            since=since,
            until=until,
            written=written,
            ended=ended,
            ending={"end_reason": reason},
            household_id=house.key,
            village_code=house.village,
            kind=kind,
            without_benefits=kind == "lifted" and house.key % 29 == 0,
            by_id=by,
        )

    def _new_phone(self, house: House) -> None:
        day = FIRST + timedelta(days=self.rng.randrange(60, 1700))
        if self.world.has(day) and house.is_open(day):
            self.world.add(
                FactChange,
                household_id=house.key,
                village_code=house.village,
                field="phone",
                old=f"154{self.rng.randrange(10**8):08}",
                new=house.phone,
                on=day,
                recorded_at=self.world.clock.written(self.rng, day),
                by_id=self.world.officer(house.village),
            )


def _education(rng: random.Random, age: int) -> str:
    if age < 7:
        return "学龄前"
    if age < 13:
        return "小学"
    if age < 16:
        return "初中"
    if age > 65:
        return rng.choices(("文盲半文盲", "小学", "初中"), (40, 45, 15))[0]
    return rng.choices(("小学", "初中", "高中", "中职", "高职", "大专", "本科及以上"), (22, 40, 12, 8, 5, 8, 5))[0]


def _schooling(rng: random.Random, age: int) -> str:
    if 7 <= age <= 12:
        return f"小学{'一二三四五六'[age - 7]}年级"
    if 13 <= age <= 15:
        return f"{'七八九'[age - 13]}年级"
    if 16 <= age <= 18:
        return f"{rng.choice(('高中', '中职'))}{'一二三'[age - 16]}年级"
    if 19 <= age <= 21 and rng.random() < 0.5:
        return f"{rng.choice(('大专', '本科'))}{'一二三'[age - 19]}年级"
    return ""


def _labour(rng: random.Random, age: int, disabled: bool) -> str:
    if age < 16:
        return "无劳动力"
    if age > 74 or (disabled and rng.random() < 0.5):
        return "丧失劳动力" if disabled else "无劳动力"
    if age > 59 or disabled:
        return "弱劳动力或半劳动力"
    return "技能劳动力" if rng.random() < 0.15 else "普通劳动力"


def _flags(rng: random.Random, house: House) -> dict[str, bool]:
    chances = (("易地搬迁", 0.03), ("军烈属", 0.01), ("双女户", 0.03), ("加入合作社", 0.12), ("整户外出", 0.05))
    drawn = {word: True for word, chance in chances if rng.random() < chance * (2 if house.lifted else 0.4)}
    return drawn | house.flags
