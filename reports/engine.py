"""The figure engine: from one declaration the value, the value by village, and the rows behind both.

Values are asked for once per source table, not once per figure. What the ORM makes of the declarations is compiled
once and kept with open places for the days, the instant and the divisions: compiling took longer than counting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, reduce
from typing import Any

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum, Value

from paibou.lib import division
from paibou.lib.figures import Figure, Kind, Total, Window, figures
from paibou.lib.prepared import Prepared, Slot


@dataclass(frozen=True)
class Asked:
    """A figure through a window."""

    figure: Figure
    window: Window


# --- the rows, and what is said of them ---
def rows(asked: Asked, prefixes: Sequence[str]) -> QuerySet:
    """The list behind a value: of several rows on one counted thing the last stands for it, so that rows are counts."""
    source, key = asked.figure.source, asked.figure.measure.key
    found = source.model._default_manager.filter(division.within(prefixes), asked.figure.condition(asked.window))
    if key != "pk":
        last = found.order_by(f"{key}_id", f"-{source.day}", "-pk").distinct(f"{key}_id")
        found = source.model._default_manager.filter(pk__in=last.values("pk"))
    return found


def by_village(asked: Asked, prefixes: Sequence[str]) -> dict[str, Decimal]:
    """The value of each village that has any; they add up to the value."""
    measure = asked.figure.measure
    amount = Sum(measure.column) if isinstance(measure, Total) else Count("pk")
    counted = rows(asked, prefixes).order_by().values("village_code").annotate(amount=amount)
    return {code: Decimal(amount or 0) for code, amount in counted.values_list("village_code", "amount")}


def keys(asked: Asked, prefixes: Sequence[str]) -> list[int]:
    """The keys of what is counted: households, people, alerts; they outlive a correction of the rows."""
    key = asked.figure.measure.key
    column = key if key == "pk" else f"{key}_id"
    return sorted(rows(asked, prefixes).order_by().values_list(column, flat=True))


# --- values ---
def value(asked: Asked, prefixes: Sequence[str]) -> Decimal:
    return values([asked], prefixes)[0]


def values(asked: Sequence[Asked], prefixes: Sequence[str]) -> list[Decimal]:
    """The value of each, over the rows below the prefixes: one statement per source table."""
    found = [Decimal(0)] * len(asked)
    if not prefixes or not asked:
        return found
    places = _Places()
    shape = tuple((each.figure.slug, places.window(each.window)) for each in asked)
    bound = places.bound | _division_bounds(prefixes)
    for statement, answers in _statements(shape, len(prefixes)):
        for answer, column in zip(answers, statement.row(bound), strict=True):
            found[answer] = Decimal(column)
    return found


def aggregate(model: type[models.Model], inside: Q, asked: Sequence[Asked]) -> QuerySet:
    """One row whose columns are the values, in the order of the questions, which all have rows of the model."""
    taken = list(dict.fromkeys(each.figure.source.rows(each.window) for each in asked))
    plain = list(dict.fromkeys(_plain(each.figure.rule(each.window)) for each in asked))
    wanted = reduce(Q.__or__, plain) if all(plain) else Q()
    found = model._default_manager.filter(inside, reduce(Q.__or__, taken), wanted).order_by()
    columns = {
        f"f{number}": each.figure.measure.over(
            each.figure.rule(each.window) if len(taken) == 1 else each.figure.condition(each.window)
        )
        for number, each in enumerate(asked)
    }
    # Grouped by a constant, which Django leaves out of the SQL: one row over all.
    return found.annotate(all=Value(1)).values("all").annotate(**columns).values_list(*columns)


def _plain(rule: Q) -> Q:
    """What of a rule is cheap to ask of every row before any is counted: all but its subqueries. Empty asks nothing."""
    if rule.connector != Q.AND or rule.negated:
        return Q()
    kept = Q()
    for child in rule.children:
        if isinstance(child, Q):
            kept &= _plain(child)
        elif isinstance(child, tuple):
            kept &= Q(child)
    return kept


# --- compiled once ---
_DAY, _INSTANT, _CODE = models.DateField(), models.DateTimeField(), models.CharField()


@dataclass(frozen=True)
class _OpenWindow:
    """A window whose days and instant are slots. What a declaration may branch on (the rest) is part of the shape."""

    kind: Kind
    start: Slot | None
    end: Slot
    day: Slot
    known_at: Slot
    semester: str
    counted_by: str


class _Places:
    """Puts the days and instants of windows into slots; equal values share one, so that equal conditions are equal."""

    def __init__(self) -> None:
        self.bound: dict[str, Any] = {}
        self._names: dict[Any, str] = {}

    def window(self, window: Window) -> tuple[Any, ...]:
        day = self._name(window.day)
        start = self._name(window.start) if window.start else None
        end, known_at = self._name(window.end), self._name(window.known_at)
        return window.kind, start, end, day, known_at, window.semester, window.counted_by

    def _name(self, value: Any) -> str:
        name = self._names.get(value)
        if name is None:
            name = self._names[value] = f"time {len(self._names)}"
            self.bound[name] = value
        return name


def _division_bounds(prefixes: Sequence[str]) -> dict[str, str]:
    spans = [division.span(prefix) for prefix in prefixes]
    return {
        f"{end} {number}": bounds[at] for number, bounds in enumerate(spans) for at, end in enumerate(("low", "high"))
    }


@cache
def _statements(shape: tuple[tuple[str, tuple[Any, ...]], ...], divisions: int) -> list[tuple[Prepared, list[int]]]:
    inside = Q()
    for number in range(divisions):
        inside |= Q(village_code__range=(Slot(f"low {number}", _CODE), Slot(f"high {number}", _CODE)))
    asked = [Asked(figures[slug], _open(*window)) for slug, window in shape]
    places: dict[type[models.Model], list[int]] = {}
    for place, each in enumerate(asked):
        places.setdefault(each.figure.source.model, []).append(place)
    return [
        (Prepared(aggregate(model, inside, [asked[place] for place in answers])), answers)
        for model, answers in places.items()
    ]


def _open(kind: Kind, start: str | None, end: str, day: str, known_at: str, semester: str, counted_by: str) -> Window:
    opened: Any = _OpenWindow(  # stands for a window while its condition is written down
        kind,
        Slot(start, _DAY) if start else None,
        Slot(end, _DAY),
        Slot(day, _DAY),
        Slot(known_at, _INSTANT),
        semester,
        counted_by,
    )
    return opened
