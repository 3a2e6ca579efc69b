"""The process that reads: started without site packages, held by limits, it writes rows to its output and ends.

Messages are pickles of plain values, each behind its length: ("sheet", …), ("rows", [(row number, cells), …]),
("refused", sentence), ("end",).
"""

import gc
import io
import os
import pickle
import resource
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from . import limits
from .look import Holes, Unreadable, look_at_cells, look_at_package
from .texts import read_text

PACKED, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PICTURES = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BM",
    b"%PDF",
    b"RIFF",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x8b",
)
NOT_A_WORKBOOK = "这不是表格文件；请传 Excel（.xlsx、.xls）或 CSV"
ENCRYPTED = "文件加了密码，读不了；请去掉密码再传"
BROKEN = "文件有损坏，打不开；请用表格软件另存一份再传"
EMPTY = "文件是空的"
LITTLE = 1 << 18  # bytes of a file that is looked at whole before it is parsed

Row = tuple[int, list[Any]]


def main() -> None:
    gc.disable()  # it lives for one file and makes no cycles
    _hold()
    try:
        _read(sys.stdin.buffer.read())
    except Unreadable as no:
        _send(("refused", str(no)))
    except PasswordError:
        _send(("refused", ENCRYPTED))
    except (CalamineError, OSError, ValueError, UnicodeError):
        _send(("refused", BROKEN))
    else:
        _send(("end",))
    sys.stdout.flush()


def _hold() -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits.CHILD_BYTES * 2),
        (resource.RLIMIT_DATA, limits.CHILD_BYTES),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_SECONDS, limits.CHILD_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(message: tuple[Any, ...]) -> None:
    packed = pickle.dumps(message, 5)
    sys.stdout.buffer.write(struct.pack("<I", len(packed)) + packed)


def _read(data: bytes) -> None:
    if not data:
        raise Unreadable(EMPTY)
    if data.startswith(PICTURES):
        raise Unreadable(NOT_A_WORKBOOK)
    if data.startswith(PACKED):
        look_at_package(io.BytesIO(data))
        _read_workbook(data, _look_beside(data))
    elif data.startswith(OLE):
        _look_at_ole(data)
        _read_workbook(data, dict)
    else:
        records = list(read_text(data))
        _send(("sheet", None, True, [], set(), len(records)))
        _send_rows((number, cells) for number, cells in enumerate(records, 1) if any(cells))


def _look_beside(data: bytes) -> Callable[[], dict[str, Holes]]:
    """Look at the cells while the parser works, which lets other threads run and takes three times as long.

    What the look refuses is refused at once. In a large file with a far corner the parser may come to its end of memory
    first: refused as well, by a sentence that names both cures.
    """
    holes: dict[str, Holes] = {}

    def look() -> None:
        try:
            holes.update(look_at_cells(io.BytesIO(data)))
        except Unreadable as no:
            _send(("refused", str(no)))
            sys.stdout.flush()
            os._exit(0)
        except BaseException:  # noqa: BLE001 -- out of memory, say: nothing may go on without the look
            os._exit(1)

    looking = threading.Thread(target=look)
    looking.start()
    if len(data) < LITTLE:
        looking.join()

    def found() -> dict[str, Holes]:
        looking.join()
        return holes

    return found


def _look_at_ole(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable(ENCRYPTED)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        raise Unreadable(NOT_A_WORKBOOK)


def _read_workbook(data: bytes, holes: Callable[[], dict[str, Holes]]) -> None:
    """`holes` gives the cells without a stored value, by sheet; it is asked once the first sheet is parsed."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(workbook.sheets_metadata) > limits.SHEETS:
            raise Unreadable("表太多，没有收；请只留要导入的表再传")
        for about in workbook.sheets_metadata:
            if str(about.typ) == "SheetTypeEnum.WorkSheet":
                sheet = workbook.get_sheet_by_name(about.name)
                is_shown = about.visible == SheetVisibleEnum.Visible
                merged, unstored = sheet.merged_cell_ranges or [], holes().get(about.name, set())
                _send(("sheet", about.name, is_shown, merged, unstored, sheet.total_height))
                _send_rows(_numbered(sheet))
    finally:
        holes()  # what the look refuses goes before what the parser says


def _numbered(sheet: CalamineSheet) -> Iterator[Row]:
    """Rows that hold anything, by the sheet's own numbers; calamine leaves blank columns at the left away."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if cells.count("") != len(cells):
            yield number, left + cells if left else cells


def _send_rows(rows: Iterator[Row]) -> None:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == limits.ROWS_AT_ONCE:
            _send(("rows", some))
            some = []
    if some:
        _send(("rows", some))
