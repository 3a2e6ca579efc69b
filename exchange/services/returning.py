"""The sender's workbook with a column that says what is wrong with each problem row."""

from collections.abc import Sequence

from django.db import transaction
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import AccessLog, User
from accounts.services.access import log_access
from exchange import files
from exchange.jobs import submit
from exchange.models import Batch, Job, ProducedFile, StagedRow
from exchange.services.mending import block_of, own_cells
from paibou.lib.recognition.columns import REASON
from paibou.lib.refused import Refused
from paibou.lib.workbook import sender
from paibou.lib.workbook.reader import FileRefused

TASK = "exchange.return_batch"
WIDTH = 36
_WRONG = PatternFill("solid", fgColor="FBE5E2")
_RED = Font(color="A3261C")


@transaction.atomic
def order_reasons(*, batch: Batch, by: User) -> Job:
    """Have the workbook with reasons made by a job. Refused when no row has a problem."""
    problems = batch.rows.of(StagedRow.Verdict.PROBLEM).count()
    if not problems:
        raise Refused("这一批没有问题行，不用下载")
    log_access(
        user=by, kind=AccessLog.Kind.EXPORT, what=f"带原因的名单 {batch.upload.name}", village_code=batch.village_code,
        noun="batch", keys=[batch.pk], rows=batch.received, reason="改问题行",
    )  # fmt: skip
    return submit(
        task=TASK, title=f"带原因的名单 {batch.upload.name}"[:120], user=by, village_code=batch.village_code,
        arguments={"batch": batch.pk},
    )  # fmt: skip


def make_reasons(*, job: Job, batch: Batch) -> ProducedFile:
    """The workbook, sealed. Made twice it is two files with the same content."""
    rows = list(batch.rows.of(StagedRow.Verdict.PROBLEM).order_by("pk"))
    data = with_reasons(files.read(batch.upload.path), batch, rows, mended=list(batch.rows.filter(mended=True)))
    stem = batch.upload.name.rpartition(".")[0] or batch.upload.name
    return ProducedFile.objects.create(
        job=job, name=f"{stem}_带原因.xlsx"[-160:], path=files.keep(data, "produced"), digest=files.digest_of(data),
        size=len(data), rows=len(rows), village_code=batch.village_code, user=job.user,
    )  # fmt: skip


def with_reasons(data: bytes, batch: Batch, rows: Sequence[StagedRow], mended: Sequence[StagedRow] = ()) -> bytes:
    """The same sheets, rows and columns, and behind them 错误说明; wrong rows are marked.

    What was typed on the page into `mended` rows stands in their cells, so that nobody mends it twice.
    """
    try:
        book = sender.opened(data, batch.upload.name)
    except FileRefused as no:
        raise Refused(str(no)) from None
    heads = {sheet["sheet"]: [max(b["rows"]) for b in sheet["blocks"] if b["rows"]] for sheet in batch.recognised}
    for row in mended:
        _put_own_cells(book, batch, row)
    for sheet in book.worksheets:
        mine = [row for row in rows if sender.title_of(row.sheet) == sheet.title]
        if mine:
            _explain(sheet, heads.get(mine[0].sheet) or [1], mine)
    return sender.saved(book)


def _put_own_cells(book: Workbook, batch: Batch, row: StagedRow) -> None:
    """Into the columns of its heading; a column that the file does not have takes nothing."""
    block = block_of(batch, row)
    indexes = {one["column"]: one["index"] for one in block["columns"]}
    for name, typed in own_cells(row).items():
        if name in indexes:
            cell = _alone(book[sender.title_of(row.sheet)], row.row, indexes[name] + 1)
            sender.put(cell, f"{typed}元" if name in block["in_wan"] and typed[-1:].isdecimal() else typed)


def _alone(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell; one merged over several rows is parted first, each with what stood in it, lest all of them change."""
    around = [
        one
        for one in sheet.merged_cells.ranges
        if one.min_row <= row <= one.max_row and one.min_col <= column <= one.max_col
    ]
    for merged in around:
        value = sheet.cell(merged.min_row, merged.min_col).value
        sheet.unmerge_cells(merged.coord)
        for place in merged.cells:
            sender.put(sheet.cell(*place), value)
    return sheet.cell(row, column)


def _explain(sheet: Worksheet, heads: Sequence[int], rows: Sequence[StagedRow]) -> None:
    column = _column(sheet, heads)
    for head in heads:
        sender.put(sheet.cell(head, column), REASON)
    sheet.column_dimensions[sheet.cell(heads[0], column).column_letter].width = WIDTH
    for row in rows:
        cell = sheet.cell(row.row, column)
        sender.put(cell, "；".join(row.sentences))
        cell.font, cell.alignment = _RED, Alignment(wrap_text=True, vertical="top")
        for each in sheet[row.row][: column - 1]:
            each.fill = _WRONG


def _column(sheet: Worksheet, heads: Sequence[int]) -> int:
    """Where the reasons go: over those of the last time, else behind everything."""
    for cell in sheet[heads[0]]:
        if cell.value == REASON:
            for row in range(heads[0] + 1, sheet.max_row + 1):
                sheet.cell(row, cell.column).value = None
            return cell.column
    return sender.last_column(sheet) + 1
