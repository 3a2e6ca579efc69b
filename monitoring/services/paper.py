"""Papers for many households: making one writes the due step of every case on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from monitoring.models import Case, CaseEvent, CasePaperProof, Paper, Step
from monitoring.models.paper import PAPER_STEPS
from monitoring.queries.case import progress_of, rules_of
from monitoring.services.case_step import advance_case, correct_step, finish_step, withdraw_step
from paibou.lib import division
from paibou.lib.refused import Refused

IN_ONE_VILLAGE = (Paper.Kind.MEETING, Paper.Kind.PUBLICITY)
RESULTS = {"none": "无异议", "settled": "有异议，已处理"}


@dataclass(frozen=True)
class Decision:
    """What the paper says of one household."""

    case: Case
    outcome: str = CaseEvent.Outcome.PASSED
    note: str = ""
    step: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def make_paper(
    *,
    kind: str,
    on: date,
    decisions: Sequence[Decision],
    by: User,
    today: date,
    ends_on: date | None = None,
    number: str = "",
    place: str = "",
    chair: str = "",
    expected: int | None = None,
    present: int | None = None,
    note: str = "",
) -> Paper:
    """A paper with a step of each household on it, all or none.

    Refused without a household, for households of several villages (meeting, publicity) or townships, and in the words
    of the first household whose step the rules forbid.
    """
    if not decisions:
        raise Refused("还没有选农户；至少选一户")
    paper = Paper(
        kind=kind,
        village_code=_place_of(kind, [decision.case for decision in decisions]),
        on=on,
        ends_on=ends_on,
        number=number.strip(),
        place=place.strip(),
        chair=chair.strip(),
        expected=expected,
        present=present,
        note=note.strip(),
        by=by,
    )
    _stand(paper)
    for decision in decisions:
        _decide(paper, decision, by, today)
    return paper


@transaction.atomic
def end_publicity(*, paper: Paper, result: str, by: User, today: date, note: str = "") -> int:
    """Write for every household whose publicity has no result yet whether anybody objected. Gives how many."""
    if result not in RESULTS:
        raise Refused("选公示有没有异议")
    if result == "settled" and not note.strip():
        raise Refused("有异议的，写明是什么异议、怎么处理的")
    waiting = [
        event for event in CaseEvent.objects.known().passed(*Step.publicities()).filter(paper=paper)
        if not event.detail.get("result")
    ]  # fmt: skip
    if not waiting:
        raise Refused("这次公示的结果已经登记过")
    for event in waiting:
        finish_step(event=event, by=by, today=today, detail={"result": result, "objections": note.strip()})
    return len(waiting)


@transaction.atomic
def take_out(*, event: CaseEvent, why: str, by: User, today: date) -> None:
    """Take one household out of a paper with a reason: its step is withdrawn, the paper stays for the others."""
    if event.paper_id is None:
        raise ValueError("the step stands on no paper")
    withdraw_step(event=event, why=why, by=by, today=today)


@transaction.atomic
def withdraw_paper(*, paper: Paper, why: str, by: User, today: date) -> None:
    """Take the whole paper back with the step of every household. Refused when later steps stand on one of them."""
    for event in CaseEvent.objects.known().filter(paper=paper).select_related("case__household__head"):
        try:
            withdraw_step(event=event, why=why, by=by, today=today)
        except Refused as no:
            raise Refused(f"{event.case.household}：{no}") from no
    if not Paper.objects.filter(pk=paper.pk).withdraw():
        raise Refused("这一件刚才已被撤回，刷新后再看")


@transaction.atomic
def correct_paper(*, paper: Paper, why: str, by: User, today: date, **changes: Any) -> Paper:
    """Let the paper say otherwise: it is withdrawn, another stands for it, and each household's step goes with it."""
    if not why.strip():
        raise Refused("更正要写明原因")
    if not Paper.objects.filter(pk=paper.pk).withdraw():
        raise Refused("这一件刚才已被更正，刷新后再看")
    columns = {each.attname: getattr(paper, each.attname) for each in Paper._meta.concrete_fields if each.name != "id"}
    new = Paper(**columns | {"recorded_at": timezone.now(), "withdrawn_at": None, "by_id": by.pk})
    for name, value in changes.items():
        setattr(new, name, value)
    _stand(new)
    for event in CaseEvent.objects.known().filter(paper=paper).select_related("case"):
        days = {"on": new.on, "ends_on": new.ends_on} if event.step in Step.publicities() else {"on": new.on}
        try:
            correct_step(event=event, why=why, by=by, today=today, paper=new, number=new.number, **days)
        except Refused as no:
            raise Refused(f"{event.case.household}：{no}") from no
    CasePaperProof.objects.filter(paper=paper).update(paper=new)
    return new


def step_on(kind: str, case: Case, asked: str = "") -> Step | None:
    """The step that a paper of the kind writes for the case now; nothing when none is due."""
    limits = rules_of(case)
    due = progress_of(case, limits).due(limits.needs)
    steps = [step for step in PAPER_STEPS[Paper.Kind(kind)] if step in due]
    if asked:
        return Step(asked) if asked in steps else None
    return next((step for step in steps if step != Step.LABELLED), None)


def _decide(paper: Paper, decision: Decision, by: User, today: date) -> None:
    step = step_on(paper.kind, decision.case, decision.step)
    if step is None:
        raise Refused(f"{decision.case.household}现在不到这一步，不能列入{paper.get_kind_display()}；把它去掉")
    note = decision.note.strip() or (paper.note if step == Step.STUDIED else "")
    try:
        advance_case(
            case=decision.case,
            step=step,
            on=paper.on,
            by=by,
            today=today,
            outcome=decision.outcome,
            ends_on=paper.ends_on if step in Step.publicities() else None,
            number=paper.number,
            note=note,
            detail=decision.detail,
            paper=paper,
        )
    except Refused as no:
        raise Refused(f"{decision.case.household}：{no}") from no


def _place_of(kind: str, cases: Sequence[Case]) -> str:
    villages = {case.village_code for case in cases}
    if kind in IN_ONE_VILLAGE:
        if len(villages) > 1:
            raise Refused(f"{Paper.Kind(kind).label}一次只办一个村的；所选的农户在 {len(villages)} 个村，分开登记")
        return villages.pop()
    townships = {division.township(code) for code in villages}
    if len(townships) > 1:
        raise Refused("所选的农户不在一个乡镇，分开登记")
    return division.pad(townships.pop())


def _stand(paper: Paper) -> None:
    try:
        paper.full_clean()
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    paper.save()
