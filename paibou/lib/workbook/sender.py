"""A sender's own workbook, opened to have something written beside its rows."""

import io
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.workbook.child import INVALID_TITLE_REGEX as UNFIT
from openpyxl.worksheet.worksheet import Worksheet

from paibou.lib.workbook.reader import open_workbook

PACKED = b"PK\x03\x04"


def opened(data: bytes, name: str) -> Workbook:
    """The sender's .xlsx as it is, formulas as the values they had; others as a new one with the same sheets and rows."""
    if data.startswith(PACKED) and name.lower().endswith((".xlsx", ".xlsm")):
        return load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    book = Workbook()
    book.remove(book.active)
    with open_workbook(data, name) as sheets:
        for sheet in sheets:
            made = book.create_sheet(title_of(sheet.name))
            for number, cells in sheet.rows:
                for column, value in enumerate(cells, 1):
                    if value not in (None, ""):
                        put(made.cell(number, column), value)
    return book


def title_of(name: str) -> str:
    """A sheet's name in a workbook; that of a .csv is its file's, which may hold signs that a workbook refuses."""
    return UNFIT.sub("_", name)[:31]


def put(cell: Cell, value: Any) -> None:
    """Text is written as text: what somebody typed as a formula never runs."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def last_column(sheet: Worksheet) -> int:
    """The last column that holds anything; formatted blank ones do not count."""
    return max((cell.column for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")), default=0)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
