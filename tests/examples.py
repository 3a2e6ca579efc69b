"""One example row for each noun that has pages: the crawl of `test_doors.py` puts it into the addresses.

A noun is the fixed part of a route before the first key; a new page of a new noun wants one line here.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.core import signing
from django.db.models import Model

from accounts.models import Division, Setting, User
from accounts.templatetags.access import SALT
from exchange import files
from households.models import Household, Membership, Person
from paibou.lib.declarations import checks
from tests.factories import households as made
from tests.factories.accounts import UserFactory
from tests.factories.reports import ReportFactory, ReportLineFactory

START = date(2020, 1, 1)


class Place:
    """A village with one household in it that everything hangs on, and its township."""

    def __init__(self, village: str) -> None:
        self.village = village
        self.township = village[:9]
        self.town_hall = self.township.ljust(12, "0")

    @cached_property
    def person(self) -> Person:
        return made.PersonFactory(village_code=self.village)

    @cached_property
    def household(self) -> Household:
        household = made.HouseholdFactory(village_code=self.village, head=self.person, number=f"H{self.village}")
        made.MembershipFactory(household=household, person=self.person, relation="户主")
        made.RegistrationFactory(household=household)
        return household

    @cached_property
    def member(self) -> Membership:
        return made.MembershipFactory(household=self.household)

    @cached_property
    def user(self) -> User:
        user = UserFactory(role=User.Role.GRID_WORKER, village_code=self.village)
        user.grants.create(prefix=self.village, valid_from=START)
        return user

    @cached_property
    def photo(self) -> Model:
        visit = made.VisitFactory(household=self.household)
        return made.VisitPhotoFactory(visit=visit, path=files.keep(b"\xff\xd8\xff", "visits"))


def person_of(place: Place) -> Person:
    """The head, who is found through his household."""
    return place.household.head


EXAMPLES: dict[str, Callable[[Place], Model]] = {
    "users": lambda place: place.user,
    "places": lambda place: place.user.grants.get(),
    "villages": lambda place: Division.objects.get(code=place.village),
    "divisions": lambda place: Division.objects.get(code=place.village),
    "settings/values": lambda place: Setting.objects.create(
        name="full_view_hours", prefix=place.township, valid_from=START, value=3
    ),
    "households": lambda place: place.household,
    "households/members": lambda place: place.member,
    "households/people": person_of,
    "households/guarantee": lambda place: made.GuaranteeFactory(household=place.household, person=place.member.person),
    "households/work": lambda place: made.WorkFactory(household=place.household, person=place.member.person),
    "households/safeguards": lambda place: made.SafeguardFactory(
        household=place.household, is_safe=False, problem="屋顶漏雨"
    ),
    "households/helpers": lambda place: made.HelperAssignmentFactory(household=place.household),
    "households/proposals": lambda place: made.FactProposalFactory(household=place.household),
    "reports": lambda place: ReportFactory(village_code=place.town_hall),
    "reports/lines": lambda place: ReportLineFactory(report__village_code=place.town_hall),
    "visits": lambda place: made.VisitFactory(household=place.household),
    "visits/photos": lambda place: place.photo,
}

# Addresses with more in them than a key: the noun whose row is asked, and the rest.
MORE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    name: [("households/guarantee", {"noun": "guarantee"}), ("households/work", {"noun": "work"})]
    for name in ("households:dated_end", "households:dated_correct", "households:dated_withdraw")
}

# Addresses without a row: what stands in them, whoever asks.
PLAIN: dict[str, dict[str, Any]] = {
    "accounts:setting_detail": {"name": "full_view_hours"},
    "reports:figure_detail": {"slug": "registry.lifted.people"},
    "reports:health_detail": {"slug": next(iter(checks)).slug},
}

# Pages that are asked something.
QUERIES: dict[str, Callable[[], dict[str, str]]] = {
    "accounts:full_view": lambda: {"task": signing.dumps(["user:1", "某人", "341702106000", 1], salt=SALT)},
}
