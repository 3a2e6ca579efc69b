"""How the people on file live: 保障, 务工, income by year, 三保障, helpers, visits."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from demo.clock import FIRST, HORIZON, workday
from demo.names import CITIES, EMPLOYERS, UNITS, a_day, given, phone, surname
from demo.people import House, Stay
from demo.world import World, uid
from households.models import Guarantee, HelperAssignment, IncomeLine, IncomeStatement, Safeguard, Visit, Work

PROBLEMS = {
    "housing": "屋顶漏雨，墙体有裂缝",
    "water": "冬季枯水，水量不足",
    "medical": "未按时缴纳居民医保",
    "education": "因病休学，需送教上门",
}
QUARTERLY = 2024  # the year from which households on file are visited every quarter
WORDS = (
    "家庭情况平稳",
    "了解务工和收入情况，无新增风险",
    "宣传医保缴费和防诈骗",
    "查看饮水和住房，均安全",
    "老人身体尚可，提醒按时服药",
)


class Circumstances:
    """Writes what is known of households on file, and the work of some others."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng("circumstances")
        self.last = world.clock.until
        self.helpers = self._helpers()

    def _helpers(self) -> list[tuple[str, str, str]]:
        rng = self.rng
        born = date(1985, 1, 1)
        return [(surname(rng) + given(rng, rng.random() < 0.6, born), rng.choice(UNITS), phone(rng)) for _ in range(60)]

    def write(self) -> None:
        for house in self.world.houses:
            if not self.world.has(house.opened):
                continue
            if house.lifted or house.monitored:
                self._on_file(house)
            for stay in house.stays:
                if self.world.has(stay.since):
                    self._person(house, stay)

    def _on_file(self, house: House) -> None:
        self._helper(house)
        self._incomes(house)
        self._safeguards(house)
        self._visits(house)

    # --- people ---
    def _person(self, house: House, stay: Stay) -> None:
        rng, age = self.rng, stay.person.age(self.last)
        on_file = bool(house.lifted or house.monitored)
        poor = house.monitored is not None and rng.random() < 0.5
        if rng.random() < (0.12 if on_file else 0.008) or poor:
            alone = age >= 60 and house.kind == "elder" and rng.random() < 0.3
            self._guarantee(house, stay, "destitute" if alone else "minimum", a_day(rng, FIRST, date(2025, 6, 1)))
        if on_file:
            self._guarantee(house, stay, "medical", max(stay.since, FIRST))
            if rng.random() < 0.08:
                self._guarantee(house, stay, "disability", a_day(rng, FIRST, date(2025, 6, 1)))
        sixty = date(stay.person.born.year + 60, stay.person.born.month, 1) + timedelta(days=31)
        if on_file and sixty < self.last:
            self._guarantee(house, stay, "pension", max(sixty.replace(day=1), FIRST, stay.since))
        if 18 <= age <= 62 and rng.random() < (0.75 if on_file else 0.12):
            self._work(house, stay)

    def _guarantee(self, house: House, stay: Stay, kind: str, since: date) -> None:
        rng = self.rng
        ends = rng.random() < 0.15 and kind == "minimum"
        until = since + timedelta(days=30 * rng.randrange(10, 40)) if ends else None
        self._dated(Guarantee, house, stay, since, until, kind=kind)

    def _work(self, house: House, stay: Stay) -> None:
        rng = self.rng
        place = rng.choices(("outside", "township", "county", "province"), (52, 18, 16, 14))[0]
        since = max(stay.since, date(rng.choice((2022, 2023, 2024, 2025)), 3, rng.randrange(1, 28)))
        until = date(since.year + rng.randrange(1, 4), 1, 15) if rng.random() < 0.35 else None
        self._dated(
            Work,
            house,
            stay,
            since,
            until,
            place=place,
            address=rng.choice(CITIES) if place == "outside" else self.world.name if place == "township" else "池州市",
            employer=rng.choice(EMPLOYERS),
            months=rng.randrange(5, 12),
            pay_yuan=Decimal(rng.randrange(28, 75) * 100),
        )

    def _dated(self, model: type, house: House, stay: Stay, since: date, until: date | None, **values: Any) -> None:
        """Never outside the membership: what a person has ends when he leaves."""
        since = max(since, stay.since)
        until = min((day for day in (until, stay.until) if day), default=None)
        if until and until <= since:
            return
        written = self.world.clock.written(self.rng, since)
        ended = max(self.world.clock.written(self.rng, until), written) if self.world.has(until) and until else None
        self.world.add_dated(
            model,
            since=since,
            until=until,
            written=written,
            ended=ended,
            person_id=stay.person.key,
            household_id=house.key,
            village_code=house.village,
            by_id=self.world.officer(house.village),
            **values,
        )

    # --- households ---
    def _helper(self, house: House) -> None:
        rng = self.rng
        name, unit, number = rng.choice(self.helpers)
        values = {"household_id": house.key, "village_code": house.village, "by_id": self.world.users["station"]}
        since = max(house.opened, FIRST)
        change = since + timedelta(days=rng.randrange(300, 1500)) if rng.random() < 0.2 else None
        if house in self.world.helped:
            self._helps(since, house.closed, **values, name="张伟", unit=UNITS[0], user_id=self.world.users["helper"])
            return
        until = min((day for day in (change, house.closed) if day), default=None)
        later = {"name": name, "unit": unit, "phone": number}
        self._helps(since, until, **values, **later)
        if change and until == change and not (house.closed and house.closed <= change):
            other, unit, number = rng.choice([each for each in self.helpers if each[0] != name])
            self._helps(change, house.closed, **values, name=other, unit=unit, phone=number)

    def _helps(self, since: date, until: date | None, **values: Any) -> None:
        written = self.world.clock.written(self.rng, since)
        ended = max(self.world.clock.written(self.rng, until), written) if self.world.has(until) and until else None
        self.world.add_dated(HelperAssignment, since=since, until=until, written=written, ended=ended, **values)

    def _incomes(self, house: House) -> None:
        """The year of a 脱贫户 runs from October to September; written down in the last quarter."""
        rng, world = self.rng, self.world
        level = rng.randrange(9000, 21000)
        for year in range(2021, FIRST.year + HORIZON):
            last = date(year, 9, 30)
            typed = last + timedelta(days=rng.randrange(20, 70))
            people = house.size(last)
            if not world.has(typed) or not people or not house.is_open(last):
                continue
            level = int(level * rng.uniform(1.02, 1.11))
            statement = world.add(
                IncomeStatement,
                household_id=house.key,
                village_code=house.village,
                kind="year",
                first_day=date(year - 1, 10, 1),
                last_day=last,
                people=people,
                by_id=world.officer(house.village),
                recorded_at=world.clock.written(rng, typed, 0),
            )
            net = level * people
            wages = int(net * rng.uniform(0.35, 0.7)) if house.can_work(last) else 0
            transfer = int(net * rng.uniform(0.12, 0.25))
            lines = (
                ("wages", "务工收入", wages),
                ("business", "茶叶和水稻", net - wages - transfer + 900),
                ("transfer", "养老金", transfer),
                ("business_cost", "农资", 900),
            )
            for category, item, amount in lines:
                if amount > 0:
                    values = {"category": category, "item": item, "amount_yuan": Decimal(amount)}
                    world.add(IncomeLine, statement_id=statement, **values)

    def _safeguards(self, house: House) -> None:
        rng, world = self.rng, self.world
        for year in range(2021, FIRST.year + HORIZON):
            day = workday(date(year, 4, 6) + timedelta(days=rng.randrange(50)))
            if not world.has(day) or not house.is_open(day) or (year < 2024 and rng.random() < 0.5):
                continue
            for kind in ("education", "medical", "housing", "water"):
                wrong = rng.random() < 0.012
                solved = workday(day + timedelta(days=rng.randrange(20, 160))) if wrong else None
                world.add(
                    Safeguard,
                    household_id=house.key,
                    village_code=house.village,
                    kind=kind,
                    checked_on=day,
                    is_safe=not wrong,
                    problem=PROBLEMS[kind] if wrong else "",
                    solved_on=solved if world.has(solved) else None,
                    by_id=world.officer(house.village),
                    recorded_at=world.clock.written(rng, day),
                )

    def _visits(self, house: House) -> None:
        """Twice a year at first, later every quarter; one is missed now and then."""
        rng, world = self.rng, self.world
        for year in range(2021, FIRST.year + HORIZON):
            for month in (3, 9) if year < QUARTERLY else (1, 4, 7, 10):
                day = workday(date(year, month, 1) + timedelta(days=rng.randrange(60)))
                if not world.has(day) or not house.is_open(day) or rng.random() < 0.04:
                    continue
                world.add(
                    Visit,
                    uid=uid(rng),
                    household_id=house.key,
                    village_code=house.village,
                    on=day,
                    kind="routine",
                    method="phone" if rng.random() < 0.12 else "home",
                    visitor=world.officers[house.village],
                    findings=rng.choice(WORDS),
                    by_id=world.officer(house.village),
                    recorded_at=world.clock.written(rng, day, rng.choice((0, 0, 1, 2))),
                )
