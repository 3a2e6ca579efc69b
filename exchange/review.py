"""What the page of a batch shows: sums, problem rows with their cells, columns as they were recognised."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from exchange.models import Batch, StagedRow
from exchange.queries import village_names
from exchange.services.mending import typed_cells
from paibou.lib.cleaners.text import is_nothing
from paibou.lib.importing import ANOTHER, THIS, Column, Kind, Looks, imports
from paibou.lib.privacy import mask_account, mask_id, mask_phone
from paibou.lib.recognition.columns import OURS
from paibou.lib.recognition.headings import plain

Verdict = StagedRow.Verdict
MASKS = {Looks.IDENTITY: mask_id, Looks.PHONE: mask_phone, Looks.CODE: mask_account}
PLACES = {"village": "村", "township": "乡镇", "county": "县区"}


@dataclass(frozen=True)
class Sum:
    """One number of the sum line, and where it begins in the bar."""

    verdict: str
    label: str
    count: int
    start: int

    @property
    def is_bad(self) -> bool:
        return self.verdict == Verdict.PROBLEM and self.count > 0


def sums_of(batch: Batch) -> list[Sum]:
    start, sums = 0, []
    for verdict in Verdict:
        count = getattr(batch, verdict.value)
        sums.append(Sum(verdict.value, str(verdict.label), count, start))
        start += count
    return sums


@dataclass(frozen=True)
class Wrong:
    """One cell of a problem row: what was written, what is wrong, and under which name the cure is sent."""

    column: str
    label: str
    raw: str
    sentence: str


def problems_of(batch: Batch) -> QuerySet[StagedRow]:
    """Problem rows with the column of the first problem."""
    rows = batch.rows.of(Verdict.PROBLEM)
    return rows.annotate(  # type: ignore[return-value]
        first=Coalesce(KT("problems__0__column"), F("judged_column"), output_field=TextField())
    )


def views_of(batch: Batch, kind: Kind) -> list[tuple[str, str, int]]:
    """Which kinds of problem there are: column, its label, how many rows."""
    counts = problems_of(batch).order_by().values("first").annotate(rows=Count("pk")).values_list("first", "rows")  # type: ignore[misc]  # annotated
    named = [(column, _label(kind, column), rows) for column, rows in counts]
    return sorted(named, key=lambda one: -one[2])


def _label(kind: Kind, column: str) -> str:
    found = next((table.by_name[column] for table in kind.tables if column in table.by_name), None)
    return found.label if found else PLACES.get(column, "其他")


def explain(rows: list[StagedRow], batch: Batch, *, full: bool) -> None:
    """Give each problem row its `who` and its `wrongs`, raw cells masked unless the task is open."""
    kind = imports[batch.kind]
    for row in rows:
        row.batch = batch
    filed = kind.filed(rows) if kind.filed else {}
    for row in rows:
        table = kind.by_slug[row.table]
        cells, _ = typed_cells(row)
        row.who = cells.get(table.naming, "")  # type: ignore[attr-defined]
        found = [(one["column"], one["sentence"]) for one in row.problems]
        if row.judged_sentence:
            sentence, column = row.judged_sentence, table.by_name.get(row.judged_column)
            if row.pk in filed:
                for word, value in ((ANOTHER, filed[row.pk]), (THIS, cells.get(row.judged_column, ""))):
                    sentence = sentence.replace(word, f"“{_shown(column, value, full=full)}”")
            found.append((row.judged_column, sentence))
        row.wrongs = [  # type: ignore[attr-defined]
            Wrong(name, _label(kind, name), _shown(table.by_name.get(name), cells.get(name, ""), full=full), sentence)
            for name, sentence in found
        ]


def _shown(column: Column | None, cell: str, *, full: bool) -> str:
    if column is None or full or is_nothing(cell) or not column.sealed:
        return cell
    return MASKS.get(column.looks, mask_id)(cell)


@dataclass(frozen=True)
class Line:
    """One row of a list by verdict."""

    row: StagedRow
    who: str
    village: str
    facts: str


def lines_of(rows: list[StagedRow], batch: Batch) -> list[Line]:
    """Rows in short: whom they are about, where, and what else they say without what is sealed."""
    kind, names = imports[batch.kind], village_names(row.village_code for row in rows)
    lines = []
    for row in rows:
        row.batch = batch
        table = kind.by_slug[row.table]
        said = {
            column.name: row.values.get(column.name)
            for column in table.columns
            if column.headings and not column.sealed
        }
        if row.raw and (row.problems or row.verdict == Verdict.LEFT_OUT):
            said |= {name: cell for name, cell in json.loads(row.raw)["cells"].items() if name in said}
        who = said.pop(table.naming, None) or ""
        facts = [
            f"{table.by_name[name].label} {table.by_name[name].said(value)}"
            for name, value in said.items()
            if value is not None
        ]
        lines.append(Line(row, str(who), names.get(row.village_code, ""), " · ".join(facts[:6])))
    return lines


def columns_of(batch: Batch, kind: Kind) -> list[dict[str, Any]]:
    """By table of the workbook: its headings with the columns they were taken for, once for equal ones."""
    blocks: dict[str, dict[str, Any]] = {}
    for sheet in batch.recognised:
        for block in sheet["blocks"]:
            table = kind.by_slug[block["table"]]
            known = blocks.setdefault(block["table"], {"table": table, "sheets": [], "columns": {}})
            if sheet["sheet"] not in known["sheets"]:
                known["sheets"].append(sheet["sheet"])
            for column in block["columns"]:
                if plain(column["heading"]) not in OURS and not known["columns"].get(column["heading"]):
                    known["columns"][column["heading"]] = column["column"]
    return list(blocks.values())
