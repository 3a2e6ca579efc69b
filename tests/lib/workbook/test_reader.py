"""Files good and hostile, through the process that reads them."""

import io
import resource
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from paibou.lib.workbook.reader import FileRefused, open_workbook

MEMORY_KB = 700 * 1024
PATIENCE = 20  # seconds; on a quiet machine each takes less than two
HEAD = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(data: bytes, name: str = "a.xlsx") -> dict[str, list]:
    with open_workbook(data, name) as sheets:
        return {sheet.name: list(sheet.rows) for sheet in sheets}


def with_sheet(*xml: bytes) -> bytes:
    """A workbook whose sheet is the given XML; written piece by piece, so that its size is the reader's alone to bear."""
    plain, out = zipfile.ZipFile(io.BytesIO(saved(Workbook()))), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in plain.namelist():
            with package.open(name, "w") as part:
                for piece in xml if name.endswith("sheet1.xml") else [plain.read(name)]:
                    part.write(piece)
    return out.getvalue()


def test_rows_come_with_the_sheets_own_numbers_and_columns() -> None:
    book = Workbook()
    sheet = book.active
    sheet["C4"], sheet["D6"], sheet["D7"] = "姓名", 3.5, date(2025, 5, 21)
    book.create_sheet("隐藏的").sheet_state = "hidden"

    with open_workbook(saved(book), "a.xlsx") as sheets:
        first, hidden = [(sheet.name, sheet.is_shown, list(sheet.rows)) for sheet in sheets]

    assert first == (
        "Sheet",
        True,
        [(4, ["", "", "姓名", ""]), (6, ["", "", "", 3.5]), (7, ["", "", "", date(2025, 5, 21)])],
    )
    assert hidden == ("隐藏的", False, [])


cells = st.one_of(
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(str.strip),
    st.integers(1, 10**9),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=5))
def test_what_openpyxl_writes_is_read_as_it_was(rows: list[list]) -> None:
    book = Workbook()
    for row in rows:
        book.active.append([f"'{cell}" if isinstance(cell, str) and cell.startswith("=") else cell for cell in row])

    got = [[cell for cell in row if cell != ""] for _, row in read(saved(book))["Sheet"]]

    assert got == [[f"'{c}" if isinstance(c, str) and c.startswith("=") else c for c in row] for row in rows]


def test_the_old_format_is_read() -> None:
    book, out = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "姓名")
    sheet.write(1, 0, "沈德")
    book.save(out)

    assert read(out.getvalue(), "a.xls") == {"表": [(1, ["姓名"]), (2, ["沈德"])]}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_kept_as_text_is_read(encoding: str, separator: str) -> None:
    lines = [["姓名", "金额", "备注"], ["沈德", "12.5", '"住院\n两次"'], [], ["郝珍强", "7", ""]]
    text = "\r\n".join(separator.join(line) for line in lines)

    rows = read(text.encode(encoding), "名单.csv")

    assert rows == {
        "名单": [(1, ["姓名", "金额", "备注"]), (2, ["沈德", "12.5", "住院\n两次"]), (4, ["郝珍强", "7", ""])]
    }


def test_a_formula_is_read_as_its_stored_value_and_told_where_there_is_none() -> None:
    xml = (
        HEAD + b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>A1</f><v></v></c>'
        b'<c r="D1" t="e"><v>#N/A</v></c><c r="E1"><v>5</v></c></row>' + TAIL
    )

    with open_workbook(with_sheet(xml), "a.xlsx") as sheets:
        sheet = next(sheets)
        assert list(sheet.rows) == [(1, [2.0, "", "", "", 5.0])]
        assert sheet.holes == {(0, 1), (0, 2), (0, 3)}


def test_formatting_far_below_the_data_costs_nothing() -> None:
    xml = HEAD + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>' + TAIL

    assert read(with_sheet(xml)) == {"Sheet": [(1, [1.0])]}


def bomb() -> bytes:
    return with_sheet(HEAD, *[b" " * 2**20] * 700, TAIL)


def far_corner() -> bytes:
    return with_sheet(
        HEAD + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + TAIL
    )


def far_corner_in_single_quotes() -> bytes:
    return with_sheet(
        HEAD + b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>" + TAIL
    )


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2000


def cut_off() -> bytes:
    whole = saved(Workbook())
    return whole[: len(whole) // 2]


def word_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def broken_inside() -> bytes:
    return with_sheet(b"<worksheet><sheetData><row><c")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (bomb, "太大"), (far_corner, "极远"), (far_corner_in_single_quotes, "太大"), (encrypted, "密码"), (cut_off, "不完整"),
        (word_document, "不是表格"), (lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 500, "不是表格"), (lambda: b"", "空的"),
        (lambda: b"\x00\x01\x02\x03" * 300, "不是表格"), (broken_inside, "损坏"),
    ],
    ids=["bomb", "far", "far in single quotes", "encrypted", "cut", "word", "picture", "empty", "binary", "broken"],
)  # fmt: skip
def test_what_is_no_workbook_or_asks_for_too_much_is_refused_at_once(data: object, word: str) -> None:
    made = data()
    started = time.monotonic()

    with pytest.raises(FileRefused, match=word):
        read(made)

    assert time.monotonic() - started < PATIENCE
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MEMORY_KB


def test_nothing_of_a_file_is_written_to_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    read(saved(Workbook()))

    assert list(tmp_path.iterdir()) == []
