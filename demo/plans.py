"""What became of each household under monitoring, from clue to end."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.choosing import Pool, first_child_after, lift, parts
from demo.clock import ANCHOR, workday
from demo.names import a_day
from demo.people import House
from demo.wanted import Wanted

OLD_ROUNDS = (
    date(2018, 6, 8), date(2019, 4, 12), date(2019, 10, 11), date(2020, 3, 20), date(2020, 7, 10), date(2020, 10, 16),
)  # fmt: skip
ENDS = (  # days on which the county approves eliminations
    date(2020, 12, 18), date(2021, 6, 25), date(2021, 12, 17), date(2022, 6, 24), date(2022, 12, 16),
    date(2023, 6, 21), date(2023, 12, 15), date(2024, 6, 21), date(2024, 12, 13),
)  # fmt: skip
ENDS_NOW = (date(2025, 3, 28), date(2025, 7, 18), date(2025, 9, 12))
YEAR_START = date(2025, 1, 1)
STUDY = date(2025, 6, 12)
UNRESOLVED = 24  # on the last day of the report, where the listed ones allow
TAKES = {0: 13, 1: 14, 4: 21}  # days from clue to 审定, by how slow; the rule's limit is 15
TURNED_DOWN = (
    ("verified", "入户核实：子女有稳定收入，家庭支出可以承担"),
    ("assessed", "评议认为收入稳定，暂不纳入，继续关注"),
    ("compared", "比对发现名下有商品房和小型汽车，不符合条件"),
    ("reviewed", "人均纯收入高于监测范围，支出已报销大部，不纳入"),
)


@dataclass(eq=False)
class Plan:
    """One time a household is under monitoring. Days that lie behind the last one of the world never come."""

    house: House
    clue: date
    kind: str = "marginal"
    channel: str = "cadre"
    risks: list[str] = field(default_factory=list)
    refused_at: tuple[str, str] | None = None
    approved: date | None = None
    studies: list[date] = field(default_factory=list)
    labelled: date | None = None
    eliminated: date | None = None
    natural: bool = False
    ended: date | None = None
    end_reason: str = ""
    predecessor: "Plan | None" = None
    slow: int = 0  # days by which its steps come later than usual

    @property
    def taken_on(self) -> date:
        """审定日 of a household that was taken up."""
        assert self.approved
        return self.approved


class Planner:
    """Draws the plans of one township."""

    birth: tuple[House, date] | None = None  # where a child comes after the decision, and not before which day

    def __init__(self, rng: random.Random, houses: Sequence[House], goal: Wanted) -> None:
        self.rng, self.houses, self.goal = rng, houses, goal
        self.pool = Pool(rng, houses)
        self.plans: list[Plan] = []

    def draw(self) -> list[Plan]:
        goal, rng = self.goal, self.rng
        self._new = self._identified_this_year()
        self._resolved = self._resolved_since()
        self._others = self._others_since()
        late = [plan for plan in self._resolved if plan.eliminated and plan.eliminated >= YEAR_START]
        old_late = goal.eliminated_now.households - len(late)
        size = goal.eliminated_now.people - sum(plan.house.size(ANCHOR) for plan in late)
        for house in self.pool.takes(parts(rng, old_late, size, 1, 7), House.is_quiet):
            self._old(house, eliminated=self._end_now())
        for house in self.pool.takes(
            parts(rng, goal.labelled_now.households, goal.labelled_now.people, 1, 3), self._cannot_work
        ):
            self._old(house, labelled=a_day(rng, date(2025, 7, 1), date(2025, 8, 20)))
        self._rest_of_old(goal)
        self._gone_and_cleared()
        self._taken_up_again()
        self._study(goal)
        for plan in self.plans:
            settle(plan)
        return self.plans

    # --- taken up since 2021 ---
    def _identified_this_year(self) -> list[Plan]:
        """All but one of them stand quite still; in one a child is born after the decision."""
        goal = self.goal.identified_now
        houses = self.pool.takes(parts(self.rng, goal.households, goal.people, 3, 7), House.is_quiet)
        plans = [self._since(house, a_day(self.rng, date(2025, 1, 13), date(2025, 9, 12))) for house in houses]
        for plan in plans:
            plan.eliminated = workday(plan.taken_on + timedelta(days=self.rng.randrange(260, 600)))
        return plans

    def _resolved_since(self) -> list[Plan]:
        goal, rng = self.goal.resolved, self.rng
        plans = []
        for number, house in enumerate(self.pool.takes(parts(rng, goal.households, goal.people, 1, 6), House.is_quiet)):
            plan = self._since(house, a_day(rng, date(2021, 3, 1), date(2023, 11, 30)))
            this_year = number < min(5, self.goal.eliminated_now.households - 4)
            plan.eliminated = self._end_now() if this_year else self._end_before(plan, 9)
            plans.append(plan)
        self._lose_one(plans)
        return plans

    def _lose_one(self, plans: Sequence[Plan]) -> None:
        """Somebody dies in a household whose risk was eliminated before: what was decided stays as it was."""
        for plan in plans:
            members = plan.house.members(ANCHOR)
            if plan.eliminated and plan.eliminated < YEAR_START and len(members) >= 3:
                stay = max(members, key=lambda stay: date.max - stay.person.born)
                stay.until = stay.person.died = plan.eliminated + timedelta(days=100)
                stay.left = "death"
                return

    def _others_since(self) -> list[Plan]:
        """Of those taken up since 2021: still open, but for one that was found not to qualify."""
        goal = self.goal
        count = goal.identified.households - goal.identified_now.households - goal.resolved.households
        people = goal.identified.people - goal.identified_now.people - goal.resolved.people
        plans = []
        for number, house in enumerate(self.pool.takes(parts(self.rng, count, people, 1, 6), House.is_quiet)):
            plan = self._since(house, a_day(self.rng, date(2022, 2, 1), date(2024, 10, 31)))
            if number == 0:
                plan.ended, plan.end_reason = workday(plan.taken_on + timedelta(days=190)), "cleared"
            else:
                plan.eliminated = self._some_day()
            plans.append(plan)
        return plans

    def _since(self, house: House, clue: date) -> Plan:
        clue = workday(clue)
        plan = Plan(house, clue, approved=workday(clue + timedelta(days=13)))
        return self._add(plan)

    # --- taken up before ---
    def _old(self, house: House, clue: date | None = None, **later: object) -> Plan:
        clue = clue or self.rng.choice(OLD_ROUNDS)
        plan = Plan(house, clue, approved=workday(clue + timedelta(days=13)), **later)  # type: ignore[arg-type]
        return self._add(plan)

    def _rest_of_old(self, goal: Wanted) -> None:
        rng = self.rng
        standing = [plan for plan in self.plans if plan.ended is None]
        count = goal.listed.households - len(standing)
        people = goal.listed.people - sum(plan.house.size(ANCHOR) for plan in standing)
        people -= self._child_comes(standing)
        open_now = sum(plan.eliminated is None or plan.eliminated > ANCHOR for plan in standing)
        for number, house in enumerate(self.pool.takes(parts(rng, count, people, 1, 8))):
            if number < UNRESOLVED - open_now:
                plan = self._old(house, eliminated=self._some_day() if number else None)
                if number < 2:
                    plan.eliminated, plan.labelled = None, a_day(rng, date(2022, 3, 1), date(2024, 11, 1))
            else:
                plan = self._old(house, natural=rng.random() < 0.15)
                plan.eliminated = self._end_before(plan, 5 if rng.random() < 0.7 else 9)

    def _child_comes(self, standing: Sequence[Plan]) -> int:
        """A birth after the decision: the 19 people stay 19, the household has one more."""
        for plan in self._new:
            house, day = plan.house, plan.taken_on + timedelta(days=45)
            if day < ANCHOR - timedelta(days=10) and first_child_after(house, day):
                self.birth = (house, day)
                return 1
        return 0

    def _gone_and_cleared(self) -> None:
        """Households that were listed once: nobody is left, or they did not qualify."""
        rng = self.rng
        gone = [
            h for h in self.houses if h.closed and date(2021, 3, 1) < h.closed <= ANCHOR and h.opened < date(2019, 1, 1)
        ]
        gone = [h for h in gone if h.close_reason == "整户自然减少" and h not in self.pool.taken]
        for house in rng.sample(gone, min(4, len(gone))):
            self.pool.taken.add(house)
            self._old(house, ended=house.closed, end_reason="gone")
        self._old(self.pool.take(3), ended=date(2022, 9, 16), end_reason="cleared")

    def _taken_up_again(self) -> None:
        """One of those taken up since 2021 had been listed before."""
        again = next((plan for plan in self._others if plan.ended is None), None)
        if again is None:
            return
        earlier = self._old(again.house, clue=OLD_ROUNDS[1])
        earlier.eliminated = ENDS[0]
        again.kind, again.predecessor = earlier.kind, earlier

    def _study(self, goal: Wanted) -> None:
        """综合研判: every half year before 2025 for all that were open; in 2025 for just so many."""
        rng = self.rng
        for plan in self.plans:
            for year in range(2021, 2025):
                for month in (6, 12):
                    day = workday(date(year, month, 3) + timedelta(days=rng.randrange(5)))
                    if self._is_open_on(plan, day):
                        plan.studies.append(day)
        now = [p for p in self.plans if p.eliminated and STUDY + timedelta(days=9) < p.eliminated <= ANCHOR]
        labelled = [p for p in self.plans if p.labelled and p.labelled >= YEAR_START][:-1]
        rest = [p for p in self.plans if self._is_open_on(p, ANCHOR) and p.taken_on < YEAR_START and p not in labelled]
        chosen = (now[: goal.reviewed - len(labelled)] + labelled)[: goal.reviewed]
        chosen += [p for p in rest if p.labelled is None or p.labelled < YEAR_START][: goal.reviewed - len(chosen)]
        for plan in chosen:
            plan.studies.append(workday(STUDY + timedelta(days=rng.randrange(5))))

    # --- words and days ---
    def _add(self, plan: Plan) -> Plan:
        describe(self.rng, plan)
        self.plans.append(plan)
        return plan

    def _cannot_work(self, house: House) -> bool:
        return house.is_quiet() and not house.can_work(ANCHOR) and not house.can_work(date(2021, 1, 1))

    def _end_now(self) -> date:
        """Three of ten before the study of the half year, the others after it."""
        self._ends = getattr(self, "_ends", 0) + 1
        return ENDS_NOW[0] if self._ends in (2, 5, 9) else ENDS_NOW[1 + self._ends % 2]

    def _end_before(self, plan: Plan, count: int) -> date:
        """One of the first so many approvals of eliminations that come half a year after the decision."""
        later = [day for day in ENDS if day > plan.taken_on + timedelta(days=190)]
        return self.rng.choice(later[:count])

    def _some_day(self) -> date:
        """At the pace of a dozen a year after the report."""
        return workday(ANCHOR + timedelta(days=self.rng.randrange(30, 720)))

    def _is_open_on(self, plan: Plan, day: date) -> bool:
        ends = [end for end in (plan.eliminated, plan.ended) if end]
        return plan.approved is not None and plan.approved < day and all(day < end for end in ends)


def settle(plan: Plan) -> None:
    """What the household's own story demands: a household that is gone has no further steps, its case ends that day."""
    house = plan.house
    if house.lifted and plan.kind == "marginal":
        plan.kind = "unstable"
    if plan.approved and house.closed and plan.ended is None:
        plan.ended, plan.end_reason = house.closed, "gone"
    if plan.ended:
        plan.eliminated = plan.eliminated if plan.eliminated and plan.eliminated < plan.ended else None
        plan.labelled = plan.labelled if plan.labelled and plan.labelled < plan.ended else None
        plan.studies = [day for day in plan.studies if day < plan.ended]
    if plan.approved:
        house.monitored = min(house.monitored or plan.approved, plan.approved)
        house.monitored_until = plan.ended


