"""The checks of all apps on a user's rows: one statement counts them all."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.urls import NoReverseMatch, reverse

from accounts.models import Division, User
from paibou.lib.declarations import Check, checks

_PAGES = (  # a row's own page, else its case's, person's or household's
    ("case", "monitoring:case_detail"),
    ("alert", "monitoring:alert_detail"),
    ("household", "households:household_detail"),
    ("person", "households:person_detail"),
)


@dataclass(frozen=True)
class Examined:
    check: Check
    count: int


@dataclass(frozen=True)
class BadRow:
    """One row that breaks a rule: what it is, where, and the page on which it is mended."""

    name: str
    village: str
    url: str


def examined(user: User, today: date) -> list[Examined]:
    declared = list(checks)
    if not declared:
        return []
    columns = {f"n{number}": _how_many(check.rows(user, today)) for number, check in enumerate(declared)}
    counted: Any = User.objects.filter(pk=user.pk).values(**columns).get()
    return [Examined(check, counted[f"n{number}"] or 0) for number, check in enumerate(declared)]


def rows_of(check: Check, user: User, today: date, limit: int) -> list[BadRow]:
    rows = list(check.rows(user, today)[:limit])
    codes = {row.village_code for row in rows}
    names = dict(Division.objects.filter(padded_code__in=codes).values_list("padded_code", "name"))
    return [BadRow(str(row), names.get(row.village_code, ""), _page_of(row)) for row in rows]


def _page_of(row: Any) -> str:
    noun = row._meta.model_name
    own = dict(_PAGES).get(noun)
    if own:
        return _address(own, row.pk)
    for name, page in _PAGES:
        key = getattr(row, f"{name}_id", None)
        if key:
            return _address(page, key)
    return ""


def _address(page: str, key: int) -> str:
    try:
        return reverse(page, args=[key])
    except NoReverseMatch:
        return ""


def _how_many(rows: QuerySet) -> Subquery:
    counted = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(_n=Count("pk")).values("_n")
    return Subquery(counted)
