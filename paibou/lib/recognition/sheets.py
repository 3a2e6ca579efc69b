"""One sheet read: its headings found, its rows told from the words around them."""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import NamedTuple

from paibou.lib.cleaners.places import Places
from paibou.lib.cleaners.text import Cell, narrow, tidy
from paibou.lib.importing import Looks, Table
from paibou.lib.recognition import content, titles
from paibou.lib.recognition.columns import Block, Heading, assign
from paibou.lib.recognition.headings import likeness
from paibou.lib.recognition.merges import Merges
from paibou.lib.recognition.rows import Sort, is_example, is_total, sort_of
from paibou.lib.workbook.reader import FileRefused, Row, Sheet

AHEAD = 60  # rows that are looked through for a heading, and below it for what the columns are like
TITLES = 6  # rows in which a title may stand
DEEPEST = 3  # rows that one heading may take
FEW = 3  # texts that a line above a table holds
LONG = 8  # no group over some columns has so long a name
_SAYS = re.compile(r"^[^（(【]*[:：]\s*\S").search
_UNIT = re.compile(r"\(?(?:单位:?)?(万元|元|人|户|%|天|次|岁)\)?").fullmatch
EXAMPLE = "是填写示例"
SIDE_BY_SIDE = "“{sheet}”里有名单左右并排；请改成上下接着排，再传"
HIDDEN = "在隐藏的工作表里"


class Found(NamedTuple):
    """A row of data with the block it stands in; left out when it has a `reason`. `village` is what stood above it."""

    number: int
    cells: Sequence[Cell]
    block: Block
    village: str = ""
    reason: str = ""


@dataclass
class Recognised:
    """What was made of a sheet: for the person who looks it over."""

    sheet: str
    is_shown: bool = True
    blocks: list[Block] = field(default_factory=list)
    words: list[int] = field(default_factory=list)  # rows that are no data


