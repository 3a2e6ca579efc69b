"""Answers written into a workbook that somebody else made: beside its columns, or into those it left for them."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from monitoring.models import Alert
from paibou.lib.cleaners import narrow
from paibou.lib.refused import Refused
from paibou.lib.workbook import sender
from paibou.lib.workbook.reader import FileRefused

Place = tuple[str, int]  # sheet, row
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
    try:
        book = sender.opened(data, name)
    except FileRefused as no:
        raise Refused(str(no)) from no
    blocks = {sender.title_of(sheet["sheet"]): sheet["blocks"] for sheet in recognised}
    by_sheet: dict[str, dict[int, Alert]] = {}
    for (sheet, row), alert in answers.items():
        by_sheet.setdefault(sender.title_of(sheet), {})[row] = alert
    for sheet in book.worksheets:
        if sheet.title in by_sheet:
            _answer_sheet(sheet, blocks.get(sheet.title, []), by_sheet[sheet.title])
    return sender.saved(book)


def _answer_sheet(sheet: Worksheet, blocks: Sequence[Mapping], alerts: Mapping[int, Alert]) -> None:
    heads = [max(block["rows"]) for block in blocks if block["rows"]] or [max(min(alerts) - 1, 1)]
    columns = _columns(sheet, blocks, alerts)
    beside = max(1, min(columns.values()) - 1)
    for head in heads:
        for label, column in columns.items():
            cell = sheet.cell(head, column)
            if cell.value in (None, ""):
                cell._style = copy(sheet.cell(head, beside)._style)
                sender.put(cell, label)
                sheet.column_dimensions[cell.column_letter].width = WIDTH
    for row, alert in alerts.items():
        for label, value in answer_cells(alert).items():
            cell = sheet.cell(row, columns[label])
            cell._style = copy(sheet.cell(row, beside)._style)
            cell.number_format = "yyyy-mm-dd" if label == "核查日期" else "@"
            sender.put(cell, value)


def _columns(sheet: Worksheet, blocks: Sequence[Mapping], alerts: Mapping[int, Alert]) -> dict[str, int]:
    """Where each answer goes: into the sender's empty column of that name, else behind all that the sheet holds."""
    headings = {narrow(each["heading"]): each["index"] + 1 for block in blocks for each in block["columns"]}
    end = max(sender.last_column(sheet), *headings.values()) if headings else sender.last_column(sheet)
    free, columns = iter(range(end + 1, end + 1 + len(COLUMNS))), {}
    for label, names in COLUMNS.items():
        theirs = next((headings[name] for name in names if name in headings), None)
        left_open = theirs and all(sheet.cell(row, theirs).value in (None, "") for row in alerts)
        columns[label] = theirs if theirs and left_open else next(free)
    return columns