def describe(rng: random.Random, plan: Plan) -> None:
    """Kind, channel and risks; 脱贫不稳定户 are 脱贫户."""
    plan.kind = rng.choices(("unstable", "marginal", "sudden"), (45, 35, 20))[0]
    if plan.house.lifted:
        plan.kind = "unstable" if plan.kind == "marginal" else plan.kind
    elif plan.kind == "unstable":
        lift(rng, plan.house)
    plan.channel = rng.choices(("cadre", "department", "self", "grid"), (5, 3, 2, 2))[0]
    risks = rng.choices(
        ("因病", "因残", "缺劳动力", "因意外事故", "因务工就业不稳", "因学", "因自然灾害"),
        (45, 15, 15, 9, 8, 5, 3),
        k=2,
    )
    plan.risks = list(dict.fromkeys(risks))
    if not plan.house.can_work(plan.clue):
        plan.risks = list(dict.fromkeys(["缺劳动力", *plan.risks]))[:2]


def later_plans(rng: random.Random, houses: Sequence[House], used: set[House], until: date) -> list[Plan]:
    """Clues of every month: most are turned down; after the report some households are taken up."""
    candidates = [house for house in houses if house not in used and house.opened < date(2020, 1, 1)]
    rng.shuffle(candidates)
    plans = []
    for number, day in enumerate(_clue_days(rng, until)):
        house = candidates.pop()
        plan = Plan(house, day, refused_at=rng.choice(TURNED_DOWN), kind=_kind_for(rng, house))
        later, taken_up = timedelta(days=rng.randrange(240, 700)), rng.random() < 0.22
        plan.risks = [rng.choice(("因病", "因意外事故", "因务工就业不稳"))]
        plan.channel = rng.choice(("cadre", "department", "self", "grid"))
        on_its_way = day > until - timedelta(days=15)
        if day > ANCHOR + timedelta(days=5) and (taken_up or on_its_way):
            plan.slow = (4 if on_its_way else 1) if number % 2 else 0  # late are only some that are not decided yet
            plan.refused_at, plan.approved = None, workday(day + timedelta(days=TAKES[plan.slow]))
            plan.eliminated = workday(plan.approved + later)
        if house.is_open(day + timedelta(days=60)):
            settle(plan)
            plans.append(plan)
    return plans


