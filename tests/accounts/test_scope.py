from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import Division, User
from accounts.services.user import system_user
from tests.factories.accounts import UserFactory


def codes(user: User) -> list[str]:
    return list(Division.objects.visible_to(User.objects.get(pk=user.pk)).values_list("code", flat=True))


def test_a_prefix_opens_everything_below_it_and_nothing_beside(station: User) -> None:
    assert codes(station) == ["341702106", "341702106200", "341702106201"]


def test_several_prefixes_are_a_sum(someone) -> None:
    user = someone(User.Role.GRID_WORKER, "341702106201", "341702107200")

    assert codes(user) == ["341702106201", "341702107200"]


def test_a_user_without_a_place_sees_nothing(divisions) -> None:
    assert codes(UserFactory()) == []


def test_the_nation_opens_everything(someone, divisions) -> None:
    assert codes(someone(User.Role.ADMINISTRATOR, "")) == sorted(divisions)


@pytest.mark.parametrize(
    ("start", "end", "opens"), [(-5, None, True), (0, None, True), (1, None, False), (-5, 1, True), (-5, 0, False)]
)
def test_a_place_holds_from_its_first_day_to_the_day_before_its_end(divisions, start, end, opens) -> None:
    user, today = UserFactory(), timezone.localdate()
    last = today + timedelta(days=end) if end is not None else None
    user.grants.create(prefix="341702106201", valid_from=today + timedelta(days=start), valid_to=last)

    assert codes(user) == (["341702106201"] if opens else [])


def test_a_system_user_holds_just_its_prefix_and_never_logs_in(divisions) -> None:
    user = system_user(prefix="341702107")

    assert codes(user) == ["341702107", "341702107200"]
    assert system_user(prefix="341702107") == user
    assert not user.has_usable_password()
    assert not user.check_password("!")
    assert list(User.objects.people()) == []


@pytest.mark.parametrize(
    "grant",
    [
        {"prefix": None},
        {"prefix": "341702106", "household_id": 3},
        {"prefix": ""},
        {"prefix": "341702106", "is_nationwide": True},
        {"prefix": "341702106", "valid_to": date(2020, 1, 1)},
    ],
)
def test_a_grant_that_says_nothing_or_too_much_is_impossible(divisions, grant) -> None:
    with pytest.raises(IntegrityError):
        UserFactory().grants.create(valid_from=date(2020, 1, 1), **grant)
