"""Lists as workbooks. Text is written as text: what somebody typed as a formula never runs."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

from rustpy_xlsxwriter import FastExcel

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written(sheets: Mapping[str, Iterable[Mapping[str, Any]]]) -> bytes:
    """The workbook: by sheet its rows, each from heading to value; the headings are those of the first row."""
    out = io.BytesIO()
    book = FastExcel(out).freeze(row=1)
    for name, rows in sheets.items():
        book = book.sheet(name, rows)
    book.save()
    return out.getvalue()
