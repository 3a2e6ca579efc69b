"""One row of a workbook turned into the values that are staged."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings

from exchange.services.json_text import texts_to_json, to_json
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
    """What a row says, and what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    sealed: list[bytes] = field(default_factory=list)
    village_code: str = ""
    fingerprint: bytes = b""
    problems: list[dict[str, str]] = field(default_factory=list)


class Step(NamedTuple):
    """How one column's cells are turned: `encode` makes the value fit for JSON."""

    name: str
    index: int
    clean: Callable[[Cell], Any]
    encode: Callable[[Any], Any] | None
    column: Column


class RowReader:
    """Turns rows of one table. Built for each block of a sheet, and for a row that is mended on a page."""

    def __init__(
        self,
        *,
        table: Table,
        indexes: Mapping[str, int],
        places: Places,
        today: date,
        in_wan: frozenset[str] = frozenset(),
        others: Mapping[int, str] | None = None,
        hints: Sequence[str] = (),
    ) -> None:
        self._table, self._places, self._hints = table, places, hints
        self._steps = [
            Step(c.name, indexes[c.name], *_turning(c, today, c.name in in_wan), c)
            for c in table.columns
            if c.name in indexes and c.name not in PLACE_COLUMNS
        ]
        self._place = [indexes.get(name, -1) for name in PLACE_COLUMNS]
        self._required = [column for column in table.columns if column.required]
        self._sealed = [(c.name, f"{c.name}_digest" if c.has_digest else "") for c in table.columns if c.sealed]
        self._extras = [(c.name, to_json(c.label)[1:-1]) for c in table.columns if c.extra]
        self._others = [(i, to_json(heading)[1:-1]) for i, heading in (others or {}).items() if table.keeps_rest]
        self._width = max([*indexes.values(), *[index for index, _ in self._others], 0]) + 1
        self._hinted: dict[str, str] = {}
        self._located: dict[tuple[Cell, ...], str] = {}
        self._seal_next = sealing.sealer()

    @classmethod
    def of_block(cls, block: Block, *, places: Places, today: date, hints: Sequence[str]) -> "RowReader":
        """For the rows below a heading."""
        return cls(
            table=block.table, indexes=block.places, places=places, today=today,
            in_wan=block.in_wan, others=block.unknown, hints=hints,
        )  # fmt: skip

    def read(self, cells: Sequence[Cell], village: str = "", holes: frozenset[int] = frozenset()) -> RowValues:
        """The row's values. `holes` are columns whose stored value is missing; `village` is what stood above the row."""
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        row = RowValues()
        self._clean(row, cells, holes)
        self._require(row)
        if self._table.has_place:
            self._locate(row, cells, village)
        if self._table.has_fingerprint:
            row.fingerprint = _fingerprint(row)
        if self._table.keeps_rest:
            self._keep_rest(row, cells)
        self._seal(row)
        return row

    def _clean(self, row: RowValues, cells: Sequence[Cell], holes: frozenset[int]) -> None:
        values = row.values
        for name, index, clean, encode, column in self._steps:
            if holes and index in holes:
                _wrong(row, name, "formula.unstored", UNSTORED)
                continue
            cell = cells[index]
            if cell == "":
                continue
            try:
                value = clean(cell)
            except Unclean as no:
                if not column.keep:
                    _wrong(row, name, no.code, no.sentence)
                    continue
                value = tidy(cell)
            if value is not None:
                values[name] = encode(value) if encode else value
                if column.derive:
                    values.update(column.derive(value))

    def _require(self, row: RowValues) -> None:
        for column in self._required:
            if column.name not in row.values and not any(one["column"] == column.name for one in row.problems):
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

    def _keep_rest(self, row: RowValues, cells: Sequence[Cell]) -> None:
        """What has no column of its own in the target: known by our labels, unknown by the sheet's headings."""
        rest = {label: row.values.pop(name) for name, label in self._extras if name in row.values}
        for index, heading in self._others:
            cell = cells[index]
            if cell != "":
                rest[heading] = tidy(cell)
        if rest:
            row.values[self._table.keeps_rest] = texts_to_json(rest)

    def _seal(self, row: RowValues) -> None:
        values, seal_next = row.values, self._seal_next
        for name, digest_name in self._sealed:
            value = values.pop(name, "")
            row.sealed.append(seal_next(value))
            if digest_name and value:
                values[digest_name] = sealing.digest(value).hex()


def _wrong(row: RowValues, column: str, code: str, sentence: str) -> None:
    row.problems.append({"column": column, "code": code, "sentence": sentence})


def _turning(column: Column, today: date, in_wan: bool) -> tuple[Callable[[Cell], Any], Callable[[Any], Any] | None]:
    """The cleaner of a column, and what makes its values fit for JSON."""
    clean = column.cleaner(today, in_wan)
    if column.looks is Looks.AMOUNT:
        return (spell_amount, None) if clean is clean_amount else (clean, str)
    return clean, date.isoformat if column.looks is Looks.DATE else None


def _fingerprint(row: RowValues) -> bytes:
    """A keyed digest of all recognised values; columns that are absent and cells that are empty are the same."""
    said = "\x1f".join([f"{name}={value}" for name, value in row.values.items()])
    keyed = _keyed(settings.PAIBOU_DIGEST_KEY).copy()
    keyed.update(f"{row.village_code}\x1f{said}".encode())
    return keyed.digest()


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(key=key, digest_size=16)
