"""The summary as a paper: the Word template filled, and the same template as blocks for the page.

What a tag says comes from the declarations: slug and kind of a line give its number with its unit.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

from paibou.lib.wording import UNKNOWN, full_day
from reports.lines import Terms

TEMPLATES = {"half-year": Path(__file__).with_name("word") / "half_year.docx"}
BLOCKS = {"公文标题": "h1", "公文一级": "h2", "公文二级": "h3", "公文正文": "p", "公文落款": "sign"}
PLANS = {2021: "十四五", 2026: "十五五", 2031: "十六五"}
TAG = re.compile(r"\{\{ *([\w.]+) *\}\}")


@dataclass(frozen=True)
class Piece:
    """Words, or the number of a line (`tag`)."""

    text: str
    tag: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph of the paper: what it is, and its lines of pieces."""

    kind: str
    lines: list[list[Piece]]


def said(value: Decimal, unit: str) -> str:
    """A number as the paper writes it: 12户, 54.3万元; no commas."""
    return f"{value.normalize():f}{unit}"


def words(place: str, terms: Terms) -> dict[str, str]:
    """What the template says beside the numbers."""
    this_year = terms.start == date(terms.end.year, 1, 1)
    since = f"{full_day(terms.start)}以来"
    return {
        "place": place,
        "title": period_title(terms.start, terms.end),
        "plan": PLANS.get(terms.since.year, f"{terms.since.year}年") if terms.since.day == 1 else full_day(terms.since),
        "first_year": str(terms.since.year),
        "last_year": str(terms.end.year),
        "period": "今年" if this_year else since,
        "period_since": "今年以来" if this_year else since,
        "until": full_day(terms.end),
    }


def period_title(start: date, end: date) -> str:
    """2025年上半年, 2025年下半年, 2025年, else its months or days."""
    first, last = (start.month, start.day), (end.month, end.day)
    if start.year == end.year:
        halves = {((1, 1), (6, 30)): "上半年", ((7, 1), (12, 31)): "下半年"}
        if (first, last) in halves:
            return f"{start.year}年{halves[first, last]}"
        if first == (1, 1):
            return f"{start.year}年"
    return f"{full_day(start)}至{full_day(end)}"


def blocks(kind: str, place: str, terms: Terms, numbers: Mapping[str, str]) -> Iterator[Block]:
    """The template's paragraphs with words filled in; numbers stay pieces of their own, to be pointed at."""
    said_words = words(place, terms)
    for name, lines in _paragraphs(kind):
        yield Block(name, [list(_pieces(line, said_words, numbers)) for line in lines])


def tags(kind: str) -> set[str]:
    """Every tag of the template."""
    return {tag for _, lines in _paragraphs(kind) for line in lines for tag in TAG.findall(line)}


def document(kind: str, place: str, terms: Terms, numbers: Mapping[str, str]) -> bytes:
    """The Word document."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 -- slow import

    template = DocxTemplate(TEMPLATES[kind])
    absent = dict.fromkeys(tags(kind) - set(said := words(place, terms)), UNKNOWN)  # a line younger than the report
    template.render(said | _tree(absent | dict(numbers)), autoescape=True)
    written = BytesIO()
    template.save(written)
    return written.getvalue()


@cache
def _paragraphs(kind: str) -> list[tuple[str, list[str]]]:
    from docx import Document  # noqa: PLC0415 -- slow import

    paragraphs = Document(str(TEMPLATES[kind])).paragraphs
    named = [(each.style.name if each.style else "", each.text) for each in paragraphs if each.text]
    return [(BLOCKS.get(name or "", "p"), text.split("\n")) for name, text in named]


def _pieces(line: str, said_words: Mapping[str, str], numbers: Mapping[str, str]) -> Iterator[Piece]:
    for number, part in enumerate(TAG.split(line)):
        if number % 2 == 0:
            if part:
                yield Piece(part)
        elif part in said_words:
            yield Piece(said_words[part])
        else:
            yield Piece(numbers.get(part, UNKNOWN), part)


def _tree(numbers: Mapping[str, str]) -> dict[str, SimpleNamespace]:
    """Tags as the template walks them: registry.lifted.people.as_of."""
    root = SimpleNamespace()
    for tag, text in numbers.items():
        *branches, leaf = tag.split(".")
        here = root
        for branch in branches:
            here.__dict__.setdefault(branch, SimpleNamespace())
            here = getattr(here, branch)
        setattr(here, leaf, text)
    return vars(root)
