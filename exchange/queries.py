"""Staged rows in the form in which the command line prints them."""

from collections.abc import Iterable
from typing import Any

from accounts.models import Division
from exchange.models import Batch, StagedRow
from paibou.lib.importing import Column, Kind, Table, imports

Verdict = StagedRow.Verdict


def report_of(batch: Batch, file: str) -> dict[str, Any]:
    """What became of a file: accepted (new and changed), duplicates (the same), rejected (problems)."""
    kind = imports[batch.kind]
    rows = list(batch.rows.order_by("pk"))
    return {
        "file": file,
        "file_refused": batch.file_refused or None,
        "accepted": _printed(kind, batch, [row for row in rows if row.verdict in Verdict.written()]),
        "duplicates": _printed(kind, batch, [row for row in rows if row.verdict == Verdict.SAME]),
        "rejected": [
            {"sheet": row.sheet, "row": row.row, "reason": "；".join(row.sentences)}
            for row in rows
            if row.verdict == Verdict.PROBLEM
        ],
        "left_out": [
            {"sheet": row.sheet, "row": row.row, "reason": row.reason}
            for row in rows
            if row.verdict == Verdict.LEFT_OUT
        ],
        "notes": batch.notes,
    }


def _printed(kind: Kind, batch: Batch, rows: list[StagedRow]) -> list[dict[str, Any]]:
    whole = [{"sheet": row.sheet, "row": row.row, **cells_of(row, kind.by_slug[row.table])} for row in rows]
    return kind.printed(batch, rows, whole) if kind.printed else whole


def cells_of(row: StagedRow, table: Table) -> dict[str, Any]:
    """The row's values by column, sealed ones opened; what could not be read as it was typed."""
    values = {column.name: row.values.get(column.name) for column in table.columns if not column.sealed}
    for slot, column in enumerate(sealed_columns(table), 1):
        values[column.name] = getattr(row, f"sealed_{slot}") or None
    return values


def sealed_columns(table: Table) -> list[Column]:
    return [column for column in table.columns if column.sealed]


def village_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of villages by code."""
    return dict(Division.objects.filter(padded_code__in=set(codes)).values_list("padded_code", "name"))
