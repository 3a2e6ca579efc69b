"""What the pages of a household and of a person show of them. A panel's template also gets `past`, `full` and `user`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from households.facts import FLAG, OTHER_LABELS, PERSON_FACTS, facts_of
from households.models import (
    FactChange,
    Guarantee,
    HelperAssignment,
    Household,
    Person,
    Registration,
    Safeguard,
    Visit,
    Work,
)
from households.queries.income import Category, Income, incomes_of
from households.queries.past import facts_on
from households.queries.people import age
from paibou.lib.declarations import Panel, panels

ROWS = 10


def household_facts(row: Household, user: User, day: date) -> dict[str, Any]:
    facts = facts_on(row, day, row.changes.all())
    shown = [(fact, text) for fact, text in facts if text or not fact.field.startswith(FLAG)]
    return {"household": row, "facts": [pair for pair in shown if pair[0].field != "number"]}


def household_members(row: Household, user: User, day: date) -> dict[str, Any]:
    people = Prefetch("person__guarantees", Guarantee.objects.as_of(day), to_attr="guaranteed")
    works = Prefetch("person__works", Work.objects.as_of(day), to_attr="working")
    known = row.memberships.known().select_related("person").prefetch_related(people, works)
    rows = sorted(known, key=lambda one: (one.relation != "户主", one.valid_from, one.pk))
    for one in rows:
        one.age = age(one.person, day)
    return {
        "household": row,
        "members": [one for one in rows if one.valid_from <= day and (one.valid_to is None or one.valid_to > day)],
        "once": [one for one in rows if one.valid_to and one.valid_to <= day],
    }


def household_income(row: Household, user: User, day: date) -> dict[str, Any]:
    years = [one for one in incomes_of(row) if one.statement.last_day <= day][:5]
    last, before = [*years, None, None][:2]
    return {"household": row, "years": years, "income": last, "lines": _lines(last, before), "bars": _bars(years[::-1])}


def household_safeguards(row: Household, user: User, day: date) -> dict[str, Any]:
    found: dict[str, Safeguard] = {}
    for one in row.safeguards.known().filter(checked_on__lte=day).order_by("checked_on", "id"):
        found[one.kind] = one
    return {
        "household": row,
        "safeguards": [(label, found.get(kind)) for kind, label in Safeguard.Kind.choices],
    }


def household_helpers(row: Household, user: User, day: date) -> dict[str, Any]:
    rows = HelperAssignment.objects.known().filter(household=row, valid_from__lte=day).order_by("-valid_from", "-id")
    return {"household": row, "helpers": [(one, one.valid_to is None or one.valid_to > day) for one in rows]}


def household_visits(row: Household, user: User, day: date) -> dict[str, Any]:
    rows = Visit.objects.known().filter(household=row, on__lte=day).order_by("-on", "-id").prefetch_related("photos")
    return {"household": row, "visits": rows[:ROWS]}


def household_changes(row: Household, user: User, day: date) -> dict[str, Any]:
    """Facts, members and registrations as they changed, corrections too, the latest entered first."""
    moved = row.memberships.select_related("person", "by")
    people: list[tuple[datetime, str, Any]] = [
        (one.recorded_at, "member", one) for one in moved.order_by("-recorded_at", "-id")[:ROWS]
    ]
    files = Registration.objects.filter(household=row).select_related("by").order_by("-recorded_at", "-id")[:ROWS]
    facts = row.changes.select_related("by").order_by("-recorded_at", "-id")[:ROWS]
    entries = [*people, *((one.recorded_at, "file", one) for one in files)]
    labels = facts_of(row)
    entries += [(one.recorded_at, "fact", _labelled(one, labels)) for one in facts]
    return {"household": row, "entries": sorted(entries, key=lambda one: one[0], reverse=True)[: 2 * ROWS]}


def person_facts(row: Person, user: User, day: date) -> dict[str, Any]:
    facts = facts_on(row, day, row.changes.all())
    return {"person": row, "facts": [pair for pair in facts if pair[0].field != "name"], "age": age(row, day)}


def person_memberships(row: Person, user: User, day: date) -> dict[str, Any]:
    rows = row.memberships.known().select_related("household__head").order_by("-valid_from", "-id")
    return {"person": row, "memberships": rows}


def person_guarantees(row: Person, user: User, day: date) -> dict[str, Any]:
    rows = Guarantee.objects.known().filter(person=row).order_by("-valid_from", "-id")
    return {"person": row, "guarantees": [(one, one.valid_to is None or one.valid_to > day) for one in rows]}


def person_works(row: Person, user: User, day: date) -> dict[str, Any]:
    rows = Work.objects.known().filter(person=row).order_by("-valid_from", "-id")
    return {"person": row, "works": [(one, one.valid_to is None or one.valid_to > day) for one in rows]}


def person_changes(row: Person, user: User, day: date) -> dict[str, Any]:
    rows = row.changes.select_related("by").order_by("-recorded_at", "-id")[: 2 * ROWS]
    return {"person": row, "changes": [_labelled(one, PERSON_FACTS) for one in rows]}


def _labelled(change: FactChange, facts: Mapping[str, Any]) -> FactChange:
    fact = facts.get(change.field)
    change.label = fact.label if fact else OTHER_LABELS.get(change.field, change.field)
    change.is_private = bool(fact and fact.is_private)
    return change


def _lines(last: Income | None, before: Income | None) -> list[dict[str, Any]]:
    """Categories of the last year with their share of the gross income, and the year before."""
    if last is None:
        return []
    gross = sum(
        last.by_category[one] for one in (Category.WAGES, Category.BUSINESS, Category.PROPERTY, Category.TRANSFER)
    )
    return [
        {
            "label": Category(one).label,
            "amount": last.by_category[one],
            "before": before.by_category[one] if before else None,
            "gross": gross,
            "is_income": one in (Category.WAGES, Category.BUSINESS, Category.PROPERTY, Category.TRANSFER),
        }
        for one in Category.values
        if last.by_category[one] or one in (Category.WAGES, Category.BUSINESS, Category.PROPERTY, Category.TRANSFER)
    ]


def _bars(years: list[Income]) -> list[dict[str, Any]]:
    """Bars of the net income per head, drawn 66 units high at most."""
    most = max((float(one.net_per_head) for one in years), default=0.0)
    bars = []
    for number, one in enumerate(years):
        height = round(66 * max(float(one.net_per_head), 0) / most, 1) if most > 0 else 0
        left = 8 + 64 * number
        bars.append(
            {
                "x": left,
                "middle": left + 22,
                "y": 84 - height,
                "height": height,
                "label_y": 80 - height,
                "value": one.net_per_head,
                "year": one.statement.last_day.year,
                "is_last": number == len(years) - 1,
            }
        )
    return bars


def _declare(slug: str, noun: str, title: str, context: Any, order: int) -> None:
    name = slug.partition("_")[2]
    panels.add(slug, Panel(slug, noun, title, f"households/{noun}/_{name}.html", context, order))


_declare("household_facts", "household", "基本情况", household_facts, 5)
_declare("household_members", "household", "家庭成员", household_members, 10)
_declare("household_income", "household", "收入", household_income, 30)
_declare("household_safeguards", "household", "三保障和饮水", household_safeguards, 35)
_declare("household_helpers", "household", "帮扶联系人", household_helpers, 40)
_declare("household_visits", "household", "走访", household_visits, 60)
_declare("household_changes", "household", "变更", household_changes, 90)
_declare("person_facts", "person", "基本情况", person_facts, 5)
_declare("person_memberships", "person", "所在户", person_memberships, 10)
_declare("person_guarantees", "person", "保障", person_guarantees, 30)
_declare("person_works", "person", "务工", person_works, 35)
_declare("person_changes", "person", "变更", person_changes, 90)
