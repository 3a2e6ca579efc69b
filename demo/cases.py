"""The rows of cases: events with their papers, frozen members, measures, visits, income."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from demo.case_story import Step, story
from demo.clock import FIRST, workday
from demo.people import House, relation
from demo.plans import Plan
from demo.world import World, uid
from households.models import IncomeLine, IncomeStatement, Visit
from monitoring.models import Case, CaseEvent, CaseEventMember, Measure, Paper

AGAINST = {
    "因病": ("健康帮扶", "落实医疗救助和慢病证，对接家庭医生签约"),
    "因残": ("社会帮扶", "协助申请残疾人两项补贴和辅具"),
    "缺劳动力": ("综合保障", "落实低保和养老保险，网格员定期照看"),
    "因意外事故": ("临时救助", "申请临时救助 6000 元"),
    "因务工就业不稳": ("就业帮扶", "推荐到镇帮扶车间务工"),
    "因学": ("教育帮扶", "落实雨露计划和助学贷款"),
    "因自然灾害": ("产业帮扶", "帮助恢复茶园并补助苗木"),
}


class Cases:
    """Writes the plans as rows, up to the last day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = world.rng("cases")
        self._papers: dict[tuple[str, str, date, date | None], int] = {}
        self._keys: dict[int, int] = {}
        self.alerts: dict[int, int] = {}  # id of the plan → the alert behind its clue

    def write(self, plans: Sequence[Plan]) -> None:
        for plan in sorted(plans, key=lambda plan: plan.clue):
            if self.world.has(plan.clue):
                self._case(plan)

    def _case(self, plan: Plan) -> None:
        world, house = self.world, plan.house
        rng = random.Random(f"{world.seed}:{world.index}:case:{house.serial}:{plan.clue}")  # noqa: S311
        steps = [step for step in story(plan, rng) if world.has(step.on)]
        done = {step.step: step for step in steps if step.outcome == "passed"}
        key = self._keys[id(plan)] = world.tables[Case].next_id()
        clue_visit = self._visit(plan, plan.clue, "screening", rng) if plan.channel in ("cadre", "grid") else None
        income = None
        if "verified" in done:
            self._visit(plan, done["verified"].on, "case", rng)
            income = self._income(plan, rng)
        if "risk_verified" in done:
            self._visit(plan, done["risk_verified"].on, "elimination", rng)
        turned_down = any(step.outcome == "refused" for step in steps)
        world.add(
            Case,
            id=key,
            household_id=house.key,
            village_code=house.village,
            kind=plan.kind,
            predecessor_id=self._keys.get(id(plan.predecessor)),
            channel=plan.channel,
            clue_on=plan.clue,
            alert_id=self.alerts.get(id(plan)),
            visit_id=clue_visit,
            income_id=income,
            risks=plan.risks,
            by_id=world.officer(house.village),
            state=_state(done, turned_down),
            recorded_at=world.clock.written(self.rng, plan.clue, 0),
            **_shadows(done),
        )
        written = None
        for position, step in enumerate(steps, 1):
            written = self._event(plan, key, position, step, written)
        if "approved" in done:
            self._measures(plan, key, rng)
            self._routine(plan, rng)

    # --- events ---
    def _event(self, plan: Plan, case: int, position: int, step: Step, before: datetime | None) -> datetime:
        world, house, rng = self.world, plan.house, self.rng
        last = step.ends if world.has(step.ends) else step.on
        written = max(
            world.clock.written(rng, last or step.on, rng.choice((0, 0, 1, 1, 2))),
            before or world.clock.written(rng, FIRST),
        )
        ends, detail = step.ends, step.detail
        if step.ends and not world.has(step.ends):
            detail = {}
            ends = step.ends if step.step != "compared" else None
        paper, number = self._paper(house, step) if step.paper else (None, "")
        freezes = step.outcome == "passed" and step.step in ("approved", "labelled", "eliminated", "ended")
        members = house.members(step.on) if freezes else []
        values = {
            "case_id": case,
            "household_id": house.key,
            "village_code": house.village,
            "position": position,
            "step": step.step,
            "outcome": step.outcome,
            "on": step.on,
            "ends_on": ends,
            "paper_id": paper,
            "people": len(members) if freezes else None,
            "note": step.note,
            "detail": detail,
            "by_id": world.users["station"] if step.paper in ("review", "approval", "announcement", "study") else world.officer(house.village),
        }  # fmt: skip
        wrong = step.step == "approved" and rng.random() < 0.06 and step.on > FIRST
        mended = written + timedelta(days=rng.randrange(2, 9))
        if wrong and mended < world.clock.now:
            taken_back = {
                "recorded_at": written,
                "withdrawn_at": mended,
                "withdrawn_by_id": world.users["station"],
                "withdrawn_why": "文号录错",
            }
            event = world.add(CaseEvent, number=number.replace("号", "1号"), **taken_back, **values)
            self._freeze(event, case, house, step, members, {"recorded_at": written, "withdrawn_at": mended})
            written = mended
        event = world.add(CaseEvent, number=number, recorded_at=written, **values)
        self._freeze(event, case, house, step, members, {"recorded_at": written})
        return written

    def _freeze(
        self, event: int, case: int, house: House, step: Step, members: list[Any], known: dict[str, datetime]
    ) -> None:
        head = house.head(step.on)
        for stay in members:
            self.world.add(
                CaseEventMember,
                event_id=event,
                case_id=case,
                household_id=house.key,
                person_id=stay.person.key,
                village_code=house.village,
                step=step.step,
                on=step.on,
                name=stay.person.name,
                relation=relation(stay.person, head.person) if head else "其他",
                **known,
            )

    def _paper(self, house: House, step: Step) -> tuple[int, str]:
        """One paper for all households of a village, or of the township, that were decided on the same day."""
        world, rng = self.world, self.rng
        local = step.paper in ("meeting", "publicity")
        place = house.village if local else world.padded
        key = (step.paper, place, step.on, step.ends)
        number = "" if local else f"贵乡振〔{step.on.year}〕{step.on.timetuple().tm_yday}号"  # noqa: RUF001 -- as papers are numbered
        if key not in self._papers:
            expected = rng.randrange(25, 42)
            meeting = {
                "place": f"{world.villages[house.village]}党群服务中心",
                "chair": world.officers[house.village],
                "expected": expected,
                "present": expected - rng.randrange(0, 5),
            }
            self._papers[key] = world.add(
                Paper,
                kind=step.paper,
                village_code=place,
                on=step.on,
                ends_on=step.ends,
                number=number,
                by_id=world.users["station"] if not local else world.officer(house.village),
                recorded_at=world.clock.written(rng, step.on, 0),
                **(meeting if step.paper == "meeting" else {}),
            )
        return self._papers[key], number

    # --- what stands beside them ---
    def _visit(self, plan: Plan, day: date, kind: str, rng: random.Random, findings: str = "") -> int:
        world, house = self.world, plan.house
        said = {
            "screening": "走访时了解到家庭支出骤增，报村里核实",
            "case": "核实家庭成员、收入和支出",
            "elimination": "核实收入和三保障，无新增风险",
        }
        return world.add(
            Visit,
            uid=uid(rng),
            household_id=house.key,
            village_code=house.village,
            on=day,
            kind=kind,
            method="home",
            visitor=world.officers[house.village],
            findings=findings or said[kind],
            by_id=world.officer(house.village),
            recorded_at=world.clock.written(rng, day, rng.choice((0, 0, 1))),
        )

    def _routine(self, plan: Plan, rng: random.Random) -> None:
        """Monthly while the risk stands; a village misses one now and then."""
        assert plan.approved
        end = min(day for day in (plan.eliminated, plan.ended, self.world.clock.until) if day)
        month = max(plan.approved, FIRST).replace(day=1)
        while month <= end:
            day = workday(month + timedelta(days=rng.randrange(3, 25)))
            if max(plan.approved, FIRST) < day <= end and rng.random() < 0.93:
                words = (
                    "家庭情况平稳，已落实的措施正常",
                    "户主在家务农，用药正常",
                    "提醒办理慢病证",
                    "收入略有增加，继续关注",
                )
                self._visit(plan, day, "routine", rng, rng.choice(words))
            month = (month + timedelta(days=32)).replace(day=1)

    def _income(self, plan: Plan, rng: random.Random) -> int:
        """The twelve full months before the clue's."""
        world, house = self.world, plan.house
        last = plan.clue.replace(day=1) - timedelta(days=1)
        people = max(1, house.size(plan.clue))
        low, high = (8400, 13500) if plan.kind == "sudden" or plan.refused_at else (4300, 7900)
        net = rng.randrange(low, high) * people
        wages = net * rng.randrange(30, 60) // 100 if house.can_work(plan.clue) else 0
        transfer, cost = net * 25 // 100, rng.randrange(300, 1500)
        statement = world.add(
            IncomeStatement,
            household_id=house.key,
            village_code=house.village,
            kind="case",
            first_day=(last - timedelta(days=340)).replace(day=1),
            last_day=last,
            people=people,
            by_id=world.officer(house.village),
            recorded_at=world.clock.written(rng, plan.clue, 4),
        )
        own = rng.randrange(9000, 48000) if "因病" in plan.risks or plan.kind == "sudden" else rng.randrange(800, 5000)
        lines = (
            ("wages", "务工收入", wages),
            ("business", "种养殖", net - wages - transfer + cost),
            ("transfer", "养老金和补贴", transfer),
            ("business_cost", "农资", cost),
            ("medical_own", "住院自付", own),
            ("reimbursed", "医疗救助", own // 4),
        )
        for category, item, amount in lines:
            if amount:
                world.add(IncomeLine, statement_id=statement, category=category, item=item, amount_yuan=Decimal(amount))
        return statement

    def _measures(self, plan: Plan, case: int, rng: random.Random) -> None:
        world, house = self.world, plan.house
        assert plan.approved
        for number, risk in enumerate(plan.risks):
            kind, what = AGAINST[risk]
            day = workday(plan.approved + timedelta(days=3 + 20 * number + rng.randrange(4)))
            end = min((d for d in (plan.eliminated, plan.ended) if d), default=None)
            if not world.has(day) or (end and day >= end):
                continue
            world.add(
                Measure,
                case_id=case,
                household_id=house.key,
                village_code=house.village,
                kind=kind,
                what=what,
                who=world.officers[house.village],
                first_day=day,
                last_day=end if world.has(end) else None,
                amount_yuan=Decimal(rng.randrange(5, 80) * 100) if kind in ("临时救助", "健康帮扶") else None,
                against=risk,
                is_done=world.has(day + timedelta(days=25)),
                by_id=world.officer(house.village),
                recorded_at=world.clock.written(rng, day),
            )


def _state(done: dict[str, Step], turned_down: bool) -> str:
    for step, state in (
        ("ended", "ended"),
        ("eliminated", "eliminated"),
        ("labelled", "labelled"),
        ("approved", "monitored"),
    ):
        if step in done:
            return state
    return "refused" if turned_down else "identifying"


def _shadows(done: dict[str, Step]) -> dict[str, Any]:
    def day(step: str) -> date | None:
        return done[step].on if step in done else None

    return {
        "approved_on": day("approved"),
        "announced_on": day("announced"),
        "system_on": day("entered"),
        "labelled_on": day("labelled"),
        "eliminated_on": day("eliminated"),
        "elimination": done["eliminated"].detail["way"] if "eliminated" in done else "",
        "ended_on": day("ended"),
        "end_reason": done["ended"].detail["reason"] if "ended" in done else "",
    }
