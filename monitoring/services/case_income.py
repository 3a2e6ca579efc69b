"""Income and spending of a case: the full months before the month of its clue, kept with the case."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from households.models import IncomeStatement
from households.services.circumstance import Line, record_income
from monitoring.models import Case
from monitoring.queries.case import rules_of
from monitoring.queries.months import full_months_before
from paibou.lib.refused import Refused


@transaction.atomic
def record_case_income(*, case: Case, lines: Iterable[Line], by: User, people: int | None = None) -> IncomeStatement:
    """The statement of the 12 full months (setting); once more, it takes the place of the one before.

    Refused after 审定: what was decided on stays.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("household").get(pk=case.pk)
    if case.approved_on:
        raise Refused("已经审定，核查的收支不再改；以后的收入登记在农户页的年度收支里")
    first, last = full_months_before(case.clue_on, rules_of(case).income_months)
    statement = record_income(
        household=case.household,
        kind=IncomeStatement.Kind.CASE,
        first_day=first,
        last_day=last,
        lines=lines,
        by=by,
        people=people,
    )
    Case.objects.filter(pk=case.pk).update(income=statement)
    return statement
