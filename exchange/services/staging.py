"""From a file to staged rows: read, recognised, cleaned, and copied in committed chunks."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.db import transaction

from exchange import files
from exchange.jobs import report_progress
from exchange.models import Batch, ColumnMeaning, Job, StagedRow
from exchange.places import places_of
from exchange.services.copying import copy_rows, head_of, line_of
from exchange.services.judging import count, judge
from exchange.services.row_values import RowReader, RowValues
from paibou.lib.cleaners import tidy
from paibou.lib.cleaners.places import Places
from paibou.lib.importing import Kind, imports
from paibou.lib.recognition.columns import Block
from paibou.lib.recognition.sheets import Found, Recognised, SheetReader
from paibou.lib.recognition.titles import Said, said
from paibou.lib.refused import Refused
from paibou.lib.wording import full_day
from paibou.lib.workbook.reader import FileRefused, Sheet, open_workbook

CHUNK = 5_000  # rows that are committed together
TOGETHER = 100  # rows that are turned together
NO_HEADING = "没有认出{label}的表头；表里要有一行写着{columns}这样的列名"
NO_ROWS = "认出了表头，可下面没有一行数据"
OTHER_KIND = "这是{other}的样子（{sheets}），不是{label}；请回到导入页选“{other}”再传"
LONGEST_CELL = 500


class Stager:
    """One reading of one batch."""

    def __init__(self, batch: Batch, job: Job, today: date) -> None:
        self.batch, self.job, self.today = batch, job, today
        self.kind: Kind = imports[batch.kind]
        self.places: Places = places_of(batch.user)
        self.meanings = meanings_of(batch)  # asked now: while rows are copied in, the connection takes no other word
        self.titles: list[str] = [batch.upload.name]
        self.recognised: list[Recognised] = []
        self.done = 0
        self.total: int | None = None

    def stage(self, sheets: Iterator[Sheet]) -> None:
        """Stage every row of the file. `FileRefused` when it is no workbook, or holds nothing of the kind."""
        with transaction.atomic():
            report_progress(job=self.job, done=0, stage="正在读取")
            StagedRow.objects.filter(batch=self.batch).delete()
        lines = self._lines(sheets)
        while first := next(lines, None):
            with transaction.atomic():
                copy_rows(self._chunk(first, lines))
                report_progress(job=self.job, done=self.done, total=self.total, stage="正在读取")
        if other := self._other_kind():
            raise FileRefused(other)
        if not any(sheet.blocks for sheet in self.recognised):
            raise FileRefused(self._no_heading())
        if not self.done:
            raise FileRefused(NO_ROWS)

    def _chunk(self, first: str, lines: Iterator[str]) -> Iterator[str]:
        full = self.done + CHUNK
        yield first
        while self.done < full and (more := next(lines, None)):
            yield more

    def _lines(self, sheets: Iterator[Sheet]) -> Iterator[str]:
        before: Block | None = None
        anybodys = {word: column for told in self.meanings.values() for word, column in told.items() if column}
        for sheet in sheets:
            self.total = sheet.height if not self.recognised else None  # one sheet's height is known, all sheets' not
            reader = SheetReader(sheet, self.kind.tables, self.places, before)
            self.titles += reader.above(anybodys)
            reader.learn(self.meanings.get(self.source(), {}))
            yield from self._lines_of(sheet, reader)
            self.recognised.append(reader.recognised)
            before = reader.recognised.blocks[-1] if reader.recognised.blocks else before

    def _lines_of(self, sheet: Sheet, reader: SheetReader) -> Iterator[str]:
        columns_without_value: dict[int, set[int]] = {}
        for row, column in sheet.holes:
            columns_without_value.setdefault(row + 1, set()).add(column)
        for block, found in groupby(reader.rows(), attrgetter("block")):
            hints = (sheet.name, *block.titles, self.batch.upload.name)
            rows = RowReader.of_block(block, places=self.places, today=self.today, hints=hints)
            head = head_of(self.batch.pk, block.table.slug, sheet.name)
            while some := list(islice(found, TOGETHER)):
                holes = {
                    index: columns
                    for index, one in enumerate(some)
                    if columns_without_value and (columns := columns_without_value.get(one.number))
                }
                read = rows.read([one.cells for one in some], [one.village for one in some], holes)
                self.done += len(some)
                yield "".join([_line(head, one, row) for one, row in zip(some, read, strict=True)])

    def source(self) -> str:
        """The source that was given, else the first that file name and titles name."""
        if self.batch.source or not self.kind.source_of:
            return self.batch.source
        return next((found for title in self.titles if (found := self.kind.source_of(title))), "")

    def said(self) -> Said:
        return said(self.titles, self.today)

    def _other_kind(self) -> str:
        """The sentence for a workbook whose sheets bear the names of another kind's tables: 户 and 家庭成员 are no alerts."""
        sheets = {sheet.sheet for sheet in self.recognised}
        for other in imports:
            names = [table.label for table in other.tables]
            if other is not self.kind and len(names) > 1 and sheets.issuperset(names):
                return OTHER_KIND.format(other=other.label, sheets="、".join(names), label=self.kind.label)
        return ""

    def _no_heading(self) -> str:
        columns = [column.label for column in self.kind.tables[0].columns if column.required]
        return NO_HEADING.format(label=self.kind.label, columns="、".join(columns))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Rows come and go by the ten thousand and hold no cycles: looking for some takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def meanings_of(batch: Batch) -> dict[str, dict[str, str]]:
    """What people said before of headings, by source."""
    meanings: dict[str, dict[str, str]] = {}
    for told in ColumnMeaning.objects.filter(kind=batch.kind, village_code=batch.village_code):
        meanings.setdefault(told.source, {})[told.heading] = told.column
    return meanings


