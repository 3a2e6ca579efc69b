"""One row of a workbook turned into the values that are staged."""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from itertools import compress
from operator import not_
from typing import Any, NamedTuple

from exchange.services.json_text import quoted, to_json
from paibou.lib import sealing
from paibou.lib.cleaners import Unclean, clean_amount, is_nothing, narrow, spell_amount, tidy
from paibou.lib.cleaners.places import Places
from paibou.lib.cleaners.text import Cell
from paibou.lib.importing import Column, Looks, Table
from paibou.lib.recognition.columns import Block

REPEATED = {Looks.TEXT, Looks.DATE, Looks.COUNT, Looks.FLAG}
REMEMBERED = 1 << 12
PLACE_COLUMNS = ("village", "township", "county", "address")
Said = str | None  # what a cell says; nothing when it is empty
UNSTORED = "这一格是公式，文件里没有存下算出来的值；请改成数值再传"


@dataclass(slots=True)
class RowValues:
    """What a row says, and what is wrong with it: `values` as JSON, ciphertexts in the order the table declares."""

    values: str = "{}"
    sealed: Sequence[bytes] = ()
    village_code: str = ""
    fingerprint: bytes = b""
    problems: list[dict[str, str]] = field(default_factory=list)


class Step(NamedTuple):
    """How the cells of one column are turned.

    `spell` gives, of a sealed column, its cleaned value; of any other, its part of the JSON, empty when the cell says
    nothing. `key` begins that part. `slot` is the place among the ciphertexts, -1 where nothing is sealed.
    """

    at: int
    slot: int
    spell: Callable[[Cell], Said]
    column: Column
    key: str
    is_rest: bool


@dataclass(slots=True)
class Turned:
    """Columns of what rows say: parts of their JSON, what only its ciphertext says, parts of the rest, ciphertexts."""

    rows: Sequence[Sequence[Cell]]
    sealed: list[list[bytes]]
    parts: list[list[Said]] = field(default_factory=list)
    said: list[list[Said]] = field(default_factory=list)
    rest: list[list[Said]] = field(default_factory=list)


class RowReader:
    """Turns rows of one table. Built for each block of a sheet, and for a row that is mended on a page.

    Rows come by the ten thousand, so many are turned together, a column at a time: where no cell of a column is wrong,
    one expression turns it.
    """

    def __init__(
        self,
        *,
        table: Table,
        indexes: Mapping[str, int],
        places: Places,
        today: date,
        in_wan: frozenset[str] | set[str] = frozenset(),
        others: Mapping[int, str] | None = None,
        hints: Sequence[str] = (),
    ) -> None:
        self._table, self._places, self._hints = table, places, hints
        self._sealed = [column for column in table.columns if column.sealed]
        self._slots = {column.name: slot for slot, column in enumerate(self._sealed)}
        self._steps = [
            self._step(column, indexes[column.name], today, in_wan=column.name in in_wan)
            for column in table.columns
            if column.name in indexes and column.name not in PLACE_COLUMNS
        ]
        self._absent = [column for column in table.columns if column.required and column.name not in indexes]
        self._place = [indexes.get(name, -1) for name in PLACE_COLUMNS]
        ours = {column.label for column in table.columns if column.extra}
        self._others = [
            (i, f"{quoted(f'{heading}（另一列）' if heading in ours else heading)}:")
            for i, heading in (others or {}).items()
            if table.keeps_rest and re.search(table.rest_of, heading)
        ]
        self._width = max([*indexes.values(), *[index for index, _ in self._others], 0]) + 1
        self._hinted: dict[str, str] = {}
        self._located: dict[tuple[Cell, ...], str] = {}
        self._seal, self._digest = sealing.sealer(), sealing.digester()

    @classmethod
    def of_block(cls, block: Block, *, places: Places, today: date, hints: Sequence[str]) -> "RowReader":
        """For the rows below a heading."""
        return cls(
            table=block.table, indexes=block.places, places=places, today=today,
            in_wan=block.in_wan, others=block.unknown, hints=hints,
        )  # fmt: skip

    def _step(self, column: Column, index: int, today: date, *, in_wan: bool) -> Step:
        is_rest = column.extra and bool(self._table.keeps_rest)
        if column.sealed:
            key, spell = f'"{column.name}_digest":' if column.has_digest else "", column.cleaner(today, in_wan)
        else:
            key = f"{quoted(column.label if is_rest else column.name)}:"
            spell = _spelling(column, key, today, in_wan)
        return Step(index, self._slots.get(column.name, -1), spell, column, key, is_rest)

    def read(
        self, rows: Sequence[Sequence[Cell]], above: Sequence[str] = (), holes: Mapping[int, Set[int]] | None = None
    ) -> list[RowValues]:
        """The values of rows, in their order. `above` are the villages that stood above them; `holes` are, by the index
        of a row, the columns whose stored value is missing.
        """
        made = [RowValues() for _ in rows]
        rows = [cells if len(cells) >= self._width else [*cells, *[""] * (self._width - len(cells))] for cells in rows]
        for index, columns in (holes or {}).items():
            rows[index] = self._without(made[index], rows[index], columns)
        turned = self._turn(made, rows)
        if self._table.has_place:
            for row, cells, village in zip(made, rows, above or [""] * len(rows), strict=True):
                self._locate(row, cells, village)
        values = _joined(turned.parts, len(rows))
        # Absent and empty are the same; the village is left out, for it may be merged or written otherwise.
        if self._table.has_fingerprint:
            for row, value, *said in zip(made, values, *turned.rest, *turned.said, strict=True):
                row.fingerprint = self._digest("\x1f".join([value, *filter(None, said)]))
        if self._table.keeps_rest:
            values = self._keep_rest(turned, values)
        for row, value, *sealed in zip(made, values, *turned.sealed, strict=True):
            row.values, row.sealed = f"{{{value}}}", sealed
        return made

    def _without(self, row: RowValues, cells: Sequence[Cell], holes: Set[int]) -> list[Cell]:
        for step in self._steps:
            if step.at in holes:
                _wrong(row, step.column.name, "formula.unstored", UNSTORED)
        if self._place[0] in holes:
            _wrong(row, PLACE_COLUMNS[0], "formula.unstored", UNSTORED)
        return ["" if index in holes else cell for index, cell in enumerate(cells)]

    def _turn(self, made: list[RowValues], rows: Sequence[Sequence[Cell]]) -> Turned:
        turned = Turned(rows, [[b""] * len(rows) for _ in self._sealed])
        for step in self._steps:
            values, column, key = _spelt(step, made, rows), step.column, step.key
            if column.required:
                for row in compress(made, map(not_, values)):
                    _missing(row, column)
            if step.slot < 0:
                (turned.rest if step.is_rest else turned.parts).append(values)
                continue
            if column.derive:
                turned.parts.append([",".join(_derived(column, value)) if value else "" for value in values])
            turned.sealed[step.slot] = [self._seal(value or "") for value in values]
            if key:
                turned.parts.append([f'{key}"{self._digest(value).hex()}"' if value else "" for value in values])
            else:
                turned.said.append([f"{column.name}={value}" if value else "" for value in values])
        for column in self._absent:
            for row in made:
                _missing(row, column)
        return turned

    def _locate(self, row: RowValues, cells: Sequence[Cell], above: str) -> None:
        village, township, county, address = [cells[i] if i >= 0 else "" for i in self._place]
        key = (village, township, county, address, above)
        code = self._located.get(key)
        if code is None:
            try:
                code = self._places.locate(village, township, county) or ""
            except Unclean as no:
                _wrong(row, "village", no.code, no.sentence)
                return
            code = code or self._hint(above) or self._hint(str(address)) or self._from_around()
            self._located[key] = code
        row.village_code = code

    def _hint(self, text: str) -> str:
        if text not in self._hinted:
            self._hinted[text] = (self._places.named_in(text) or "") if text else ""
        return self._hinted[text]

    def _from_around(self) -> str:
        return next((code for hint in self._hints if (code := self._hint(hint))), "")

    def _keep_rest(self, turned: Turned, values: list[str]) -> list[str]:
        """What has no column of its own in the target: known by our labels, unknown by the sheet's headings."""
        others = [[self._other(key, cells[index]) for cells in turned.rows] for index, key in self._others]
        rest = [f"{{{kept}}}" if kept else "" for kept in _joined([*turned.rest, *others], len(values))]
        name = self._table.keeps_rest
        if name in self._slots:
            turned.sealed[self._slots[name]] = [self._seal(kept) for kept in rest]
            return values
        return _joined([values, [f'"{name}":{quoted(kept)}' if kept else "" for kept in rest]], len(rest))

    def _other(self, key: str, cell: Cell) -> str:
        if cell == "" or not (text := tidy(cell)) or (self._table.rest_of and is_nothing(narrow(cell))):
            return ""
        return key + quoted(text[: self._table.rest_length])


