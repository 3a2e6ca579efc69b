"""One row of a workbook turned into the values that are staged."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from exchange.services.json_text import quoted, to_json
from paibou.lib import sealing
from paibou.lib.cleaners import Unclean, clean_amount, spell_amount, tidy
from paibou.lib.cleaners.places import Places
from paibou.lib.cleaners.text import Cell
from paibou.lib.importing import Column, Looks, Table
from paibou.lib.recognition.columns import Block

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


class Way(IntEnum):
    """Where a value goes: into the values, as they are or quoted; among those that are sealed; among the rest."""

    PLAIN = 0
    QUOTED = 1
    SEALED = 2
    REST = 3


class Step(NamedTuple):
    """How one column's cells are turned. `key` begins its part of the JSON, `said` that of the fingerprint."""

    name: str
    index: int  # type: ignore[assignment]  # tuples have a method of that name
    clean: Callable[[Cell], Any]
    encode: Callable[[Any], str] | None
    way: int  # a `Way`, plain for speed
    key: str
    said: str
    keep: bool
    slot: int
    is_required: bool
    derive: Callable[[Any], Mapping[str, str]] | None


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
        self._place = [indexes.get(name, -1) for name in PLACE_COLUMNS]
        self._required = [column for column in table.columns if column.required]
        self._others = [(i, f"{quoted(heading)}:") for i, heading in (others or {}).items() if table.keeps_rest]
        self._width = max([*indexes.values(), *[index for index, _ in self._others], 0]) + 1
        self._hinted: dict[str, str] = {}
        self._located: dict[tuple[Cell, ...], str] = {}
        self._seal = sealing.sealer()

    @classmethod
    def of_block(cls, block: Block, *, places: Places, today: date, hints: Sequence[str]) -> "RowReader":
        """For the rows below a heading."""
        return cls(
            table=block.table, indexes=block.places, places=places, today=today,
            in_wan=block.in_wan, others=block.unknown, hints=hints,
        )  # fmt: skip

    def _step(self, column: Column, index: int, today: date, *, in_wan: bool) -> Step:
        clean, encode, is_text = _turning(column, today, in_wan)
        way = Way.QUOTED if is_text else Way.PLAIN
        if column.sealed:
            way = Way.SEALED
        elif column.extra and self._table.keeps_rest:
            way = Way.REST
        key = f"{quoted(column.label if way is Way.REST else column.name)}:"
        if way is Way.SEALED:
            key = f'"{column.name}_digest":' if column.has_digest else ""
        slot = self._slots.get(column.name, 0)
        return Step(
            column.name, index, clean, encode, int(way), key, f"{column.name}=", column.keep, slot, column.required,
            column.derive,
        )  # fmt: skip

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
        if self._table.has_fingerprint:
            row.fingerprint = _fingerprint(f"{row.village_code}\x1f{said}")
        if self._table.keeps_rest:
            self._keep_rest(row, cells, rest)
        row.values = values
        return row

    def _without(self, row: RowValues, cells: Sequence[Cell], holes: frozenset[int]) -> list[Cell]:
        for step in self._steps:
            if step.index in holes:
                _wrong(row, step.name, "formula.unstored", UNSTORED)
        if self._place[0] in holes:
            _wrong(row, PLACE_COLUMNS[0], "formula.unstored", UNSTORED)
        return ["" if index in holes else cell for index, cell in enumerate(cells)]

    def _turn(self, row: RowValues, cells: Sequence[Cell]) -> tuple[str, str, list[str]]:  # noqa: C901 -- one pass
        """JSON of the values, what the fingerprint covers, and the parts of the rest."""
        parts: list[str] = []
        said: list[str] = []
        rest: list[str] = []
        needed = 0
        seal = self._seal
        for name, index, clean, encode, way, key, saying, keep, slot, is_required, derive in self._steps:
            cell = cells[index]
            if cell == "":
                continue
            try:
                value = clean(cell)
            except Unclean as no:
                if not keep:
                    _wrong(row, name, no.code, no.sentence)
                    continue
                value = tidy(cell)
            if value is None:
                continue
            if derive:
                parts += [f'"{also}":{quoted(text)}' for also, text in derive(value).items()]
            if encode:
                value = encode(value)
            needed += is_required
            said.append(saying + value)
            if way == 1:
                parts.append(key + quoted(value))
            elif way == 2:
                row.sealed[slot] = seal(value)
                if key:
                    parts.append(f'{key}"{sealing.digest(value).hex()}"')
            elif way == 0:
                parts.append(key + value)
            else:
                rest.append(key + quoted(value))
        if needed < len(self._required):
            self._require(row, said)
        return "{" + ",".join(parts) + "}", "\x1f".join(said), rest

    def _require(self, row: RowValues, said: Sequence[str]) -> None:
        present = {one.partition("=")[0] for one in said} | {one["column"] for one in row.problems}
        for column in self._required:
            if column.name not in present:
                _wrong(row, column.name, "cell.missing", f"缺{column.label}")

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

    def _keep_rest(self, row: RowValues, cells: Sequence[Cell], rest: list[str]) -> None:
        """What has no column of its own in the target: known by our labels, unknown by the sheet's headings."""
        for index, key in self._others:
            cell = cells[index]
            if cell != "":
                rest.append(key + quoted(tidy(cell)))
        if rest:
            row.sealed[self._slots[self._table.keeps_rest]] = self._seal("{" + ",".join(rest) + "}")


def _wrong(row: RowValues, column: str, code: str, sentence: str) -> None:
    row.problems.append({"column": column, "code": code, "sentence": sentence})


def _turning(
    column: Column, today: date, in_wan: bool
) -> tuple[Callable[[Cell], Any], Callable[[Any], str] | None, bool]:
    """The cleaner of a column, what spells its values, and whether these are texts in JSON."""
    clean = column.cleaner(today, in_wan)
    if column.looks is Looks.AMOUNT:
        return (spell_amount, None, True) if clean is clean_amount else (clean, str, True)
    if column.looks is Looks.DATE:
        return clean, date.isoformat, True
    if column.looks in {Looks.COUNT, Looks.FLAG}:
        return clean, to_json, False
    return clean, None if column.clean is None else str, True


def _fingerprint(said: str) -> bytes:
    """A keyed digest of all recognised values; columns that are absent and cells that are empty are the same."""
    keyed = _keyed(settings.PAIBOU_DIGEST_KEY).copy()
    keyed.update(said.encode())
    return keyed.digest()


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(key=key, digest_size=16)
