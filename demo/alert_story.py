"""What happens to one alert from the day it came in: handed out, checked in time or late, looked at, closed."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from demo.alert_days import Arrival
from demo.clock import ANCHOR, workday
from demo.world import World
from paibou.lib.workdays import working_days_after

if TYPE_CHECKING:
    from demo.alerts import Entry

DUE = timedelta(days=7)
UNANSWERED = timedelta(days=25)  # what came since waits for the officer whose login is known
SMALL_RISE = Decimal(5000)
STATES = {
    "received": "received",
    "handed_out": "handed_out",
    "taken_back": "received",
    "checked": "answered",
    "sent_back": "sent_back",
    "proposed": "proposed",
    "closed": "closed",
    "voided": "closed",
}
NOTES = {
    "no_risk": ("报销后家庭能够承担，子女在外务工收入稳定", "病情稳定，无其他大额支出", "核实为门诊慢病费用，无风险"),
    "helped_already": ("已享受低保和医疗救助，村里持续关注", "帮扶联系人已对接，情况稳定"),
    "helped_now": ("自付较多，已帮助申请医疗救助", "住院期间先诊疗后付费，出院后协助报销"),
    "propose": ("支出骤增，家庭劳力减少，生活有困难", "病情较重，后续治疗费用高，收入中断"),
    "monitored": ("已是监测对象，帮扶措施在落实",),
    "eliminated": ("风险已消除，经核实收入稳定",),
    "guaranteed": ("已纳入低保，按月领取",),
    "dead": ("本人已去世，已销户",),
    "not_local": ("户籍在外地，多年不在本村居住",),
    "away": ("举家在外务工，电话核实无困难",),
    "wrong": ("村里查无此人，电话也打不通",),
    "elsewhere": ("户籍在邻镇，已告知对方",),
}
HELPS = (
    ["medical_aid"],
    ["treat_first", "medical_aid"],
    ["temporary_aid"],
    ["chronic_card", "watch"],
    ["medical_aid", "watch"],
)


@dataclass
class Answer:
    method: str
    result: str
    help: list[str] = field(default_factory=list)
    note: str = ""


@dataclass
class Happening:
    """One event to come; whether its day has come is asked later."""

    kind: str
    on: date
    by: str = "village"
    due: date | None = None
    answer: Answer | None = None
    note: str = ""
    village: str = ""
    undone: bool = False
    lag: int = 0

    @property
    def state(self) -> str:
        return "" if self.undone else STATES.get(self.kind, "")


def story(rng: random.Random, entry: "Entry", arrival: Arrival, handed: date, world: World) -> list[Happening]:
    accept = working_days_after(arrival.on, 2) if arrival.by_hand else None
    told = [Happening("received", arrival.on, by="station", due=accept)]
    villages = list(world.villages)
    village = entry.village if entry.village in world.villages else rng.choice(villages)
    if arrival.by_hand:
        handed = min(handed, accept or handed)
    if entry.plan:
        handed = min(handed, entry.plan.clue - timedelta(days=3))
    if not entry.plan and rng.random() < 0.012:
        wrong = rng.choice([code for code in villages if code != village])
        told.append(Happening("handed_out", handed, by="station", due=handed + DUE, village=wrong, undone=True))
    told.append(Happening("handed_out", handed, by="station", due=handed + DUE, village=village))
    if entry.plan:
        return told + _to_a_case(rng, entry, handed)
    is_hers = world.officer(village) == world.users["village_officer"]
    if is_hers and arrival.on > ANCHOR and not world.has(arrival.on + UNANSWERED):
        return told
    return told + _answered(rng, entry, handed, arrival.late)


def _to_a_case(rng: random.Random, entry: "Entry", handed: date) -> list[Happening]:
    assert entry.plan
    clue = entry.plan.clue
    checked = min(handed + timedelta(days=rng.randrange(1, 4)), clue)
    answer = Answer("home", "propose", note=rng.choice(NOTES["propose"]))
    return [
        Happening("checked", checked, answer=answer),
        Happening("proposed", clue, by="station", note="站里入户核实，属实，按程序立案"),
        Happening("case_opened", clue, by="station"),
        Happening("closed", clue, by="station"),
    ]


def _answered(rng: random.Random, entry: "Entry", handed: date, late: float) -> list[Happening]:
    waits = rng.randrange(1, 7), rng.randrange(8, 13), rng.randrange(14, 34)
    wait = rng.choices(waits, (1 - late, late * 0.6, late * 0.4))[0]
    told = []
    due = handed + DUE
    checked = handed + timedelta(days=wait)
    if checked > due:
        told.append(Happening("reminded", workday(due + timedelta(days=1)), by="station"))
    answer = _answer(rng, entry, checked)
    if rng.random() < 0.03:
        back = workday(checked + timedelta(days=1))
        told.append(Happening("checked", checked, answer=Answer(answer.method, "no_risk", note="无风险")))
        told.append(Happening("sent_back", back, by="station", due=back + DUE, note="没有写明报销和自付，请补充核实"))
        checked = back + timedelta(days=rng.randrange(1, 6))
    told.append(Happening("checked", checked, answer=answer))
    closed = workday(checked + timedelta(days=rng.choice((0, 1, 1, 2, 3, 4))))
    why = "村里拟纳入，站里核实支出已报销大部，暂不立案，继续关注" if answer.result == "propose" else ""
    told.append(Happening("closed", closed, by="station", note=why))
    return sorted(told, key=lambda each: each.on)


def _answer(rng: random.Random, entry: "Entry", day: date) -> Answer:
    last = entry.before
    if last and last.check and last.answer and last.answer.result not in ("propose", "wrong"):
        small = entry.amount is None or last.amount is None or entry.amount - last.amount <= SMALL_RISE
        if small and rng.random() < 0.6:
            return Answer("kept", last.answer.result, last.answer.help, "情况没变，沿用上次答复")
    result = _result(rng, entry, day)
    method = "phone" if result in ("away", "not_local") or rng.random() < 0.3 else "home"
    helps = list(rng.choice(HELPS)) if result == "helped_now" else ["watch"] if result == "helped_already" else []
    return Answer(method, result, helps, rng.choice(NOTES[result]))


def _result(rng: random.Random, entry: "Entry", day: date) -> str:
    house = entry.house
    if house is None:
        return rng.choices(("not_local", "wrong", "elsewhere", "no_risk"), (45, 25, 20, 10))[0]
    if entry.person and entry.person.died and entry.person.died <= day:
        return "dead"
    if house.monitored and house.monitored <= day and rng.random() < 0.8:
        return "monitored"
    words = ("no_risk", "helped_already", "helped_now", "guaranteed", "away", "propose")
    return rng.choices(words, (46, 20, 16, 7, 9, 2))[0]
