"""How long a login lasts."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
MORNING = datetime.fromisoformat("2025-10-20T08:00:00+08:00")


@pytest.fixture
def logged_in(client, time_machine):
    time_machine.move_to(MORNING, tick=False)
    client.force_login(UserFactory())
    client.get("/login/")
    return client


def is_logged_in(client) -> bool:
    client.get("/login/")
    return "_auth_user_id" in client.session


def test_a_login_that_is_used_lasts_a_working_day_and_no_longer(logged_in, time_machine):
    limit = timedelta(seconds=settings.PAIBOU_SESSION_LIMIT)
    for hours in range(3, 12, 3):
        time_machine.move_to(MORNING + timedelta(hours=hours), tick=False)
        assert is_logged_in(logged_in)

    time_machine.move_to(MORNING + limit, tick=False)

    assert not is_logged_in(logged_in)


def test_a_login_that_is_not_used_ends_after_some_hours(logged_in, time_machine):
    time_machine.move_to(MORNING + timedelta(seconds=settings.SESSION_COOKIE_AGE + 1), tick=False)

    assert not is_logged_in(logged_in)


def test_use_is_written_down_every_five_minutes_only(logged_in, time_machine):
    time_machine.move_to(MORNING + timedelta(minutes=4), tick=False)
    before = logged_in.session["used"]
    logged_in.get("/login/")
    assert logged_in.session["used"] == before

    time_machine.move_to(MORNING + timedelta(minutes=6), tick=False)
    logged_in.get("/login/")

    assert logged_in.session["used"] == before + 360
