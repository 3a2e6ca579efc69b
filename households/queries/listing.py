"""What a list of households or people shows beside each row, in a fixed number of statements."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Division, User
from households.models import Household, Membership, Person, Registration


def listed_households(rows: QuerySet[Household], day: date) -> QuerySet[Household]:
    """With the head, the number of people that day, and what it is on file as (`on_file`)."""
    members = Membership.objects.as_of(day).filter(household=OuterRef("pk")).order_by().values("household")
    standing = Registration.objects.as_of(day)
    return (
        rows.select_related("head")
        .annotate(people=Coalesce(Subquery(members.annotate(n=Count("pk")).values("n")), 0))
        .prefetch_related(Prefetch("registrations", standing, to_attr="on_file"))
    )


def listed_people(rows: QuerySet[Person], day: date) -> QuerySet[Person]:
    """With the membership of that day (`at_home`: none or one) and its household."""
    present = Membership.objects.as_of(day).select_related("household__head")
    return rows.prefetch_related(Prefetch("memberships", present, to_attr="at_home"))


def of_kind(rows: QuerySet[Household], kind: str, day: date) -> QuerySet[Household]:
    """`lifted`, `monitored`, or `ordinary` for households on file as nothing."""
    standing = Registration.objects.as_of(day).filter(household=OuterRef("pk"))
    if kind == "ordinary":
        return rows.filter(~Exists(standing))
    return rows.filter(Exists(standing.filter(kind=kind)))


def village_names(rows: Iterable[Any]) -> dict[str, str]:
    """Names of the villages of the rows, by code."""
    codes = {row.village_code for row in rows}
    return dict(Division.objects.filter(code__in=codes).values_list("code", "name"))


def name_villages(rows: Iterable[Any]) -> None:
    """Give each row the name of its village, as `village_name`."""
    rows = list(rows)
    names = village_names(rows)
    for row in rows:
        row.village_name = names.get(row.village_code, row.village_code)


def villages_of(user: User) -> list[tuple[str, str]]:
    """The villages a user may choose from, by code."""
    return list(Division.objects.villages().visible_to(user).order_by("code").values_list("code", "name"))
