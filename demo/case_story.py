"""The steps of a case in the order in which they are written, up to its end; whether a day has come is asked later."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from demo.clock import workday
from demo.plans import Plan

STEADY = {"expenses_settled": True, "income_stable": True, "way": "steady", "warned": []}


@dataclass
class Step:
    """One event of a story, before it is known whether its day has come."""

    step: str
    on: date
    ends: date | None = None
    outcome: str = "passed"
    note: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
    paper: str = ""


def story(plan: Plan, rng: random.Random) -> Iterator[Step]:
    """The steps of a case in the order in which they are written."""
    yield from _identify(plan, rng)
    if plan.approved is None:
        return
    later = [Step("studied", day, note=_finding(rng, plan), paper="study") for day in plan.studies]
    if plan.labelled:
        later.append(Step("labelled", plan.labelled, note="整户无劳动力，由社会保障兜底"))
    if plan.eliminated:
        later += _eliminate(plan, plan.eliminated)
    if plan.ended:
        why = "家庭成员均已离世或迁出" if plan.end_reason == "gone" else "复核发现不符合条件，予以清退"
        later.append(Step("ended", plan.ended, note=why, detail={"reason": plan.end_reason}))
    yield from sorted(later, key=lambda step: step.on)


def _identify(plan: Plan, rng: random.Random) -> Iterator[Step]:
    slow = plan.slow if plan.approved else rng.choice((0, 0, 0, 1, 3, 6))
    authorised = workday(plan.clue + timedelta(days=1))
    verified = workday(authorised + timedelta(days=1 + slow))
    assessed = workday(verified + timedelta(days=2 + slow // 2))
    shown = assessed + timedelta(days=1)
    compared = assessed + timedelta(days=5)
    reviewed = workday(shown + timedelta(days=6))
    if plan.approved:
        reviewed = min(reviewed, plan.approved)
    yes = f"同意{rng.randrange(21, 38)}票，不同意0票"
    steps = [
        Step("clue", plan.clue, detail={"kind": plan.kind, "channel": plan.channel}),
        Step("authorised", authorised, note="户主签字并按手印"),
        Step("verified", verified, note="入户核实家庭收支和支出票据"),
        Step("assessed", assessed, note=yes, paper="meeting"),
        Step("publicised", shown, shown + timedelta(days=5), detail={"result": "期满无异议"}, paper="publicity"),
        Step("compared", assessed, compared, detail={"findings": ""}),
        Step("reviewed", reviewed, note="家庭情况属实，同意上报", paper="review"),
    ]
    if plan.refused_at:
        at, why = plan.refused_at
        number = next(n for n, step in enumerate(steps) if step.step == at)
        steps = [
            *steps[:number],
            Step(at, max(steps[number].on, steps[number].ends or steps[0].on), None, "refused", why),
        ]
        yield from steps
        return
    assert plan.approved
    announced = workday(plan.approved + timedelta(days=1))
    entered = workday(announced + timedelta(days=2))
    yield from steps
    yield Step("approved", plan.approved, paper="approval")
    yield Step("announced", announced, paper="announcement")
    yield Step("entered", entered, detail={"system_on": entered.isoformat()})


def _eliminate(plan: Plan, day: date) -> list[Step]:
    first = max(workday(day - timedelta(days=28)), plan.approved or day)
    seen = STEADY | {"way": "natural" if plan.natural else "steady"}
    shown = day - timedelta(days=20)
    return [
        Step("risk_verified", first, note="入户核实：收入稳定，三保障和饮水安全无问题", detail=seen),
        Step("risk_assessed", workday(day - timedelta(days=23)), note="评议同意消除", paper="meeting"),
        Step("risk_publicised", shown, shown + timedelta(days=6), detail={"result": "期满无异议"}, paper="publicity"),
        Step("risk_reviewed", workday(day - timedelta(days=9)), note="同意上报", paper="review"),
        Step("eliminated", day, detail={"way": seen["way"], "warned": []}, paper="approval"),
    ]


def _finding(rng: random.Random, plan: Plan) -> str:
    words = (
        "收入不稳，继续落实帮扶措施",
        "风险仍在，医疗支出较大，继续监测",
        "帮扶措施见效，拟于下半年按程序消除",
        "整户无劳动力，以保障为主",
    )
    return words[3] if plan.labelled else rng.choice(words[:3])
