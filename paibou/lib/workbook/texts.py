"""Tables kept as text: the encodings and separators of Chinese offices."""

import csv
import io
import re
from collections.abc import Iterator

from .look import Unreadable

SEPARATORS = "\t,;|"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_NOT_TEXT = "这不是表格文件；请传 Excel（.xlsx、.xls）或 CSV"


def read_text(data: bytes) -> Iterator[list[str]]:
    """The records of a table kept as text; `Unreadable` for what is no text."""
    text = _decoded(data)
    if _CONTROL.search(text[:100_000]):
        raise Unreadable(_NOT_TEXT)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    if text[:4].lower() == "sep=":
        text = "\n" + text.partition("\n")[2]
    csv.field_size_limit(1 << 20)
    try:
        records = list(csv.reader(io.StringIO(text), delimiter=separator))
        if _has_swallowed(records, separator, text):
            records = list(_line_by_line(text, separator))
    except csv.Error:
        raise Unreadable("文件里的引号不成对，分不出列；请用表格软件另存一份再传") from None
    for record in records:
        yield [cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in record]


def _has_swallowed(records: list[list[str]], separator: str, text: str) -> bool:
    """Whether a quotation mark that was never closed made one field of the rows below it."""
    if text.count('"') % 2:
        return True
    width = max((len(record) for record in records), default=0)
    return any("\n" in cell and cell.count(separator) >= max(2, width // 2) for record in records for cell in record)


def _line_by_line(text: str, separator: str) -> Iterator[list[str]]:
    """Each line a record; in one whose quotation marks do not pair, they are signs like others."""
    for line in text.split("\n"):
        if line.count('"') % 2:
            yield line.split(separator)
        else:
            yield next(csv.reader([line], delimiter=separator), [])


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    if b"\0" in data[:4000]:
        even, odd = data[:4000:2].count(0), data[1:4000:2].count(0)
        return _strictly(data, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4:  # a last sign cut in two is no reason to refuse the rest
            raise Unreadable(_NOT_TEXT) from None
        return data.decode(encoding, "ignore")


def _separator(text: str) -> str:
    """The sign that parts the most lines into the most equal numbers of fields."""
    if text[:4].lower() == "sep=":
        return text[4]
    lines = [line for line in text.split("\n", 60)[:60] if line.strip()]

    def agreement(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines if sign in line]
        usual = max(set(counts), key=counts.count) if counts else 0
        return counts.count(usual) if usual else 0, usual

    return max(SEPARATORS, key=agreement)
