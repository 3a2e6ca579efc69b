"""Rows that wait for a person: mended on the page, or left out with a reason."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from exchange.models import Batch, ColumnMeaning, Job, StagedRow
from exchange.places import places_of
from exchange.queries import cells_of
from exchange.services.copying import SLOTS
from exchange.services.judging import judge
from exchange.services.row_values import PLACE_COLUMNS, RowReader
from exchange.services.upload import read_again
from paibou.lib.importing import Table, imports
from paibou.lib.recognition.headings import plain
from paibou.lib.refused import Refused

Verdict = StagedRow.Verdict
SHORTEST_REASON = 2


def typed_cells(row: StagedRow) -> tuple[dict[str, str], dict[str, str]]:
    """What a row's cells say, by column, and those of columns that nobody knew, by heading.

    Of a row whose cells gave values these are spelt again: amounts in yuan, the village as its code.
    """
    if row.raw:
        kept = json.loads(row.raw)
        return kept["cells"], kept["rest"]
    table = imports[row.batch.kind].by_slug[row.table]
    values = cells_of(row, table)
    cells = {name: table.by_name[name].said(value) for name, value in values.items() if value is not None}
    rest = json.loads(cells.pop(table.keeps_rest, "{}"))
    cells |= {column.name: rest.pop(column.label) for column in table.columns if column.extra and column.label in rest}
    if row.village_code:
        cells["village"] = row.village_code
    return cells, rest


def own_cells(row: StagedRow) -> dict[str, str]:
    """Those cells of a row, by column, that were typed on the page: bare amounts among them are yuan."""
    kept = json.loads(row.raw) if row.raw else {}
    return {name: kept["cells"][name] for name in kept.get("ours", ())}


@transaction.atomic
def mend_row(*, row: StagedRow, cells: Mapping[str, str], today: date) -> StagedRow:
    """Put other cells into a problem row and judge it again; what is still wrong stands in the row given back."""
    batch, row = _held(row)
    table = imports[batch.kind].by_slug[row.table]
    before, rest = typed_cells(row)
    typed = {**before, **cells}
    in_yuan, ours = _in_yuan(row, table) | set(cells), set(own_cells(row)) | set(cells)
    if not typed.get("village") and not set(cells) & set(PLACE_COLUMNS) and row.village_code:
        typed["village"] = row.village_code  # it stood above the row, or in a title
    names = [name for name in typed if name in table.by_name or name in PLACE_COLUMNS]
    others = {len(names) + index: heading for index, heading in enumerate(rest)}
    reader = RowReader(
        table=table,
        indexes={name: index for index, name in enumerate(names)},
        places=places_of(batch.user),
        today=today,
        in_wan=set(block_of(batch, row)["in_wan"]) - in_yuan,
        others=others,
        hints=(row.sheet, batch.upload.name),
    )
    [read] = reader.read([[*(typed[name] for name in names), *rest.values()]])
    row.values, row.village_code, row.fingerprint, row.problems = (
        json.loads(read.values) | _derived(row, table, cells), read.village_code, read.fingerprint, read.problems
    )  # fmt: skip
    for slot in range(SLOTS):
        setattr(row, f"sealed_{slot + 1}", read.sealed[slot] if slot < len(read.sealed) else b"")
    row.raw = _as_raw(typed, rest, in_yuan, ours) if read.problems or ours else ""
    row.verdict = Verdict.PROBLEM if read.problems else Verdict.NEW
    row.judged_code = row.judged_column = row.judged_sentence = row.reason = ""
    row.round, row.mended = batch.rounds + 1, row.mended or bool(cells)
    row.save()
    judge(batch=batch, today=today)
    return StagedRow.objects.get(pk=row.pk)


def _in_yuan(row: StagedRow, table: Table) -> set[str]:
    """Columns whose cells are in yuan whatever the heading says: a person typed them, or they are values spelt again."""
    return set(json.loads(row.raw).get("in_yuan", ())) if row.raw else set(table.by_name)


def _as_raw(cells: Mapping[str, str], rest: Mapping[str, str], in_yuan: set[str], ours: Iterable[str] = ()) -> str:
    kept = {"cells": cells, "rest": rest, "in_yuan": sorted(in_yuan), "ours": sorted(ours)}
    return json.dumps(kept, ensure_ascii=False)


def _derived(row: StagedRow, table: Table, cells: Mapping[str, str]) -> dict[str, Any]:
    """What followed from cells that nobody touched: spelt again they may say less, a certificate only its number."""
    names = [name for column in table.columns if column.name not in cells for name, _ in column.derives]
    return {name: row.values[name] for name in names if name in row.values}


def block_of(batch: Batch, row: StagedRow) -> dict[str, Any]:
    """What was recognised of the last heading above the row: a sheet may hold several, in 元 and in 万元."""
    blocks = [block for sheet in batch.recognised if sheet["sheet"] == row.sheet for block in sheet["blocks"]]
    return [one for one in blocks if one["table"] == row.table and max(one["rows"], default=0) < row.row][-1]


@transaction.atomic
def leave_out(*, row: StagedRow, reason: str, today: date) -> StagedRow:
    """Do not import the row. Refused without a reason, or when it was written already."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("写明不导入的原因，如“重复统计”")
    batch, row = _held(row)
    if not row.raw:
        cells, rest = typed_cells(row)
        row.raw = _as_raw(cells, rest, _in_yuan(row, imports[batch.kind].by_slug[row.table]))
    row.verdict, row.reason = Verdict.LEFT_OUT, reason.strip()[:200]
    row.round = batch.rounds + 1
    row.save()
    judge(batch=batch, today=today)
    return row


