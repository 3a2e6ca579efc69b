"""The rows of alerts: lists as they came in, what the villages answered, what the station made of it."""

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from demo.alert_days import Arrival
from demo.alert_story import Answer, Happening, story
from demo.clock import workday
from demo.names import DIAGNOSES, HOSPITALS, given, stranger_number, surname
from demo.people import House, Someone
from demo.plans import Plan
from demo.uploads import Uploads
from demo.world import World, uid
from monitoring.models import Alert, AlertCheck, AlertEvent, IdentityDoubt
from paibou.lib.sealing import digest

MEDICAL = ("city_medical", "district_medical")
REASONS = {
    "province": ("医疗支出骤增", "残疾等级变化", "就业状态异常", "饮水信息缺失", "家庭成员重病"),
    "civil_affairs": ("低保退出", "临时救助人员", "低收入人口监测"),
    "disabled": ("新办残疾证",),
    "education": ("疑似辍学", "大额教育支出"),
    "household": ("家人住院，花费较大，申请帮扶",),
    "grid_worker": ("走访发现意外受伤，停工在家",),
    "cadre": ("排查发现收入下降明显",),
    "hotline": ("来电反映家庭困难",),
}


@dataclass
class Entry:
    """One row of a list on its way: whom it names, what it says."""

    name: str
    number: str
    village: str
    person: Someone | None = None
    house: House | None = None
    amount: Decimal | None = None
    settled: date | None = None
    plan: Plan | None = None
    before: "Kept | None" = None
    doubt: Someone | None = None
    key: int = 0


@dataclass
class Kept:
    """The last alert of a source on a person: what a repeated one refers to."""

    on: date
    amount: Decimal | None
    answer: Answer | None
    check: int = 0


