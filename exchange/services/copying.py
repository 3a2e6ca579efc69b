"""Staged rows on their way into the database, by COPY."""

from collections.abc import Iterator

from django.db import OperationalError, connection

from exchange.services.json_text import to_json
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
_REST = ["\t".join(["", *[r"\\x"] * (SLOTS - used)]).removeprefix("" if used else "\t") for used in range(SLOTS + 1)]


class Lines:
    """COPY's input as a file that is made while it is read: rows are cleaned here while the server takes them in.

    An error in the making ends the input and stands in `error`: raised inside COPY it would lose its type.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.error: Exception | None = None

    def read(self, _size: int) -> str:
        """The next lines, however many."""
        try:
            return next(self._lines, "")
        except Exception as error:  # noqa: BLE001 -- raised again by copy_rows
            self.error = error
            return ""


def copy_rows(lines: Iterator[str]) -> None:
    """Copy the lines in; whatever their making raised is raised here, inside the caller's transaction."""
    source = Lines(lines)
    try:
        with connection.cursor() as cursor:
            cursor.copy_expert(_COPY, source)
    except SystemError as error:  # psycopg2, when the server goes away in the middle
        raise OperationalError(str(error.__cause__ or error)) from error
    if source.error:
        raise source.error


def line_of(head: str, number: int, row: RowValues, raw: str = "", reason: str = "") -> str:
    """One line of COPY behind its `head`. The raw cells are kept, sealed, only where something is wrong with them."""
    verdict, problems = "new", "[]"
    if row.problems:
        verdict, problems = "problem", _escaped(to_json(row.problems))
    if reason:
        verdict = "left_out"
    sealed = r"\\x" + "\t\\\\x".join(map(bytes.hex, row.sealed)) if row.sealed else ""
    kept = sealing.seal(raw).hex() if raw else ""
    return (
        f"{head}\t{number}\t1\t{row.village_code}\t{_escaped(row.values)}\t\\\\x{row.fingerprint.hex()}\t\\\\x{kept}"
        f"\t{sealed}{_REST[len(row.sealed)]}\t{verdict}\t{problems}\t\t\t\t{reason.translate(_ESCAPES)}\tf\n"
    )


def head_of(batch_id: int, table: str, sheet: str) -> str:
    """What all lines of one table of a sheet begin with."""
    return f"{batch_id}\t{table}\t{sheet.translate(_ESCAPES)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\") if "\\" in text else text
