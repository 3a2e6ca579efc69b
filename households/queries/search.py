"""Finding people and households by what somebody types: a name or part of one, a number, a phone."""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from households.models import Household, Membership, Person
from households.models.household import HouseholdQuerySet
from paibou.lib.cleaners import Unclean, clean_identity, clean_phone, narrow
from paibou.lib.pinyin import sounds
from paibou.lib.sealing import digest

LIMIT = 20
TOWNSHIP = 9  # digits of its code
_NUMBER = re.compile(r"[0-9Xx\-]{5,}").fullmatch


@dataclass(frozen=True)
class Found:
    """What was found; `near` are people who sound like the name when nobody bears it."""

    people: list[Person]
    households: list[Household]
    near: list[Person]


def find(*, user: User, text: str, limit: int = LIMIT) -> Found:
    """Within the user's scope: people by name (any part) or whole number or phone, households by number or phone."""
    word = narrow(text)
    if not word:
        return Found([], [], [])
    people = list(find_people(user, word)[:limit])
    households = list(find_households(user, word)[:limit]) if _NUMBER(word) else []
    near = list(near_names(user, word)[:5]) if not people and not households and not _NUMBER(word) else []
    return Found(people, households, near)


def find_people(user: User, word: str) -> QuerySet[Person]:
    rows = Person.objects.visible_to(user).order_by("village_code", "name_sort", "id")
    if not _NUMBER(word):
        return rows.named(word, _township(user))
    by_phone = Q(phone_digest=digest(_phone(word))) if _phone(word) else Q(pk__in=[])
    by_identity = Q(id_digest=digest(_identity(word))) if _identity(word) else Q(pk__in=[])
    return rows.filter(by_phone | by_identity)


def find_households(user: User, word: str) -> HouseholdQuerySet:
    rows = Household.objects.visible_to(user).select_related("head").order_by("village_code", "id")
    if not _NUMBER(word):
        named = Person.objects.visible_to(user).named(word, _township(user))
        members = Membership.objects.known().filter(valid_to=None, person__in=named)
        return rows.filter(pk__in=members.values("household"))
    by_phone = Q(phone_digest=digest(_phone(word))) if _phone(word) else Q(pk__in=[])
    return rows.filter(Q(number=word) | by_phone | Q(pk__in=_homes_of(user, word)))


def _township(user: User) -> str:
    """The code of the one township that holds all the user may see, if there is one."""
    townships = {prefix[:TOWNSHIP] for prefix in user.prefixes}
    alone = len(townships) == 1 and not user.household_ids and len(min(user.prefixes, key=len)) >= TOWNSHIP
    return townships.pop() if alone else ""


def near_names(user: User, word: str) -> QuerySet[Person]:
    """People whose names sound alike: 程友福 for 程有福."""
    return Person.objects.visible_to(user).filter(name_sort__startswith=f"{sounds(word)} ").order_by("name_sort", "id")


def _homes_of(user: User, word: str) -> QuerySet:
    people = find_people(user, word)
    return Membership.objects.known().filter(valid_to=None, person__in=people.order_by()).values("household")


def _identity(word: str) -> str:
    try:
        return clean_identity(word) or ""
    except Unclean:
        return ""


def _phone(word: str) -> str:
    try:
        return clean_phone(word) or ""
    except Unclean:
        return ""