def _kind_for(rng: random.Random, house: House) -> str:
    return "sudden" if rng.random() < 0.4 else "unstable" if house.lifted else "marginal"


def _clue_days(rng: random.Random, until: date) -> list[date]:
    """Two a month, three after the report; the last ones so that some cases are on their way."""
    days = []
    month = date(2021, 2, 1)
    while month <= until:
        firsts = (2, 12, 22) if month > ANCHOR else (12, 22)
        days += [workday(month + timedelta(days=first + rng.randrange(5))) for first in firsts]
        month = (month + timedelta(days=32)).replace(day=1)
    if until > ANCHOR + timedelta(days=40):
        days = [day for day in days if day <= until - timedelta(days=20)]
        days += [workday(until - timedelta(days=ago)) for ago in (14, 10, 6, 4)]
    return days


def add_studies(rng: random.Random, plans: Sequence[Plan], until: date) -> None:
    """After the report every half year again, over the weeks before its end."""
    halves = [(year, month) for year in range(2025, until.year + 1) for month in (5, 11)]
    for year, month in halves:
        for plan in plans:
            day = workday(date(year, month, 16) + timedelta(days=rng.randrange(35)))
            ends = [end for end in (plan.eliminated, plan.ended) if end]
            if day > ANCHOR and plan.approved and plan.approved < day and all(day < end for end in ends):
                plan.studies.append(day)
