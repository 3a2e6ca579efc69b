"""One example row for each noun that has pages: the crawl of `test_doors.py` puts it into the addresses.

A noun is the fixed part of a route before `<int:pk>`; a new page of a new noun wants one line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db.models import Model

from accounts.models import Division, Setting, User
from accounts.templatetags.access import SALT
from tests.factories.accounts import UserFactory

START = date(2020, 1, 1)


@dataclass(frozen=True)
class Place:
    """A village with its township, and the one household that everything there hangs on."""

    village: str

    @property
    def township(self) -> str:
        return self.village[:9]

    @property
    def town_hall(self) -> str:
        return self.township.ljust(12, "0")


def user(place: Place) -> Model:
    made = UserFactory(role=User.Role.GRID_WORKER, village_code=place.village)
    made.grants.create(prefix=place.village, valid_from=START)
    return made


def division(place: Place) -> Model:
    return Division.objects.get(code=place.village)


def setting(place: Place) -> Model:
    return Setting.objects.create(name="full_view_hours", prefix=place.township, valid_from=START, value=3)


EXAMPLES: dict[str, Callable[[Place], Model]] = {
    "users": user,
    "places": lambda place: user(place).grants.get(),
    "divisions": division,
    "settings/values": setting,
}

# Addresses without a row: what stands in them, whoever asks.
PLAIN: dict[str, dict[str, Any]] = {"accounts:setting_detail": {"name": "full_view_hours"}}

# Pages that are asked something.
QUERIES: dict[str, Callable[[], dict[str, str]]] = {
    "accounts:full_view": lambda: {"task": signing.dumps(["user:1", "某人", "341702106000", 1], salt=SALT)},
}
