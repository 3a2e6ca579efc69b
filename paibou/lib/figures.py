"""A number is its rows: a figure is declared once, and its value, its villages, its list and its annex are one query.

An app declares in `figures.py` its sources (rows by time, nothing else) and its figures (a condition on those rows).
Both read dated rows and events as known at the window's `known_at`, never a state column.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from inspect import getdoc
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Aggregate, Count, Q, Sum, Value
from django.db.models.functions import Coalesce

from paibou.lib.declarations import Registry

ONE_DAY = timedelta(days=1)


class Nature(models.TextChoices):
    """What is there on a day, or what happened between two."""

    STOCK = "stock", "时点数"
    FLOW = "flow", "期内数"


STOCK, FLOW = Nature.STOCK, Nature.FLOW


class Kind(models.TextChoices):
    """How a window lies in time."""

    AS_OF = "as_of", "时点"
    PERIOD = "period", "期内"
    CUMULATIVE = "cumulative", "累计"
    SEMESTER = "semester", "学期"

    @classmethod
    def of(cls, nature: Nature) -> list["Kind"]:
        return [cls.AS_OF] if nature == STOCK else [cls.PERIOD, cls.CUMULATIVE, cls.SEMESTER]


@dataclass(frozen=True)
class Window:
    """What a figure looks through: `[start, end)`, as known at an instant.

    `counted_by` is the day by which a case counts as taken up (a dated setting of the division).
    """

    kind: Kind
    start: date | None
    end: date
    known_at: datetime
    semester: str = ""
    counted_by: str = "approved"

    @classmethod
    def until(cls, last: date, known_at: datetime, *, since: date | None = None, **more: Any) -> "Window":
        """From typed dates: the last day is included."""
        return cls(more.pop("kind", Kind.PERIOD if since else Kind.AS_OF), since, last + ONE_DAY, known_at, **more)

    @property
    def day(self) -> date:
        """The last day of the window, included."""
        return self.end - ONE_DAY

    @property
    def since(self) -> str:
        """The key of the window beside slug and kind: a day, a semester, or nothing for a stock."""
        return self.semester or (self.start.isoformat() if self.start else "")


@dataclass(frozen=True)
class Counted:
    """How many different values of a forward key stand in the rows; `pk` counts the rows."""

    key: str

    def over(self, rows: Q | None) -> Aggregate:
        return Count(Value(1), filter=rows) if self.key == "pk" else Count(self.key, distinct=True, filter=rows)


@dataclass(frozen=True)
class Total:
    """The sum of a column over the rows."""

    column: str
    key: str = "pk"

    def over(self, rows: Q | None) -> Coalesce:
        return Coalesce(Sum(self.column, filter=rows), Decimal(0))


Measure = Counted | Total
ROWS = Counted("pk")


@dataclass(frozen=True)
class Column:
    """A column of a figure's list and annex: where the value stands (dots follow keys), and its mask, if it has one."""

    label: str
    path: str
    mask: Callable[[str], str] | None = None
    width: int = 12
    is_listed: bool = True
    is_number: bool = False


@dataclass(frozen=True)
class Source:
    """Rows by time. `day` is the column that says which row is the last of several on one thing."""

    label: str
    model_name: str
    rows: Callable[[Window], Q]
    day: str
    columns: tuple[Column, ...]
    related: tuple[str, ...]
    link: tuple[str, str]

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.model_name)


def source(
    label: str,
    model_name: str,
    *,
    day: str,
    link: tuple[str, str],
    columns: tuple[Column, ...],
    related: tuple[str, ...] = (),
) -> Callable[[Callable[[Window], Q]], Source]:
    """Declare a source; `link` is the name of the page behind a row and the column that holds its key."""

    def declare(rows: Callable[[Window], Q]) -> Source:
        return Source(label, model_name, rows, day, columns, related, link)

    return declare


@dataclass(frozen=True)
class Figure:
    """One number: what it is called, what it counts, and by which rule."""

    slug: str
    label: str
    unit: str
    nature: Nature
    source: Source
    measure: Measure
    rule: Callable[[Window], Q]

    @property
    def definition(self) -> str:
        """The 口径, in Chinese."""
        return (getdoc(self.rule) or "").removeprefix("口径：")

    def condition(self, window: Window) -> Q:
        return self.source.rows(window) & self.rule(window)


figures: Registry[Figure] = Registry("figures")


def figure(
    slug: str, label: str, unit: str, *, kind: Nature, source: Source, measure: Measure = ROWS
) -> Callable[[Callable[[Window], Q]], Figure]:
    """Declare a figure; the function's docstring is its 口径."""

    def declare(rule: Callable[[Window], Q]) -> Figure:
        return figures.add(slug, Figure(slug, label, unit, kind, source, measure, rule))

    return declare
