"""The annex: a workbook with the rows behind each figure, one sheet a figure, the same query as the number."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone

from accounts.models import Division
from paibou.lib.figures import Column, Source, Window
from paibou.lib.wording import full_day, period
from reports import engine
from reports.engine import Asked

VILLAGE_WIDTH = 12
UNFIT_FOR_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
UNFIT_FOR_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
CHUNK = 2000


@dataclass(frozen=True)
class Sheet:
    """A figure with its value, to be written with its rows."""

    label: str
    unit: str
    value: Decimal
    asked: Asked

    @property
    def rows(self) -> str:
        return f"{self.value.normalize():f} {self.unit}"


def workbook(sheets: Sequence[Sheet], prefix: str, *, full: bool = False, head: str = "") -> bytes:
    """The workbook; numbers of people are masked unless `full`. Nothing in a cell is a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 -- slow import

    book = Workbook(write_only=True)
    names = [
        f"{number:02} {UNFIT_FOR_A_SHEET_NAME.sub('', sheet.label)}"[:31] for number, sheet in enumerate(sheets, 1)
    ]
    _contents(book, sheets, names, head)
    villages = dict(Division.objects.inside(prefix).values_list("padded_code", "name"))
    for name, sheet in zip(names, sheets, strict=True):
        _sheet(book, name, sheet, prefix, villages, full)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def window_said(window: Window) -> str:
    """2025年10月20日, or 2025年1月1日 – 10月20日 (the last day is included)."""
    return period(window.start, window.day) if window.start else full_day(window.day)


def row_values(row: Any, source: Source, *, full: bool, listed: bool = False) -> Iterator[tuple[Column, Any]]:
    """What the source says of a row, masked unless `full`."""
    for column in source.columns:
        if column.is_listed or not listed:
            value = reach(row, column.path)
            yield column, column.mask(value or "") if column.mask and not full else value


def _contents(book: Any, sheets: Sequence[Sheet], names: Sequence[str], head: str) -> None:
    page = book.create_sheet("目录")
    for letter, width in zip("ABCDEF", (34, 12, 8, 30, 90, 12), strict=True):
        page.column_dimensions[letter].width = width
    if head:
        page.append([_cell(page, head, bold=True)])
    page.append([_cell(page, text, bold=True) for text in ("附表", "数值", "单位", "时段", "口径")])
    for name, sheet in zip(names, sheets, strict=True):
        figure = sheet.asked.figure
        said = (name, sheet.value, sheet.unit, window_said(sheet.asked.window), figure.definition)
        page.append([_cell(page, value) for value in said])


def _sheet(book: Any, name: str, sheet: Sheet, prefix: str, villages: Mapping[str, str], full: bool) -> None:
    source = sheet.asked.figure.source
    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    for number, width in enumerate((6, VILLAGE_WIDTH, *(column.width for column in source.columns))):
        page.column_dimensions[chr(65 + number)].width = width
    page.append([_cell(page, text, bold=True) for text in ("序号", "村", *(column.label for column in source.columns))])
    rows = engine.rows(sheet.asked, [prefix]).select_related(*source.related).order_by("village_code", "pk")
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK), 1):
        said = [value for _, value in row_values(row, source, full=full)]
        village = villages.get(row.village_code, row.village_code)
        page.append([_cell(page, value) for value in (number, village, *said)])


def reach(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name, None)
        if callable(row):
            row = row()
    return row


def _cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell whose text is text, whatever sign it begins with."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 -- slow import
    from openpyxl.styles import Font  # noqa: PLC0415 -- slow import

    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None)
    elif not isinstance(value, date | int | Decimal | None):
        value = UNFIT_FOR_A_CELL.sub("", str(value))
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def sheets_of(counted: Iterable[Any]) -> list[Sheet]:
    """Sheets for counted lines."""
    return [Sheet(each.line.label, each.line.unit, each.value, each.asked) for each in counted]