def _line(head: str, found: Found, row: RowValues) -> str:
    """A row's line of COPY. Its cells are kept where something is wrong with them."""
    raw = cells_as_typed(found) if row.problems or found.reason else ""
    return line_of(head, found.number, row, raw, found.reason)


def cells_as_typed(found: Found) -> str:
    """The cells by column and, of those nobody knew, by heading, as JSON: what a person mends."""

    def typed(index: int) -> str:
        return tidy(found.cells[index])[:LONGEST_CELL] if index < len(found.cells) else ""

    cells = {name: cell for name, index in found.block.places.items() if (cell := typed(index))}
    rest = {heading: cell for index, heading in found.block.unknown.items() if (cell := typed(index))}
    return json.dumps({"cells": cells, "rest": rest}, ensure_ascii=False)


def stage_batch(*, batch: Batch, job: Job, today: date, at_once: bool = False) -> str:
    """Stage and judge a batch; gives what came of it as a sentence. `Refused` when the file is not taken.

    `at_once`: nobody looks at the counts before the rows are written, so writing alone judges them.
    """
    if batch.state == Batch.State.DROPPED:
        raise Refused("这一批已经放弃，没有再读")
    data = files.read(batch.upload.path)
    try:
        with without_collecting(), open_workbook(data, batch.upload.name) as sheets:
            stager = Stager(batch, job, today)  # while the file is being parsed
            stager.stage(sheets)
    except FileRefused as no:
        refuse_batch(batch=batch, sentence=str(no))
        raise Refused(str(no)) from None
    with transaction.atomic():
        _write_down(batch, stager)
        if at_once:
            count(batch)
        else:
            judge(batch=batch, today=today)
        batch.state = Batch.State.REVIEW
        batch.save(update_fields=["state"])
        report_progress(job=job, done=stager.done, total=stager.done, stage="正在核对")
    return f"收到 {batch.received} 行，新增 {batch.new}，有问题 {batch.problem}"


@transaction.atomic
def refuse_batch(*, batch: Batch, sentence: str) -> None:
    """The file is not taken; what was staged of it goes."""
    StagedRow.objects.filter(batch=batch).delete()
    batch.state, batch.file_refused = Batch.State.REFUSED, sentence
    batch.received = batch.new = batch.changed = batch.same = batch.problem = batch.left_out = 0
    batch.save()


def _write_down(batch: Batch, stager: Stager) -> None:
    """Source, day and count as given, else as file name and titles say, else by default, and then it is noted."""
    words, kind = stager.said(), stager.kind
    batch.notes = []
    if "source" in kind.asks and not batch.source:
        batch.source = stager.source()
        if not batch.source:
            batch.notes.append("没写来源，按“未注明来源”收")
    if "received_on" in kind.asks and batch.received_on is None:
        batch.received_on = words.day or stager.today
        if not words.day:
            period = f"题名只写到 {words.period}，" if words.period else "没写收到日期，"
            batch.notes.append(f"{period}按今天 {full_day(stager.today)} 收")
    if "as_of" in kind.asks:
        batch.as_of = batch.as_of or words.day or stager.today
    batch.announced_rows = words.count
    if words.count is not None and words.count != stager.done:
        batch.notes.append(f"文件名或题名写的是 {words.count}，读到 {stager.done} 行，请核对")
    batch.recognised = [_as_data(sheet) for sheet in stager.recognised]
    batch.save()


def _as_data(sheet: Recognised) -> dict[str, Any]:
    return {
        "sheet": sheet.sheet,
        "shown": sheet.is_shown,
        "words": sheet.words[:200],
        "blocks": [
            {
                "table": block.table.slug,
                "rows": list(block.heading_rows),
                "in_wan": sorted(block.in_wan),
                "columns": [
                    {"index": index, "heading": heading.whole, "column": _column_at(block, index)}
                    for index, heading in sorted(block.headings.items())
                ],
            }
            for block in sheet.blocks
        ],
    }


def _column_at(block: Block, index: int) -> str:
    column = block.columns.get(index)
    return column.name if column else ""
