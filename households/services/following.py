"""Telling the apps above what happened to households, by their declarations and in the same transaction."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from households.models import Household
from paibou.lib.declarations import followers


def people_moved(*, person_ids: Iterable[int], household: Household, on: date, by: User | None) -> None:
    ids = list(person_ids)
    for follower in followers:
        if follower.people_moved:
            follower.people_moved(person_ids=ids, household=household, on=on, by=by)


def household_closed(*, household: Household, into: Household | None, on: date, reason: str, by: User | None) -> None:
    for follower in followers:
        if follower.household_closed:
            follower.household_closed(household=household, into=into, on=on, reason=reason, by=by)


def household_reopened(*, household: Household, by: User | None) -> None:
    for follower in followers:
        if follower.household_reopened:
            follower.household_reopened(household=household, by=by)


def ends_with(household: Household) -> list[str]:
    """What else ends when the household closes, each in words."""
    return [word for each in followers if each.closing_ends for word in each.closing_ends(household=household)]
