"""Steps that are a visit: 入户核查 and 消除入户核实 write the visit and the step together."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from households.models import Visit
from households.services.visit import record_visit
from monitoring.models import Case, CaseEvent, Step
from monitoring.services.case_step import advance_case

VISITED = {Step.VERIFIED: Visit.Kind.CASE, Step.RISK_VERIFIED: Visit.Kind.ELIMINATION}


@transaction.atomic
def advance_by_visit(
    *, case: Case, step: Step, on: date, by: User, today: date, findings: str, detail: dict[str, Any], **more: Any
) -> CaseEvent:
    """The step with its visit record. Refused as `advance_case` and `record_visit` refuse."""
    visit = record_visit(
        household=case.household,
        on=on,
        by=by,
        today=today,
        kind=VISITED[step],
        visitor=detail.get("visitor", ""),
        findings=findings,
    )
    return advance_case(case=case, step=step, on=on, by=by, today=today, detail={**detail, "visit": visit.pk}, **more)
