"""Which column of a sheet is which column of a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from paibou.lib.cleaners.places import Places
from paibou.lib.cleaners.text import Cell
from paibou.lib.importing import Column, Looks, Table
from paibou.lib.recognition import content
from paibou.lib.recognition.headings import forms, likeness, plain

CERTAIN = 100.0
ENOUGH = 4.0
BY_CONTENT = {
    Looks.IDENTITY: 5.0,
    Looks.PLACE: 1.0,
}  # what may be known without a heading
NAMES_BY_CONTENT = 0.2  # names too, but behind every column that a heading says
STRICT = {
    Looks.IDENTITY,
    Looks.NAME,
    Looks.DATE,
    Looks.AMOUNT,
    Looks.COUNT,
    Looks.PHONE,
}
REASON = "错误说明"  # the heading under which we say what is wrong with a row of somebody's workbook
OURS = {REASON, "序号", "编号", "NO", "行号"}  # what numbers and explains rows, and says nothing of people
MOST = 0.6
HARDLY_ANY = 0.15
NEARLY_ALL = 0.95


@dataclass(frozen=True)
class Heading:
    """One column's heading: its own cell, and that with the groups above it."""

    lowest: str
    whole: str


@dataclass(frozen=True)
class Block:
    """A heading and the rows below it: which column is what, and in which unit its amounts are."""

    table: Table
    headings: Mapping[int, Heading]
    places: Mapping[str, int]  # column name → index
    in_wan: frozenset[str] = frozenset()
    heading_rows: tuple[int, ...] = ()
    titles: tuple[str, ...] = ()
    score: float = 0.0

    @cached_property
    def columns(self) -> Mapping[int, Column]:
        return {index: self.table.by_name[name] for name, index in self.places.items()}

    @cached_property
    def anchor(self) -> int | None:
        return self.places.get(self.table.anchor)

    @cached_property
    def repeats(self) -> tuple[int, ...]:
        """How many columns to the right the same headings stand again, all of them: lists printed side by side."""
        said = {index: plain(heading.lowest) for index, heading in self.headings.items()}
        known = sorted(self.places.values())
        apart = range(known[-1] - known[0] + 1, max(said) - known[-1] + 1) if len(known) > 1 else range(0)
        return tuple(
            by for by in apart if all(said.get(index) and said[index] == said.get(index + by) for index in known)
        )

    @property
    def unknown(self) -> dict[int, str]:
        """Headings that nothing was made of."""
        known = set(self.places.values())
        unknown = {index: heading.whole for index, heading in self.headings.items() if index not in known}
        return {index: heading for index, heading in unknown.items() if plain(heading) not in OURS}


def assign(
    table: Table,
    headings: Mapping[int, Heading],
    sample: Mapping[int, Sequence[Cell]],
    places: Places,
    meanings: Mapping[str, str],
) -> tuple[dict[str, int], float]:
    """Column name → index, and how sure that is in all. `meanings` are a person's words and outdo everything."""
    said = {index: meanings[plain(h.whole)] for index, h in headings.items() if plain(h.whole) in meanings}
    tests = content.tests(places)
    scored = []
    for index in sorted(set(headings) | set(sample)):
        cells = sample.get(index, ())
        shares = {look: content.share(test, cells) for look, test in tests.items()} if cells else {}
        for column in table.columns:
            if index in said:
                score = CERTAIN if said[index] == column.name else 0.0
            else:
                score = _score(column, headings.get(index), shares.get(column.looks))
                if score < ENOUGH and column.looks is Looks.NAME and cells:
                    score = _score_of_names(column, headings.get(index), cells)
            if score >= ENOUGH:
                scored.append((score, -index, column.name))
    found: dict[str, int] = {}
    total = 0.0
    for score, index, name in sorted(scored, reverse=True):
        if name not in found and -index not in found.values():
            found[name] = -index
            total += score
    return found, total


def _score_of_names(column: Column, heading: Heading | None, cells: Sequence[Cell]) -> float:
    """What nobody's heading says may still be the people's names: nearly all are, and few come twice."""
    if heading and column.never and any(re.search(column.never, form) for form in forms(heading.whole)):
        return 0.0
    part = content.share(content.is_person, cells) or 0.0
    return NAMES_BY_CONTENT + 4 * part if part >= NEARLY_ALL and len(set(cells)) * 2 > len(cells) else 0.0


def _score(column: Column, heading: Heading | None, part: float | None) -> float:
    said = likeness(column, heading.lowest, heading.whole) if heading else 0.0
    if part is None:
        return said
    if not said:
        return BY_CONTENT.get(column.looks, -9.0) + 4 * part if part >= MOST else 0.0
    if column.looks in STRICT and part <= HARDLY_ANY:
        return said - 5.0
    return said + 4 * part
