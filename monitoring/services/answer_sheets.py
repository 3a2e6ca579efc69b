"""Answers written into a workbook that somebody else made: beside its columns, or into those it left for them."""

import io
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from monitoring.models import Alert
from paibou.lib.cleaners import narrow
from paibou.lib.refused import Refused
from paibou.lib.workbook.reader import FileRefused, open_workbook

Place = tuple[str, int]  # sheet, row
XLSX = (".xlsx", ".xlsm")
WIDTH = 14

# Our headings, with the names under which a sender may have left the column open.
COLUMNS: dict[str, tuple[str, ...]] = {
    "核查方式": ("核查方式", "核实方式", "排查方式"),
    "核查日期": ("核查日期", "核查时间", "核实日期", "核实时间", "排查时间"),
    "核查结果": ("核查结果", "核实结果", "排查结果", "核查情况", "核实情况"),
    "帮扶措施": ("帮扶措施", "采取措施", "落实措施", "帮扶情况"),
    "说明": ("说明", "情况说明", "核查说明", "核实说明"),
    "核查人": ("核查人", "核实人", "排查人", "核查人员"),
}


def answer_cells(alert: Alert) -> dict[str, Any]:
    """What is written beside the row of an alert; nothing beside one that nobody has answered."""
    if alert.is_void:
        return {"核查结果": "预警有误，未核查"}
    if alert.answer is None:
        return {}
    check = alert.answer
    return {
        "核查方式": check.get_method_display(),
        "核查日期": check.on,
        "核查结果": check.get_result_display(),
        "帮扶措施": check.help_label,
        "说明": check.note,
        "核查人": check.checker,
    }


def answered_workbook(data: bytes, name: str, recognised: Sequence[Mapping], answers: Mapping[Place, Alert]) -> bytes:
    """The workbook with its answers, as .xlsx; `recognised` says where its headings stand."""
    book = _opened(data, name)
    sheets = {sheet["sheet"]: sheet for sheet in recognised}
    for sheet in book.worksheets:
        mine = {row: alert for (title, row), alert in answers.items() if title == sheet.title}
        if mine:
            _answer_sheet(sheet, sheets.get(sheet.title, {"blocks": []})["blocks"], mine)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _opened(data: bytes, name: str) -> Workbook:
    """The sender's .xlsx as it is; .xls and .csv as a new workbook with the same sheets, rows and columns."""
    if name.lower().endswith(XLSX):
        return load_workbook(io.BytesIO(data))
    book = Workbook()
    book.remove(book.active)
    try:
        with open_workbook(data, name) as sheets:
            for sheet in sheets:
                made = book.create_sheet(sheet.name[:31])
                for number, cells in sheet.rows:
                    for column, value in enumerate(cells, 1):
                        if value not in (None, ""):
                            _put(made.cell(number, column), value)
    except FileRefused as no:
        raise Refused(str(no)) from no
    return book


def _put(cell: Cell, value: Any) -> None:
    """Text is written as text: what somebody typed as a formula never runs."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _answer_sheet(sheet: Worksheet, blocks: Sequence[Mapping], alerts: Mapping[int, Alert]) -> None:
    heads = [max(block["rows"]) for block in blocks if block["rows"]] or [max(min(alerts) - 1, 1)]
    columns = _columns(sheet, blocks, alerts)
    for head in heads:
        for label, column in columns.items():
            cell = sheet.cell(head, column)
            if cell.value in (None, ""):
                cell._style = copy(sheet.cell(head, max(1, min(columns.values()) - 1))._style)
                _put(cell, label)
                sheet.column_dimensions[cell.column_letter].width = WIDTH
    for row, alert in alerts.items():
        for label, value in answer_cells(alert).items():
            cell = sheet.cell(row, columns[label])
            cell._style = copy(sheet.cell(row, max(1, min(columns.values()) - 1))._style)
            cell.number_format = "yyyy-mm-dd" if label == "核查日期" else "@"
            _put(cell, value)


def _columns(sheet: Worksheet, blocks: Sequence[Mapping], alerts: Mapping[int, Alert]) -> dict[str, int]:
    """Where each answer goes: into the sender's empty column of that name, else behind all that the sheet holds."""
    headings = {narrow(each["heading"]): each["index"] + 1 for block in blocks for each in block["columns"]}
    end = max(_last_column(sheet), *headings.values(), 0) if headings else _last_column(sheet)
    free, columns = iter(range(end + 1, end + 1 + len(COLUMNS))), {}
    for label, names in COLUMNS.items():
        theirs = next((headings[name] for name in names if name in headings), None)
        left_open = theirs and all(sheet.cell(row, theirs).value in (None, "") for row in alerts)
        columns[label] = theirs if theirs and left_open else next(free)
    return columns


def _last_column(sheet: Worksheet) -> int:
    return max((cell.column for row in _filled(sheet) for cell in row), default=0)


def _filled(sheet: Worksheet) -> Iterator[list[Cell]]:
    for row in sheet.iter_rows():
        yield [cell for cell in row if cell.value not in (None, "")]
