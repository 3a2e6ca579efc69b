"""A streaming look at a packed workbook before anything is allotted for it: its directory, its cells' corners,
and the cells whose value was never stored (formulas) or is an error.
"""

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from . import limits

CHUNK = 1 << 20
TAIL = 1 << 14  # no cell's opening tag is longer; a cell cut by a chunk's end is seen whole in the next

_USUAL_ROW = re.compile(rb'<row r="(\d{1,7})"')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d{1,7})"')
_WIDE = re.compile(rb' r="[A-Z]{2}')
_FILLED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>')
_UNSTORED = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_PREFIXED = re.compile(rb"<\w+:worksheet\b")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE).fullmatch

_SHEET_NAME = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


class Unreadable(Exception):
    """Why a file is not taken, as one Chinese sentence."""


Holes = set[tuple[int, int]]  # rows and columns, from 0


def look_at_package(file: IO[bytes]) -> None:
    """The directory, which costs nothing; `Unreadable` for a bomb, a package cut off, locked or foreign."""
    with _opened(file) as package:
        _look_at_directory(package)


def look_at_cells(file: IO[bytes]) -> dict[str, Holes]:
    """By sheet, its cells without a stored value; `Unreadable` for a far corner, or what is damaged inside."""
    with _opened(file) as package:
        holes = {
            entry.filename: found
            for entry in package.infolist()
            if _SHEET(entry.filename) and (found := _look_at_sheet(package, entry))
        }
        return {name: holes[part] for name, part in _parts(package) if part in holes} if holes else {}


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as package:
            yield package
    except zipfile.BadZipFile:
        raise Unreadable("文件不完整，可能在传送时断了；请重新取一份再传") from None
    except (zlib.error, EOFError, OSError, KeyError, UnicodeDecodeError):
        raise Unreadable("文件有损坏，打不开；请用表格软件另存一份再传") from None
    except (NotImplementedError, RuntimeError):
        raise Unreadable("文件加了密码，读不了；请去掉密码再传") from None


def _look_at_directory(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > limits.ENTRIES or sum(entry.file_size for entry in entries) > limits.UNPACKED_BYTES:
        raise Unreadable("文件展开后太大，没有收；请只留要导入的表再传")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("文件加了密码，读不了；请去掉密码再传")
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise Unreadable("这不是表格文件；请传 Excel（.xlsx、.xls）或 CSV")


def _pieces(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces of the part, each behind the end of the one before."""
    tail = b""
    with package.open(entry) as part:
        while fresh := part.read(CHUNK):
            piece = tail + fresh
            yield piece
            tail = piece[-TAIL:]


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name with the part that holds it."""
    targets = {}
    for relation in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels").decode()):
        attributes = dict(_ATTRIBUTE.findall(relation))
        targets[attributes.get("Id")] = attributes.get("Target", "").removeprefix("/xl/").removeprefix("xl/")
    for sheet in _SHEET_NAME.findall(package.read("xl/workbook.xml").decode()):
        attributes = dict(_ATTRIBUTE.findall(sheet))
        yield (
            html.unescape(attributes.get("name", "")),
            f"xl/{targets.get(attributes.get('id'), '')}",
        )


def _look_at_sheet(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Holes:
    holes: Holes = set()
    last_row, is_wide = 0, False
    formula = b"<f"
    for piece in _pieces(package, entry):
        if not last_row and _PREFIXED.search(piece[:2000]):
            formula = b":f"
        last_row = max(last_row, _last_row(piece))
        is_wide = is_wide or _WIDE.search(piece) is not None
        if formula in piece:
            holes.update(map(_place, _UNSTORED.findall(piece)))
        if b't="e"' in piece:
            holes.update(map(_place, _ERROR.findall(piece)))
    if last_row * (16_384 if is_wide else 26) > limits.CELLS:
        _measure(package, entry)
    return holes


def _last_row(piece: bytes) -> int:
    """The number of the last row that begins in the piece; rows stand in order, and whoever writes them otherwise
    meets the reader's limits.
    """
    usual = _USUAL_ROW.match(piece, max(piece.rfind(b'<row r="'), 0))
    rows = [usual[1]] if usual else _ROW.findall(piece)
    return max(map(int, rows), default=0)


def _measure(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """The rectangle around the cells that hold something; formatted blank ones cost a reader nothing."""
    first_row = first_column = 1 << 30
    last_row = last_column = 0
    for piece in _pieces(package, entry):
        for letters, digits in _FILLED.findall(piece):
            row, column = _place((letters, digits))
            first_row, last_row = min(first_row, row), max(last_row, row)
            first_column, last_column = (
                min(first_column, column),
                max(last_column, column),
            )
        if (last_row - first_row + 1) * (last_column - first_column + 1) > limits.CELLS:
            raise Unreadable("表里有格子写在极远的行或列，展开后太大，没有收；删掉那些格子再传")


def _place(found: tuple[bytes, bytes]) -> tuple[int, int]:
    column = 0
    for letter in found[0]:
        column = column * 26 + letter - 64
    return int(found[1]) - 1, column - 1
