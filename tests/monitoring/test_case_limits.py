"""What a division sets for cases."""

from datetime import date

import pytest

from accounts.models import Setting
from monitoring.models import Step
from monitoring.models.step import ANHUI_ORDER, is_order, needs
from monitoring.queries.limits import limits_of
from monitoring.queries.months import add_months, full_months_before, half_year

VILLAGE = "341702106200"
DAY = date(2025, 6, 1)


@pytest.mark.django_db
def test_the_longest_prefix_wins_then_the_latest_day():
    for prefix, valid_from, value in [
        ("34", date(2021, 1, 1), 7),
        ("341702106", date(2021, 1, 1), 8),
        ("341702106", date(2025, 1, 1), 9),
        ("341702106", date(2025, 7, 1), 10),
        ("341702107", date(2025, 1, 1), 11),
    ]:
        Setting.objects.create(name="case_publicity_days", prefix=prefix, valid_from=valid_from, value=value)

    assert limits_of(VILLAGE, DAY).publicity_days == 9
    assert limits_of("341702999200", DAY).publicity_days == 7
    assert limits_of("110000000000", DAY).publicity_days == 5


@pytest.mark.django_db
def test_an_order_that_is_none_leaves_the_one_that_ships():
    Setting.objects.create(name="case_order", prefix="34", valid_from=DAY, value=["入户核查", "民主评议"])

    assert limits_of(VILLAGE, DAY).order == ANHUI_ORDER


def test_publicity_waits_for_the_same_three_in_every_order():
    turned = (Step.COMPARED, Step.AUTHORISED, Step.ASSESSED, Step.VERIFIED)

    assert is_order(turned)
    assert needs(turned)[Step.PUBLICISED] == (Step.AUTHORISED, Step.VERIFIED, Step.ASSESSED)
    assert needs(turned)[Step.AUTHORISED] == (Step.COMPARED,)


def test_months_end_where_they_end():
    assert add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert full_months_before(date(2025, 3, 3), 12) == (date(2024, 3, 1), date(2025, 2, 28))
    assert half_year(date(2025, 6, 30)) == (date(2025, 1, 1), date(2025, 6, 30))
    assert half_year(date(2025, 7, 1)) == (date(2025, 7, 1), date(2025, 12, 31))
