"""One row of a workbook turned into the values that are staged."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Any

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
UNSTORED = "这一格是公式，文件里没有存下算出来的值；请改成数值再传"


@dataclass(slots=True)
class RowValues:
    """What a row says, and what is wrong with it: `values` as JSON, ciphertexts in the order the table declares."""

    values: str = "{}"
    sealed: list[bytes] = field(default_factory=list)
    village_code: str = ""
    fingerprint: bytes = b""
    problems: list[dict[str, str]] = field(default_factory=list)


# How the cells of one column are turned: where they stand; the place of what they say among the ciphertexts, -1 where
# nothing is sealed; what spells them: of a sealed column the cleaned value, of any other its part of the JSON, empty
# when the cell says nothing; the column; how that part begins; whether it goes to the rest. A bare tuple, for one is
# taken apart for every cell.
Step = tuple[int, int, Callable[[Cell], Any], Column, str, bool]


class RowReader:
    """Turns rows of one table. Built for each block of a sheet, and for a row that is mended on a page.

    Rows come by the ten thousand, so one pass over the columns makes JSON, fingerprint and ciphertexts.
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
        return index, self._slots.get(column.name, -1), spell, column, key, is_rest

    def read(self, cells: Sequence[Cell], village: str = "", holes: frozenset[int] = frozenset()) -> RowValues:
        """The row's values. `holes` are columns whose stored value is missing; `village` is what stood above the row."""
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        row = RowValues(sealed=[b""] * len(self._sealed))
        if holes:
            cells = self._without(row, cells, holes)
        values, said, rest = self._turn(row, cells)
        if self._table.has_place:
            self._locate(row, cells, village)
        # Absent and empty are the same; the village is left out, for it may be merged or written otherwise.
        if self._table.has_fingerprint:
            row.fingerprint = self._digest("\x1f".join([values, *rest, *said]))
        row.values = f"{{{values}}}"
        if self._table.keeps_rest:
            self._keep_rest(row, cells, values, rest)
        return row

    def _without(self, row: RowValues, cells: Sequence[Cell], holes: frozenset[int]) -> list[Cell]:
        for at, _slot, _spell, column, *_ in self._steps:
            if at in holes:
                _wrong(row, column.name, "formula.unstored", UNSTORED)
        if self._place[0] in holes:
            _wrong(row, PLACE_COLUMNS[0], "formula.unstored", UNSTORED)
        return ["" if index in holes else cell for index, cell in enumerate(cells)]

    def _turn(self, row: RowValues, cells: Sequence[Cell]) -> tuple[str, list[str], list[str]]:  # noqa: C901 -- one pass
        """The values, as JSON within its braces; what only its ciphertext says, for the fingerprint; parts of the rest."""
        parts: list[str] = []
        said: list[str] = []
        rest: list[str] = []
        for at, slot, spell, column, key, is_rest in self._steps:
            value = None
            if (cell := cells[at]) != "":
                try:
                    value = spell(cell)
                except Unclean as no:
                    if not column.keep:
                        _wrong(row, column.name, no.code, no.sentence)
                        continue
                    value = tidy(cell) if slot >= 0 else f"{key}{quoted(tidy(cell))}"
            if not value:
                if column.required:
                    _missing(row, column)
            elif slot < 0:
                (rest if is_rest else parts).append(value)
            else:
                if column.derive:
                    parts += _derived(column, value)
                row.sealed[slot] = self._seal(value)
                if key:
                    parts.append(f'{key}"{self._digest(value).hex()}"')
                else:
                    said.append(f"{column.name}={value}")
        for column in self._absent:
            _missing(row, column)
        return ",".join(parts), said, rest

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

    def _keep_rest(self, row: RowValues, cells: Sequence[Cell], values: str, rest: list[str]) -> None:
        """What has no column of its own in the target: known by our labels, unknown by the sheet's headings."""
        for index, key in self._others:
            cell = cells[index]
            if cell != "" and (text := tidy(cell)) and not (self._table.rest_of and is_nothing(narrow(cell))):
                rest.append(key + quoted(text[: self._table.rest_length]))
        if not rest:
            return
        name, kept = self._table.keeps_rest, "{" + ",".join(rest) + "}"
        if name in self._slots:
            row.sealed[self._slots[name]] = self._seal(kept)
        else:
            row.values = f'{{{values}{"," if values else ""}"{name}":{quoted(kept)}}}'


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
