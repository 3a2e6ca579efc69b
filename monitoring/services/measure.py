"""帮扶措施: added, finished, corrected; never rewritten."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from monitoring.models import Case, Measure
from monitoring.queries.limits import limits_of
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day


@transaction.atomic
def add_measure(
    *,
    case: Case,
    kind: str,
    who: str,
    first_day: date,
    by: User,
    today: date,
    what: str = "",
    last_day: date | None = None,
    amount_yuan: Decimal | None = None,
    against: str = "",
    is_done: bool = False,
) -> Measure:
    """A measure of a household taken up. Refused before 审定, in the future, or of a kind not on the list."""
    case = Case.objects.select_for_update(of=("self",)).select_related("household").get(pk=case.pk)
    measure = Measure(
        case=case,
        household=case.household,
        village_code=case.village_code,
        kind=kind,
        what=what,
        who=who,
        first_day=first_day,
        last_day=last_day,
        amount_yuan=amount_yuan,
        against=against,
        is_done=is_done,
        by=by,
    )
    return _stand(measure, case, today)


@transaction.atomic
def correct_measure(*, measure: Measure, by: User, today: date, **changes: Any) -> Measure:
    """Let the measure say otherwise, or that it is carried out: the row is withdrawn and another stands in its place."""
    case = Case.objects.select_for_update(of=("self",)).select_related("household").get(pk=measure.case_id)
    _withdraw(measure)
    return _stand(_copy(measure, {**changes, "by": by}), case, today)


@transaction.atomic
def withdraw_measure(*, measure: Measure) -> None:
    """Take back a measure written by mistake."""
    _withdraw(measure)


def _withdraw(measure: Measure) -> None:
    if not Measure.objects.filter(pk=measure.pk).withdraw():
        raise Refused("这一条刚才已被更正，刷新后再看")


def _copy(measure: Measure, changes: Mapping[str, Any]) -> Measure:
    columns = {
        each.attname: getattr(measure, each.attname) for each in Measure._meta.concrete_fields if each.name != "id"
    }
    copy = Measure(**columns)
    copy.recorded_at, copy.withdrawn_at = timezone.now(), None
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy


def _stand(measure: Measure, case: Case, today: date) -> Measure:
    limits = limits_of(case.village_code, today)
    if case.approved_on is None:
        raise Refused("还没有县级审定，不能登记帮扶措施；审定以前的帮助写在预警核查里")
    if measure.first_day < case.approved_on:
        raise Refused(f"帮扶措施从识别以后开始：不早于审定日 {full_day(case.approved_on)}")
    if measure.first_day > today:
        raise Refused(f"{full_day(measure.first_day)}还没到，请核对开始日期")
    if case.ended_on and measure.first_day > case.ended_on:
        raise Refused(f"这一户 {full_day(case.ended_on)}已终止监测，开始日期请核对")
    if measure.kind not in limits.measures:
        raise Refused(f"没有“{measure.kind}”这种措施；从列出的里面选，或在设置里添上")
    try:
        measure.full_clean()
    except ValidationError as error:
        raise Refused("；".join(error.messages)) from error
    measure.save()
    return measure
