"""Cases: opened, linked, taken back."""

from datetime import date, timedelta

import pytest

from monitoring.models import Case, CaseEvent, Step
from monitoring.services.case import open_case, withdraw_case
from paibou.lib.refused import Refused
from tests.factories.households import HouseholdFactory
from tests.monitoring.walk import CLUE, TODAY, a_case, a_household, a_user, take, take_until

pytestmark = pytest.mark.django_db


def refusal(service, **arguments) -> str:
    with pytest.raises(Refused) as caught:
        service(**arguments)
    return str(caught.value)


def opening(**changes):
    usual = {
        "kind": "marginal",
        "channel": "cadre",
        "clue_on": CLUE,
        "risks": ["因病"],
        "by": changes.pop("by", None) or a_user(),
        "today": TODAY,
    }
    return {**usual, **changes}


def test_a_case_begins_with_its_clue():
    household = a_household()

    case = open_case(household=household, **opening())

    event = CaseEvent.objects.get()
    assert (case.state, case.village_code, case.predecessor) == ("identifying", household.village_code, None)
    assert (event.step, event.on, event.position, event.detail) == (
        "clue",
        CLUE,
        1,
        {"kind": "marginal", "channel": "cadre"},
    )


def test_a_clue_of_tomorrow_is_refused():
    sentence = refusal(open_case, household=a_household(), **opening(clue_on=TODAY + timedelta(days=1)))

    assert sentence == "线索日期 2025年12月2日还没到，请核对"


def test_a_household_has_one_open_case():
    user = a_user()
    case = a_case(user)

    sentence = refusal(open_case, household=case.household, **opening(by=user))

    assert sentence == "这一户已有在办的监测案件，先办完那一件"


def test_a_closed_household_gets_no_case():
    household = HouseholdFactory(closed_on=date(2025, 1, 1), close_reason="整户迁出")

    assert refusal(open_case, household=household, **opening()) == "这一户 2025年1月1日已销户，不能立案"


@pytest.mark.parametrize(
    ("kind", "lifted", "sentence"),
    [
        ("unstable", False, "脱贫不稳定户须是脱贫户；这一户不在脱贫户名册，改选边缘易致贫户或突发严重困难户"),
        ("marginal", True, "这一户是脱贫户，不能列为边缘易致贫户；改选脱贫不稳定户或突发严重困难户"),
    ],
)
def test_the_kind_fits_the_household(kind, lifted, sentence):
    assert refusal(open_case, household=a_household(lifted=lifted), **opening(kind=kind)) == sentence


def test_a_risk_not_on_the_list_is_refused():
    sentence = refusal(open_case, household=a_household(), **opening(risks=["因懒"]))

    assert sentence == "没有“因懒”这种风险；从列出的里面选，或在设置里添上"


def test_a_household_taken_up_again_has_a_new_case_linked_to_the_first():
    user = a_user()
    first = take_until(a_case(user), Step.ELIMINATED, user)

    second = a_case(user, first.household, clue_on=first.eliminated_on)

    assert second.predecessor == first
    assert Case.objects.open().filter(household=first.household).count() == 1


def test_a_second_clue_is_not_before_the_end_of_the_first_case():
    user = a_user()
    first = take_until(a_case(user), Step.ELIMINATED, user)
    early = first.eliminated_on - timedelta(days=1)

    sentence = refusal(open_case, household=first.household, **opening(by=user, clue_on=early))

    assert sentence == "线索日期早于上一次监测结束（2025年10月11日），请核对"


def test_a_case_opened_by_mistake_is_taken_back_and_stays_on_file():
    user = a_user()
    case = a_case(user)

    withdraw_case(case=case, why="点错了户", by=user)

    assert not Case.objects.known().exists()
    assert CaseEvent.objects.get().withdrawn_why == "点错了户"
    assert a_case(user, case.household).pk != case.pk


def test_taking_a_case_back_wants_a_reason():
    user = a_user()

    assert refusal(withdraw_case, case=a_case(user), why=" ", by=user) == "撤回立案要写明原因"


def test_a_case_under_way_is_not_taken_back():
    user = a_user()
    case = a_case(user)
    take(case, Step.AUTHORISED, user)

    sentence = refusal(withdraw_case, case=case, why="点错了户", by=user)

    assert sentence == "线索以后的步骤已经登记，不能撤回；不该纳入的在当前一步登记“不通过”"


def test_a_case_is_taken_back_once():
    user = a_user()
    case = a_case(user)
    withdraw_case(case=case, why="点错了户", by=user)

    assert refusal(withdraw_case, case=case, why="点错了户", by=user) == "这件案子已经撤回"
