"""Staged rows on their way into the database, by COPY."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from exchange.models import StagedRow
from exchange.services.json_text import texts_to_json, to_json
from exchange.services.row_values import RowValues
from paibou.lib import sealing

SLOTS = 5
_COLUMNS = (
    "batch_id", "table", "sheet", "row", "round", "village_code", "values", "fingerprint", "raw",
    *(f"sealed_{slot}" for slot in range(1, SLOTS + 1)),
    "verdict", "problems", "judged_code", "judged_column", "judged_sentence", "reason", "mended",
)  # fmt: skip
_COPY = f"COPY exchange_stagedrow ({', '.join(f'{column!r}' for column in _COLUMNS)}) FROM STDIN".replace("'", '"')
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NOTHING = [r"\\x"] * SLOTS


class Lines:
    """COPY's input as a file that is made while it is read: rows are cleaned here while the server takes them in.

    An error in the making ends the input and stands in `error`: raised inside COPY it would lose its type.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.error: Exception | None = None

    def read(self, size: int = 1 << 16) -> str:
        parts, length = [], 0
        try:
            for line in self._lines:
                parts.append(line)
                length += len(line)
                if length >= size:
                    break
        except Exception as error:  # noqa: BLE001 -- raised again by copy_rows
            self.error = error
            return ""
        return "".join(parts)


def copy_rows(lines: Iterator[str]) -> None:
    """Copy the lines in; whatever their making raised is raised here, inside the caller's transaction."""
    source = Lines(lines)
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY, source, 1 << 16)
    if source.error:
        raise source.error


def line_of(batch_id: int, table: str, sheet: str, number: int, row: RowValues, raw: str, reason: str) -> str:
    """One line of COPY. The raw cells are kept, sealed, only where something is wrong with them."""
    verdict = StagedRow.Verdict.NEW
    if row.problems:
        verdict = StagedRow.Verdict.PROBLEM
    if reason:
        verdict = StagedRow.Verdict.LEFT_OUT
    sealed = [rf"\\x{value.hex()}" for value in row.sealed]
    values = texts_to_json(row.values)
    return "\t".join([
        str(batch_id), table, sheet.translate(_ESCAPES), str(number), "1", row.village_code,
        values.replace("\\", "\\\\") if "\\" in values else values,
        rf"\\x{row.fingerprint.hex()}", rf"\\x{sealing.seal(raw).hex()}", *sealed, *_NOTHING[len(sealed) :],
        verdict.value, _json(row.problems) if row.problems else "[]", "", "", "", reason.translate(_ESCAPES), "f\n",
    ])  # fmt: skip


def _json(value: Any) -> str:
    return to_json(value).replace("\\", "\\\\")