class SheetReader:
    """Rows of data of one sheet, in order. What it recognised stands in `recognised`, whole when the rows are read."""

    def __init__(
        self,
        sheet: Sheet,
        tables: Sequence[Table],
        places: Places,
        before: Block | None = None,
    ) -> None:
        self.recognised = Recognised(sheet.name, sheet.is_shown)
        self._sheet, self._tables, self._places = sheet, tables, places
        self._meanings: Mapping[str, str] = {}
        self._first: tuple[int, Block] | None = None  # as found by these meanings
        self._before = before
        self._merges = Merges(sheet.merged)
        self._ahead: deque[Row] = deque()

    def above(self, meanings: Mapping[str, str]) -> list[str]:
        """Texts that look like titles, few words to a row: of a list's sheet what stands above its first heading.

        `meanings` are whatever anybody said of headings: which of them hold is known only when the titles are read.
        """
        self._meanings = meanings
        self._first = self._heading()
        rows = self._first[0] if self._first else 0 if self._continued() else TITLES
        few = (
            [tidy(cell) for cell in cells if isinstance(cell, str) and cell]
            for _, cells in islice(self._ahead, min(rows, TITLES))
        )
        return [text for texts in few if len(texts) <= 4 and not is_total(texts) for text in texts]

    def learn(self, meanings: Mapping[str, str]) -> None:
        """Take a person's words on what headings mean, before the rows are read."""
        if meanings != self._meanings:
            self._meanings, self._first = meanings, None

    def rows(self) -> Iterator[Found]:
        """Rows of data. `FileRefused` for lists side by side: one row is one of ours, the right half would be lost."""
        for found in self._rows():
            repeats = found.block.repeats
            if repeats and any(sort_of(found.cells[by:], found.block) is Sort.DATA for by in repeats):
                raise FileRefused(SIDE_BY_SIDE.format(sheet=self._sheet.name))
            yield found

    def _rows(self) -> Iterator[Found]:
        block = self._first_block()
        if block is None:
            return
        village, reason = "", "" if self._sheet.is_shown else HIDDEN
        anchor = block.anchor if block.anchor is not None else -1
        first = min([*block.headings, anchor])
        while self._ahead or self._fill(AHEAD):
            number, held = row = self._ahead[0]
            cells: Sequence[Cell] = held
            if self._merges.any:
                cells = self._merges.filled(number, cells, block.columns)
            anchored = cells[anchor] if 0 <= anchor < len(cells) else None
            if type(anchored) is str and len(anchored) == 18 and not is_example(cells[first]):
                self._ahead.popleft()
                yield Found(number, cells, block, village, reason)
                continue
            sort = sort_of(cells, block)
            if sort is Sort.HEADING:
                again = self._block_at(0, block.table)
                self._skip(len(again.heading_rows) if again else 1)
                block = self._next(block, again)
                anchor = block.anchor if block.anchor is not None else -1
                first = min([*block.headings, anchor])
                continue
            self._ahead.popleft()
            if sort is Sort.DATA:
                yield Found(number, cells, block, village, reason)
            elif sort is Sort.EXAMPLE:
                yield Found(number, cells, block, village, reason or EXAMPLE)
            else:
                self.recognised.words.append(number)
                village = self._village_above(row) or village

    def _next(self, block: Block, again: Block | None) -> Block:
        """The block below a heading that came again: the same one, unless its columns stand elsewhere or in other units."""
        if again is None or (again.places == block.places and _units(again) == _units(block)):
            return block
        self.recognised.blocks.append(again)
        return again

    def _fill(self, wanted: int) -> bool:
        missing = wanted - len(self._ahead)
        if missing > 0:
            self._ahead.extend(islice(self._sheet.rows, missing))
        return bool(self._ahead)

    def _skip(self, count: int) -> None:
        for _ in range(count):
            self.recognised.words.append(self._ahead.popleft()[0])

    def _village_above(self, row: Row) -> str:
        """A row of few words may name the village of those below it: 一、竹溪村（5人）."""
        words = [tidy(cell) for cell in row[1] if cell not in ("", None)]
        return next((word for word in words[:3] if self._places.named_in(word)), "")

    def _first_block(self) -> Block | None:
        index, block = self._first or self._heading() or (0, self._continued())
        if block:
            self.recognised.blocks.append(block)
            self._skip(index + len(block.heading_rows))
        return block

    def _heading(self) -> tuple[int, Block] | None:
        """The first heading, and how many rows stand above it."""
        self._fill(AHEAD)
        for index in range(len(self._ahead)):
            if block := self._block_at(index):
                return self._without_title(index, block)
        return None

    def _without_title(self, index: int, block: Block) -> tuple[int, Block]:
        """A title above the heading is no group over it: the lowest start that finds as much is the heading's."""
        for later in range(index + 1, index + len(block.heading_rows)):
            other = self._block_at(later)
            if other and len(other.places) >= len(block.places) and other.score >= block.score - 1:
                index, block = later, other
        return index, block

    def _continued(self) -> Block | None:
        """A sheet without a heading that goes on as the one before it did."""
        before = self._before
        if before is None or before.anchor is None:
            return None
        cells = [cells[before.anchor] for _, cells in self._ahead if before.anchor < len(cells)]
        share = content.share(content.is_identity, [cell for cell in cells if cell != ""])
        if before.table.by_name[before.table.anchor].looks is not Looks.IDENTITY or (share or 0) < 0.5:
            return None
        return replace(before, heading_rows=())

    def _block_at(self, index: int, only: Table | None = None) -> Block | None:
        """The heading that begins at a row looked ahead to: the best table, and as many rows as make it better."""
        self._fill(index + AHEAD)
        best: Block | None = None
        for depth in range(1, DEEPEST + 1):
            if index + depth > len(self._ahead) or (depth > 1 and not self._may_be_heading(index + depth - 1)):
                break
            for table in [only] if only else self._tables:
                block = self._block(index, depth, table)
                if block and (best is None or block.score > best.score + 1):
                    best = block
        if best and self._are_units(index + len(best.heading_rows)):
            return self._block(index, len(best.heading_rows) + 1, best.table) or best
        return best

    def _are_units(self, index: int) -> bool:
        """Whether a row says nothing but in which units the columns above it are."""
        words = [cell for cell in self._ahead[index][1] if cell != ""] if index < len(self._ahead) else []
        return bool(words) and all(isinstance(cell, str) and _UNIT(narrow(cell)) for cell in words)

    def _may_be_heading(self, index: int) -> bool:
        words = [cell for cell in self._ahead[index][1] if cell != ""]
        return bool(words) and all(isinstance(cell, str) and not content.is_identity(cell) for cell in words)

    def _block(self, index: int, depth: int, table: Table) -> Block | None:
        if not self._may_be_heading(index):
            return None
        rows = list(islice(self._ahead, index, index + depth))
        if depth > 1 and self._is_title(*rows[:2]):
            return None
        headings = self._headings(rows)
        below = [cells for _, cells in islice(self._ahead, index + depth, index + depth + AHEAD)]
        width = max([len(cells) for cells in below] + [max(headings, default=0) + 1])
        sample = {
            column: [cells[column] for cells in below if column < len(cells) and cells[column] != ""]
            for column in range(width)
        }
        found, score = assign(table, headings, sample, self._places, self._meanings)
        if not table.is_heading(frozenset(found) & self._named(table, headings, found)):
            return None
        above = [tidy(cell) for _, cells in islice(self._ahead, index) for cell in cells if isinstance(cell, str)]
        return Block(
            table, headings, found, self._in_wan(table, headings, found, above), tuple(number for number, _ in rows),
            tuple(above), score,
        )  # fmt: skip

    def _named(self, table: Table, headings: Mapping[int, Heading], found: Mapping[str, int]) -> frozenset[str]:
        """Columns that a heading names: what only looks right does not make a row of data a heading."""
        times = Counter(heading.whole for heading in headings.values())  # a title is merged over many columns
        return frozenset(
            name
            for name, index in found.items()
            if (heading := headings.get(index))
            and (times[heading.whole] == 1 or likeness(table.by_name[name], heading.lowest, heading.whole))
        )

    @staticmethod
    def _is_title(upper: Row, lower: Row) -> bool:
        """Whether a row above a heading says something of the whole table: it is no group over some columns."""
        texts = {index: tidy(cell) for index, cell in enumerate(upper[1]) if cell != ""}
        if len(texts) <= FEW and any(_SAYS(text) for text in texts.values()):
            return True
        begins = next((index for index, cell in enumerate(lower[1]) if cell != ""), 0)
        return len(texts) == 1 and (min(texts) <= begins or len(next(iter(texts.values()))) >= LONG)

    def _headings(self, rows: Sequence[Row]) -> dict[int, Heading]:
        """Headings by column: groups reach over the columns merged below them, or blank to their right."""
        levels = [self._merges.across(number, cells) for number, cells in rows]
        for upper, lower in pairwise(levels):
            last = ""
            for column in range(len(upper)):
                if upper[column]:
                    last = upper[column]
                elif column < len(lower) and lower[column]:
                    upper[column] = last
        headings = {}
        for column in range(max(map(len, levels))):
            parts = [level[column] for level in levels if column < len(level) and level[column]]
            parts = list(dict.fromkeys(parts))
            if len(parts) > 1 and (unit := _UNIT(narrow(parts[-1]))):
                parts[-2:] = [f"{parts[-2]}（{unit[1]}）"]
            if parts:
                headings[column] = Heading(parts[-1], "".join(parts))
        return headings

    def _in_wan(
        self,
        table: Table,
        headings: Mapping[int, Heading],
        found: Mapping[str, int],
        above: Sequence[str],
    ) -> frozenset[str]:
        """Amount columns whose heading, or else the line above the table, says 万元."""
        by_line = titles.is_in_wan(above)
        money = {name: narrow(headings[i].whole) for name, i in found.items() if i in headings}
        return frozenset(
            name
            for name, heading in money.items()
            if table.by_name[name].looks is Looks.AMOUNT and ("万元" in heading or (by_line and "元" not in heading))
        )


def _units(block: Block) -> dict[str, tuple[bool, bool]]:
    """Of each amount, whether its heading says 万元, or 元 at all."""
    said = {
        column.name: narrow(block.headings[index].whole)
        for index, column in block.columns.items()
        if column.looks is Looks.AMOUNT and index in block.headings
    }
    return {name: ("万元" in heading, "元" in heading) for name, heading in said.items()}
