"""Two people at one case at once: one writes, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from monitoring.models import Case, CaseEvent, Step
from paibou.lib.refused import Refused
from tests.monitoring.walk import a_case, a_household, a_user, take

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts) -> list[str]:
    """What each act answered, sorted: done, or the sentence of the refusal."""

    def run(act) -> str:
        try:
            act()
        except Refused as refused:
            return str(refused)
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_who_register_one_step_at_once_write_it_once():
    user = a_user()
    case = a_case(user)

    answers = at_once(*[lambda: take(case, Step.AUTHORISED, user)] * 2)

    assert answers == ["done", "申请及承诺授权已经登记过；写错了先更正那一条"]
    assert CaseEvent.objects.filter(step=Step.AUTHORISED).count() == 1


def test_two_who_open_a_case_at_once_open_one():
    user = a_user()
    household = a_household()

    answers = at_once(*[lambda: a_case(user, household, clue_on=date(2025, 3, 3))] * 2)

    assert answers == ["done", "这一户已有在办的监测案件，先办完那一件"]
    assert Case.objects.count() == 1