def take_back(*, row: StagedRow, today: date) -> StagedRow:
    """Import a row that was left out after all."""
    if row.verdict != Verdict.LEFT_OUT:
        raise Refused("这一行本来就要导入")
    return mend_row(row=row, cells={}, today=today)


@transaction.atomic
def name_columns(*, batch: Batch, told: Mapping[str, str], by: User, seen: int = 0) -> Job:
    """Remember what headings mean in this source's workbooks of the township, and read the file again.

    An empty word takes a heading for unknown. Refused when two columns of one table would be the same, and as
    `read_again` says.
    """
    tables = imports[batch.kind].tables
    if not told:
        raise Refused("没有改动；要改认列，给那一列另选一个意思")
    if any(column and not any(column in table.by_name for table in tables) for column in told.values()):
        raise Refused("没有这一列可认")
    _refuse_alike(batch, told)
    for heading, column in told.items():
        ColumnMeaning.objects.update_or_create(
            kind=batch.kind, source=batch.source, village_code=batch.village_code, heading=plain(heading)[:120],
            defaults={"column": column, "user": by},
        )  # fmt: skip
    return read_again(batch=batch, by=by, seen=seen)


def _refuse_alike(batch: Batch, told: Mapping[str, str]) -> None:
    for block in (block for sheet in batch.recognised for block in sheet["blocks"]):
        table = imports[batch.kind].by_slug[block["table"]]
        first: dict[str, str] = {}
        for one in block["columns"]:
            column = told.get(one["heading"], one["column"])
            other = first.setdefault(column, one["heading"])
            if column in table.by_name and plain(other) != plain(one["heading"]):
                label = table.by_name[column].label
                raise Refused(f"“{other}”和“{one['heading']}”两列都选了{label}；只留一列，另一列改选别的或“没认出”")


@transaction.atomic
def correct_facts(*, batch: Batch, source: str, received_on: date, today: date) -> Batch:
    """Another source or day for a batch that is not written yet. Refused after the first writing."""
    batch = held_batch(batch.pk)
    if batch.rounds:
        raise Refused("这一批已经写入，来源和日期不能再改")
    batch.source, batch.received_on = source, received_on
    batch.notes = [note for note in batch.notes if "按今天" not in note and "来源" not in note]
    batch.save(update_fields=["source", "received_on", "notes"])
    judge(batch=batch, today=today)
    return batch


def _held(row: StagedRow) -> tuple[Batch, StagedRow]:
    """The batch, held, and the row as it now is. Refused when the row was written."""
    batch = held_batch(row.batch_id)
    row = batch.rows.get(pk=row.pk)
    row.batch = batch
    if row.verdict in Verdict.written() and row.round <= batch.rounds:
        raise Refused("这一行已经写入，不能再改；写错的记录在它自己的页面上更正")
    return batch, row


def held_batch(pk: int) -> Batch:
    """The batch, held; refused while a job has it or after it was given up.

    Its job is read once the lock is had: joined to the lock, it would be as it was before.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("upload", "user").get(pk=pk)
    if not batch.rows_stand:
        raise Refused("这一批已经放弃或还没读完，不能再改")
    if batch.is_busy:
        raise Refused("这一批正在处理，做完再改")
    return batch