@dataclass
class Alerts:
    """Writes alerts, checks, events and doubts, up to the last day."""

    world: World
    plans: Sequence[Plan]
    links: dict[int, int] = field(default_factory=dict)  # id of a plan → its alert

    def __post_init__(self) -> None:
        self.rng = self.world.rng("alerts")
        self.uploads = Uploads(self.world)
        self._last: dict[tuple[str, str], Kept] = {}
        self._by_source: dict[str, list[tuple[Someone, House]]] = defaultdict(list)
        self._acts: dict[tuple[Any, ...], uuid.UUID] = {}
        on_file = [house for house in self.world.houses if house.lifted or house.monitored]
        self._on_file = [(stay.person, house) for house in on_file for stay in house.stays]
        self._all = [(stay.person, house) for house in self.world.houses for stay in house.stays]

    def write(self, lists: Sequence[Arrival]) -> None:
        waiting = self._clues(lists)
        for arrival in lists:
            entries = [self._of_plan(plan, arrival) for plan in waiting.pop(id(arrival), [])][: arrival.rows]
            entries += [self._of_village(arrival, self.world.known_village) for _ in range(arrival.hers)]
            entries += [self._entry(arrival) for _ in range(arrival.rows - len(entries))]
            self._list(arrival, entries)

    def _clues(self, lists: Sequence[Arrival]) -> dict[int, list[Plan]]:
        """Cases found through a department or reported: which list brought the alert. Others came by a visit."""
        found: dict[int, list[Plan]] = defaultdict(list)
        for plan in self.plans:
            if plan.channel not in ("department", "self", "grid") or plan.clue < date(2021, 3, 1):
                plan.channel = "cadre" if plan.channel == "department" else plan.channel
                continue
            first, last = plan.clue - timedelta(days=14), plan.clue - timedelta(days=4)
            wanted = {"self": ("household",), "grid": ("grid_worker",)}.get(plan.channel, (*MEDICAL, "province"))
            fitting = [each for each in lists if first <= each.on <= last and each.source in wanted]
            fitting = [each for each in fitting if len(found[id(each)]) < each.rows]
            if fitting:
                found[id(fitting[-1])].append(plan)
            elif plan.channel == "department":
                plan.channel = "cadre"
        return found

    # --- whom a row names ---
    def _of_plan(self, plan: Plan, arrival: Arrival) -> Entry:
        stay = self.rng.choice(plan.house.members(arrival.on) or plan.house.stays)
        return self._about(arrival, stay.person, plan.house, plan)

    def _of_village(self, arrival: Arrival, village: str) -> Entry:
        houses = [house for house in self.world.houses if house.village == village]
        grown = [
            (stay.person, house)
            for house in houses
            for stay in house.members(arrival.on)
            if stay.person.key and stay.person.age(arrival.on) > 35
        ]
        return self._about(arrival, *self.rng.choice(grown))

    def _entry(self, arrival: Arrival) -> Entry:
        rng = self.rng
        again = self._by_source[arrival.source]
        if arrival.source in MEDICAL and again and rng.random() < 0.28:
            person, house = again[-1 - rng.randrange(min(25, len(again)))]
            if house.is_open(arrival.on) and any(
                stay.holds(arrival.on) for stay in house.stays if stay.person is person
            ):
                return self._about(arrival, person, house)
        if rng.random() < 0.06 and not arrival.by_hand:
            return self._stranger(arrival)
        for _ in range(60):
            person, house = rng.choice(self._on_file if rng.random() < 0.55 else self._all)
            here = any(stay.holds(arrival.on) for stay in house.stays if stay.person is person)
            if here and person.key and (person.age(arrival.on) > 35 or rng.random() < 0.25):
                return self._about(arrival, person, house)
        return self._stranger(arrival)

    def _about(self, arrival: Arrival, person: Someone, house: House, plan: Plan | None = None) -> Entry:
        rng = self.rng
        before = self._last.get((arrival.source, person.number))
        entry = Entry(person.name, person.number, house.village, person, house, plan=plan, before=before)
        if arrival.source in MEDICAL:
            paid = before.amount if before and before.amount else Decimal(0)
            rise = Decimal(rng.randrange(40000, 900000) if before else rng.randrange(700000, 4200000)) / 100
            entry.amount = paid + rise
            entry.settled = arrival.on - timedelta(days=rng.randrange(4, 32))
            self._by_source[arrival.source].append((person, house))
        if plan is None and before is None and rng.random() < 0.012:
            entry.doubt, entry.person, entry.house = person, None, None
            entry.name = person.name[0] + given(rng, person.male, person.born)
        return entry

    def _stranger(self, arrival: Arrival) -> Entry:
        rng = self.rng
        male = rng.random() < 0.5
        born = date(rng.randrange(1945, 1995), rng.randrange(1, 13), rng.randrange(1, 28))
        village = self.world.padded if rng.random() < 0.3 else rng.choice(list(self.world.villages))
        entry = Entry(surname(rng) + given(rng, male, born), stranger_number(rng, born, male), village)
        if arrival.source in MEDICAL:
            entry.amount = Decimal(rng.randrange(700000, 3200000)) / 100
            entry.settled = arrival.on - timedelta(days=rng.randrange(4, 32))
        return entry

    # --- a list ---
    def _list(self, arrival: Arrival, entries: list[Entry]) -> None:
        world = self.world
        batch = None
        if not arrival.by_hand:
            batch = self.uploads.batch(arrival, [self._cells(entry, arrival) for entry in entries])
        handed = arrival.handed_on or workday(arrival.on + timedelta(days=self.rng.choice((0, 0, 1, 1, 2))))
        stories = []
        for row, entry in enumerate(entries, self.uploads.first_row):
            entry.key = world.tables[Alert].next_id()
            if entry.plan:
                self.links[id(entry.plan)] = entry.key
            rng = random.Random(f"{world.seed}:{world.index}:alert:{arrival.source}:{arrival.on}:{row}")  # noqa: S311
            happenings = story(rng, entry, arrival, handed, self.world)
            stories.append((row, entry, happenings))
        returned = workday(arrival.on + timedelta(days=24)) if batch else None
        for row, entry, happenings in stories:
            if returned and happenings[-1].kind == "closed" and happenings[-1].on <= returned:
                happenings.append(Happening("returned", returned, by="station"))
            self._alert(arrival, entry, happenings, batch, row)

    def _cells(self, entry: Entry, arrival: Arrival) -> list[Any]:
        place = self.world.villages.get(entry.village, "")
        if arrival.source in MEDICAL:
            entry_cells = [entry.name, entry.number, place, entry.amount, entry.settled]
        else:
            entry_cells = [entry.name, entry.number, place]
        return entry_cells

    def _alert(self, arrival: Arrival, entry: Entry, happenings: list[Happening], batch: int | None, row: int) -> None:
        world, rng = self.world, self.rng
        medical = arrival.source in MEDICAL
        diagnosis = rng.choice(DIAGNOSES)
        reason = "个人自付医疗费用较高" if medical else rng.choice(REASONS[arrival.source])
        written = world.clock.written(rng, arrival.on, 0)
        received = written
        known: dict[str, Any] = {"state": "received", "village": entry.village}
        for happening in happenings:
            if not world.has(happening.on):
                break
            written = max(written + timedelta(seconds=20), world.clock.written(rng, happening.on, happening.lag))
            written = min(written, world.clock.now)
            self._event(entry, happening, written, known, arrival)
        name_and_number = f"{entry.name}|{entry.number}|{entry.amount}|{entry.settled}|{arrival.on}|{row}"
        world.add(
            Alert,
            id=entry.key,
            village_code=known["village"],
            source=arrival.source,
            received_on=arrival.on,
            batch_id=batch,
            sheet="Sheet1" if batch else "",
            row=row if batch else None,
            fingerprint=digest(name_and_number) if batch else b"",
            name=entry.name,
            id_number=entry.number,
            id_digest=digest(entry.number),
            phone=entry.person.phone if entry.person else "",
            category="脱贫人口" if entry.house and entry.house.lifted else "一般农户" if entry.house else "",
            reason=reason,
            diagnosis=diagnosis if medical else "",
            hospital=rng.choice(HOSPITALS) if medical else "",
            total_yuan=entry.amount * 2 + 1200 if entry.amount else None,
            self_paid_yuan=entry.amount,
            settled_on=entry.settled,
            person_id=entry.person.key if entry.person else None,
            household_id=entry.house.key if entry.house else None,
            state=known["state"],
            due_on=known.get("due"),
            result=known.get("result", ""),
            answer_id=known.get("answer"),
            returned_on=known.get("returned"),
            recorded_at=received,
        )
        if entry.doubt:
            self._doubt(entry, arrival)
        kept = known.get("kept")
        self._last[arrival.source, entry.number] = Kept(arrival.on, entry.amount, kept, known.get("answer") or 0)

    def _event(
        self, entry: Entry, happening: Happening, written: datetime, known: dict[str, Any], arrival: Arrival
    ) -> None:
        world = self.world
        check = None
        if happening.answer:
            check = self._check(entry, happening, written, known["village"])
            known.update(answer=check, result=happening.answer.result, kept=happening.answer)
        state = happening.state
        if state:
            known["state"] = state
        if state in ("received", "handed_out", "sent_back"):
            known.update(answer=None, result="")
        if happening.village:
            known["village"] = happening.village
        if happening.kind in ("received", "handed_out", "sent_back", "taken_back"):
            known["due"] = happening.due
        if happening.kind == "returned":
            known["returned"] = happening.on
        bulk = happening.kind in ("handed_out", "closed", "returned", "reminded")
        key = (arrival.source, arrival.on, happening.kind, happening.on)
        act = self._acts.setdefault(key, uid(self.rng)) if bulk else None
        world.add(
            AlertEvent,
            alert_id=entry.key,
            village_code=known["village"],
            kind=happening.kind,
            on=happening.on,
            due_on=happening.due,
            check_made_id=check,
            note=happening.note,
            act=act,
            by_id=world.users["station"] if happening.by == "station" else world.officer(known["village"]),
            recorded_at=written,
            withdrawn_at=min(written + timedelta(minutes=25), world.clock.now) if happening.undone else None,
        )

    def _check(self, entry: Entry, happening: Happening, written: datetime, village: str) -> int:
        world, answer = self.world, happening.answer
        assert answer
        return world.add(
            AlertCheck,
            uid=uid(self.rng),
            village_code=village,
            household_id=entry.house.key if entry.house else None,
            on=happening.on,
            method=answer.method,
            result=answer.result,
            help=answer.help,
            note=answer.note,
            checker=world.officers[village],
            repeats_id=entry.before.check if answer.method == "kept" and entry.before else None,
            by_id=world.officer(village),
            recorded_at=written,
        )

    def _doubt(self, entry: Entry, arrival: Arrival) -> None:
        """One number, two names: the pair stands in a list until somebody says what it is."""
        world = self.world
        assert entry.doubt
        decided = workday(arrival.on + timedelta(days=6)) if self.rng.random() < 0.6 else None
        settled = world.has(decided)
        world.add(
            IdentityDoubt,
            alert_id=entry.key,
            person_id=entry.doubt.key,
            village_code=entry.village,
            kind="two_names",
            verdict="different" if settled else "",
            decided_by_id=world.users["station"] if settled else None,
            decided_on=decided if settled else None,
        )
