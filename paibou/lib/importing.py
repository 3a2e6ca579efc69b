"""How an app declares, in its `imports.py`, a kind of workbook that it takes: its tables, their columns, and the SQL
that judges staged rows and writes them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from paibou.lib import cleaners
from paibou.lib.cleaners import Cell
from paibou.lib.declarations import Registry

Cleaner = Callable[[Cell], Any]
# So a sentence that SQL makes calls two sealed values: that on file, and that of the row.
ANOTHER, THIS = "另一个号码", "这个号码"


class Looks(StrEnum):
    """What the cells of a column are like: it is recognised by that as much as by its heading, and cleaned so."""

    IDENTITY = "identity"
    NAME = "name"
    DATE = "date"
    AMOUNT = "amount"
    COUNT = "count"
    PHONE = "phone"
    CODE = "code"
    FLAG = "flag"
    PLACE = "place"
    TEXT = "text"


_CLEANERS: dict[Looks, Cleaner] = {
    Looks.IDENTITY: cleaners.clean_identity,
    Looks.NAME: cleaners.clean_name,
    Looks.DATE: cleaners.clean_date,
    Looks.AMOUNT: cleaners.clean_amount,
    Looks.COUNT: cleaners.clean_count,
    Looks.PHONE: cleaners.clean_phone,
    Looks.CODE: cleaners.clean_code,
    Looks.FLAG: cleaners.clean_flag,
    Looks.PLACE: cleaners.clean_text,
    Looks.TEXT: cleaners.clean_text,
}
_SQL: dict[Looks, str] = {
    Looks.DATE: "date",
    Looks.AMOUNT: "numeric",
    Looks.COUNT: "integer",
    Looks.FLAG: "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column that a kind knows.

    `headings` are its names, the best first; `pattern` finds others, `never` says which it must not be taken for.
    `sealed`: the value reaches the database only as ciphertext, with a digest beside it when `has_digest`.
    `keep`: a cell that cannot be cleaned is kept as it was typed instead of making a problem of the row.
    `derive` gives further values that follow from the cleaned one, of the SQL types in `derives`.
    `words` says how people write values that are no words themselves. `past`: days after today are refused. `extra`: the target has no column of its own for it, see `Table.keeps_rest`.
    """

    name: str
    label: str
    headings: tuple[str, ...] = ()
    pattern: str = ""
    never: str = ""
    looks: Looks = Looks.TEXT
    clean: Cleaner | None = None
    required: bool = False
    sealed: bool = False
    has_digest: bool = False
    keep: bool = False
    past: bool = False
    extra: bool = False
    derive: Callable[[Any], Mapping[str, str]] | None = None
    derives: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

    def said(self, value: Any) -> str:
        """A cleaned value as people write it; its cleaner reads it back."""
        return ("是" if value else "否") if isinstance(value, bool) else self.words.get(value, str(value))

    def cleaner(self, today: date, in_wan: bool = False) -> Cleaner:
        """The cleaner of its cells; `in_wan` where heading or table says that bare amounts are 万元."""
        if self.clean:
            return self.clean
        if self.looks is Looks.DATE and self.past:
            return cleaners.no_later_than(today)
        if self.looks is Looks.AMOUNT and in_wan:
            return cleaners.clean_wan
        return _CLEANERS[self.looks]

    @property
    def sql(self) -> str:
        return "bytea" if self.sealed else _SQL.get(self.looks, "text")

    @property
    def merged(self) -> bool:
        return self.looks not in {Looks.AMOUNT, Looks.COUNT}


@dataclass(frozen=True)
class Table:
    """One table of a kind's workbook.

    `anchor` is the column by whose cells a row is known to be data; `is_heading` says whether the columns found in
    a row make it this table's heading. Columns named `village`, `township`, `county` and `address` give the row's
    `village_code`; where a table has none of them, or they are empty, sheet, title and file name are asked. `keeps_rest` names a column
    that takes, as one JSON text, the cells of `extra` columns and of those that nobody knew, where `rest_of` is given
    only under headings that it matches.
    """

    slug: str
    label: str
    columns: tuple[Column, ...]
    anchor: str
    is_heading: Callable[[frozenset[str]], bool]
    has_fingerprint: bool = False
    has_place: bool = True
    keeps_rest: str = ""
    rest_of: str = ""
    rest_length: int | None = None

    @cached_property
    def naming(self) -> str:
        """The column that says whom a row is about."""
        return next((column.name for column in self.columns if column.looks is Looks.NAME), self.columns[0].name)

    @cached_property
    def anchor_key(self) -> str:
        """Where the anchor stands among a staged row's values: sealed, its digest does."""
        return f"{self.anchor}_digest" if self.by_name[self.anchor].has_digest else self.anchor

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Mark:
    """What becomes of staged rows that `where` finds: SQL over `staged` rows `s` (see `Kind`), verdict and sentence.

    `constraint` is the constraint of the target that rows would break without it. `sentence` is SQL text: a literal
    in quotes or an expression over `s`. Marks run in order and touch only rows that still count as new or changed.
    """

    verdict: str
    where: str
    table: str = ""  # all tables where empty
    code: str = ""
    column: str = ""
    column_of: str = ""  # the same as SQL text
    sentence: str = "''"
    target: str = ""
    constraint: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of workbook.

    `marks` and `apply` are SQL over the temporary tables `staged_<table slug>`: id, sheet, row, verdict, target,
    village_code, fingerprint and one column per declared column (`<name>_digest` beside those with a digest).
    Parameters are `%(batch)s`, `%(low)s`, `%(high)s` (span of the batch's division), `%(village_code)s`,
    `%(source)s`, `%(received_on)s`, `%(as_of)s`, `%(user)s`, `%(today)s`, and what `settings` adds.
    """

    slug: str
    label: str
    unit: str
    tables: tuple[Table, ...]
    marks: tuple[Mark, ...]
    apply: tuple[str, ...]
    asks: frozenset[str] = field(default_factory=frozenset)
    right: str = "exchange.import"
    order: int = 50
    source_of: Callable[[str], str] | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    parameters: Callable[[Any, date], dict[str, Any]] | None = None
    judged: Callable[[Any, Mapping[str, Any]], None] | None = None  # after the marks, with the staged tables there
    finish: Callable[[Any], None] | None = None
    printed: Callable[[Any, Any, list[dict[str, Any]]], list[dict[str, Any]]] | None = None
    filed: Callable[[list[Any]], Mapping[int, str]] | None = None  # of rows that say `ANOTHER`: the value on file
    shown_at: str = ""

    @cached_property
    def by_slug(self) -> Mapping[str, Table]:
        return {table.slug: table for table in self.tables}


imports: Registry[Kind] = Registry("imports")