def _spelt(step: Step, made: list[RowValues], rows: Sequence[Sequence[Cell]]) -> list[Said]:
    """A column's values, one for each row. Only when a cell is wrong is each of them tried by itself."""
    cells, spell = [row[step.at] for row in rows], step.spell
    try:
        return [spell(cell) if cell != "" else "" for cell in cells]
    except Unclean:
        return [_tried(step, row, cell) for row, cell in zip(made, cells, strict=True)]


def _tried(step: Step, row: RowValues, cell: Cell) -> Said:
    try:
        return step.spell(cell) if cell != "" else ""
    except Unclean as no:
        if not step.column.keep:
            _wrong(row, step.column.name, no.code, no.sentence)
            return ""
        return tidy(cell) if step.slot >= 0 else f"{step.key}{quoted(tidy(cell))}"


def _joined(columns: Sequence[Sequence[Said]], rows: int) -> list[str]:
    """Row by row, what its columns say."""
    return [",".join(filter(None, parts)) for parts in zip(*columns, strict=True)] if columns else [""] * rows


def _wrong(row: RowValues, column: str, code: str, sentence: str) -> None:
    row.problems.append({"column": column, "code": code, "sentence": sentence})


def _missing(row: RowValues, column: Column) -> None:
    if column.name not in {one["column"] for one in row.problems}:
        _wrong(row, column.name, "cell.missing", f"缺{column.label}")


def _spelling(column: Column, key: str, today: date, in_wan: bool) -> Callable[[Cell], str]:
    """What turns a column's cells into parts of the JSON; where few values come again and again it remembers them."""
    clean, encode = column.cleaner(today, in_wan), _encoding(column)
    if clean is clean_amount:
        return partial(spell_amount, key)

    def spell(cell: Cell) -> str:
        value = clean(cell)
        if value is None:
            return ""
        if column.derive:
            return ",".join([f"{key}{encode(value)}", *_derived(column, value)])
        return key + encode(value)

    return lru_cache(REMEMBERED, typed=True)(spell) if column.looks in REPEATED else spell


def _encoding(column: Column) -> Callable[[Any], str]:
    if column.looks in {Looks.COUNT, Looks.FLAG}:
        return to_json
    if column.looks in {Looks.DATE, Looks.AMOUNT} or column.clean:
        return lambda value: quoted(str(value))
    return quoted


def _derived(column: Column, value: Any) -> list[str]:
    assert column.derive
    return [f'"{also}":{quoted(text)}' for also, text in column.derive(value).items()]
