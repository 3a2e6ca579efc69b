"""What apps say of themselves beside their nouns, found as Django finds `admin.py`.

An app declares in `figures.py`, `panels.py`, `checks.py`, `todos.py`, `imports.py`, `nav.py`, `followers.py`; whoever
shows them asks the registry, so nothing below imports from above.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

T = TypeVar("T")


class Registry(Generic[T]):
    """Declarations of one sort by slug, in the order of `order`, loaded from every app's module at first use."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._items: dict[str, T] = {}
        self._loaded = False

    def add(self, slug: str, item: T) -> T:
        if slug in self._items:
            raise ValueError(f"{self._module}: {slug} is declared twice")
        self._items[slug] = item
        return item

    def _all(self) -> dict[str, T]:
        if not self._loaded:
            self._loaded = True
            autodiscover_modules(self._module)
        return self._items

    def __getitem__(self, slug: str) -> T:
        return self._all()[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self._all()

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._all().values(), key=lambda item: getattr(item, "order", 0)))

    def __len__(self) -> int:
        return len(self._all())


@dataclass(frozen=True)
class Panel:
    """One section of a noun's page (`noun`: household, person, village): `context(row, user, day)` for its template."""

    slug: str
    noun: str
    title: str
    template: str
    context: Callable[[Any, Any, date], dict[str, Any] | None]
    order: int = 50


@dataclass(frozen=True)
class Check:
    """One rule of 数据体检: the rows that break it, why it matters and how to mend it."""

    slug: str
    label: str
    why: str
    cure: str
    rows: Callable[[Any, date], QuerySet[Any]]
    order: int = 50


@dataclass(frozen=True)
class Waiting:
    """One line of the 工作台: what waits, where, how many, until when; `late` stands first and red."""

    what: str
    url: str
    count: int
    due_on: date | None = None
    late: int = 0
    unit: str = ""


@dataclass(frozen=True)
class Todo:
    """What of one noun waits for a user today."""

    slug: str
    label: str
    waiting: Callable[[Any, date], list[Waiting]]
    order: int = 50


@dataclass(frozen=True)
class NavEntry:
    """One word of the left rail: shown to whoever holds `right`; `group` is the head it stands under.

    `waiting` and `late` give the rows that wait and those overdue; the rail counts all of them in one statement.
    """

    slug: str
    label: str
    url_name: str
    group: str
    right: str
    order: int = 50
    waiting: Callable[[Any, date], QuerySet[Any]] | None = None
    late: Callable[[Any, date], QuerySet[Any]] | None = None


@dataclass(frozen=True)
class Lookup:
    """How an app below finds rows of an app above by what a person typed, and says what they are called."""

    slug: str
    find: Callable[[Any, str], list[Any]]
    labels: Callable[[Any, list[int]], dict[int, str]]


class Kind(Enum):
    """What the value of a setting is, as JSON keeps it."""

    COUNT = "整数"
    AMOUNT = "金额（元）"
    DAY = "日期"
    FLAG = "是或否"
    TEXT = "文字"
    WORDS = "一行一项"


@dataclass(frozen=True)
class Option:
    """A setting: what it is called, what holds where nobody set it, and how its value is written."""

    slug: str
    label: str
    default: Any
    kind: Kind
    group: str
    unit: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    order: int = 50

    def read(self, value: Any) -> Any:
        """The value as code uses it, from what JSON keeps."""
        if self.kind is Kind.AMOUNT:
            return Decimal(str(value))
        return date.fromisoformat(value) if self.kind is Kind.DAY else value

    def write(self, value: Any) -> Any:
        """The value as JSON keeps it."""
        return str(value) if self.kind in (Kind.AMOUNT, Kind.DAY) else value


@dataclass(frozen=True)
class Follower:
    """What an app does, in the same transaction, when a household's people move, it closes, or its closing is taken back.

    `people_moved(person_ids, household, on, by)`: they live in `household` from the day on.
    `household_closed(household, into, on, reason, by)`: its people are in `into` (a household) or gone (`None`).
    `household_reopened(household, by)`: it never closed.
    `closing_ends(household)`: what of the app would end with it, in words, for whoever is about to close it.
    """

    slug: str
    people_moved: Callable[..., None] | None = None
    household_closed: Callable[..., None] | None = None
    household_reopened: Callable[..., None] | None = None
    closing_ends: Callable[..., list[str]] | None = None
    order: int = 50


@dataclass(frozen=True)
class Duty:
    """Households to be visited more often than the others: which, and the setting that says in how many days."""

    slug: str
    label: str
    option: str
    households: Callable[[date], QuerySet[Any]]
    order: int = 50


panels: Registry[Panel] = Registry("panels")
checks: Registry[Check] = Registry("checks")
todos: Registry[Todo] = Registry("todos")
nav: Registry[NavEntry] = Registry("nav")
options: Registry[Option] = Registry("options")
lookups: Registry[Lookup] = Registry("lookups")
followers: Registry[Follower] = Registry("followers")
duties: Registry[Duty] = Registry("duties")
