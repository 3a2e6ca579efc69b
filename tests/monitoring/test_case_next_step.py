"""The next step: what, until when, by which rule, and what may be done with it."""

from datetime import date

import pytest

from monitoring.models import Case, Step
from monitoring.queries.case_facts import facts_of
from monitoring.queries.next_step import closing_sentence, next_step
from tests.factories.households import HelperAssignmentFactory, VisitFactory
from tests.factories.monitoring_case import MeasureFactory
from tests.monitoring.walk import a_case, a_user, take, take_until

pytestmark = pytest.mark.django_db


def coming(case: Case, today: date):
    [facts] = facts_of([Case.objects.get(pk=case.pk)], today)
    return next_step(facts, today)


@pytest.mark.parametrize(
    ("last", "today", "what", "until", "late"),
    [
        (None, date(2025, 3, 4), "申请及承诺授权", date(2025, 3, 5), 0),
        (Step.AUTHORISED, date(2025, 3, 8), "入户核查", date(2025, 3, 6), 2),
        (Step.VERIFIED, date(2025, 3, 6), "民主评议", date(2025, 3, 14), 0),
        (Step.ASSESSED, date(2025, 3, 8), "村内公示", date(2025, 3, 13), 0),
        (Step.PUBLICISED, date(2025, 3, 12), "乡镇审核", date(2025, 3, 18), 0),
        (Step.REVIEWED, date(2025, 3, 20), "县级审定", date(2025, 3, 18), 2),
        (Step.APPROVED, date(2025, 3, 16), "登记帮扶措施", date(2025, 3, 25), 0),
        (Step.RISK_VERIFIED, date(2025, 3, 16), "登记帮扶措施", date(2025, 3, 25), 0),
    ],
)
def test_the_road_has_a_next_step_with_its_limit(last, today, what, until, late):
    user = a_user()
    case = a_case(user)
    if last:
        take_until(case, last, user)

    step = coming(case, today)

    assert (step.what, step.until, step.days_late(today)) == (what, until, late)


def test_publicity_and_comparison_stand_side_by_side():
    user = a_user()
    case = take_until(a_case(user), Step.ASSESSED, user)

    step = coming(case, date(2025, 3, 8))

    assert (step.what, [task.what for task in step.together]) == ("村内公示", ["数据比对"])


def test_a_publicity_under_way_waits_for_its_end():
    user = a_user()
    case = take_until(a_case(user), Step.COMPARED, user)
    take(case, Step.PUBLICISED, user, detail={})

    step = coming(case, date(2025, 3, 12))

    assert (step.what, step.until) == ("登记公示结果", date(2025, 3, 12))


def test_a_household_helped_and_entered_waits_for_its_next_visit():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)
    MeasureFactory(case=case, by=user, first_day=date(2025, 3, 20))
    HelperAssignmentFactory(household=case.household)
    VisitFactory(household=case.household, on=date(2025, 4, 2), by=user)

    step = coming(case, date(2025, 5, 3))

    assert (step.what, step.until, step.why) == ("走访", date(2025, 5, 3), "风险没有消除的 31 天内走访一次")


def test_a_half_year_wants_a_study_and_six_months_allow_elimination():
    user = a_user()
    case = take_until(a_case(user), Step.ENTERED, user)
    MeasureFactory(case=case, by=user, first_day=date(2025, 3, 20))
    HelperAssignmentFactory(household=case.household)
    VisitFactory(household=case.household, on=date(2025, 10, 2), by=user)

    before = coming(case, date(2025, 10, 20))
    take(case, Step.STUDIED, user, on=date(2025, 10, 20), note="继续监测")
    after = coming(case, date(2025, 10, 20))

    assert [before.what, *[task.what for task in before.together]] == ["走访", "综合研判", "核实能否消除"]
    assert [after.what, *[task.what for task in after.together]] == ["走访", "核实能否消除"]


def test_a_case_that_is_over_says_so():
    user = a_user()
    case = take_until(a_case(user), Step.ELIMINATED, user)
    [facts] = facts_of([case], date(2025, 11, 1))

    assert next_step(facts, date(2025, 11, 1)) is None
    assert closing_sentence(facts) == "稳定消除风险 · 回访到 2026年4月"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_facts_of_many_cases_cost_what_those_of_one_cost(rows, django_assert_num_queries):
    user = a_user()
    for _ in range(rows):
        take_until(a_case(user), Step.VERIFIED, user)
    cases = list(Case.objects.all())

    with django_assert_num_queries(5):
        steps = [next_step(facts, date(2025, 3, 6)) for facts in facts_of(cases, date(2025, 3, 6))]

    assert [step.what for step in steps] == ["民主评议"] * rows
