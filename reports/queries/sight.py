"""What the page of a summary shows: the paper with its numbers, the equations, and where one number comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.urls import reverse

from accounts.models import Division
from paibou.lib.division import prefix
from paibou.lib.figures import figures
from paibou.lib.wording import full_day, period
from reports import paper
from reports.equations import HOUSEHOLDS, PEOPLE, Equation, equations
from reports.lines import KINDS, Line
from reports.models import Report, ReportLine
from reports.queries.report import terms_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Number:
    """A line's number in the paper, or plain words (`line` is None)."""

    text: str
    line: ReportLine | None = None
    is_off: bool = False
    is_chosen: bool = False

    @property
    def url(self) -> str:
        return reverse("reports:line_detail", args=[self.line.pk]) if self.line else ""


@dataclass(frozen=True)
class Share:
    """A village's part of a number, of its pair (people beside households), and of the last report's number."""

    name: str
    value: Decimal
    other: Decimal | None
    before: Decimal | None


class Sight:
    """A report as its page shows it; `chosen` is the line whose source stands at the right."""

    def __init__(self, report: Report, chosen: ReportLine | None = None) -> None:
        self.report = report
        self.lines = list(report.lines.all())
        self.chosen = chosen or next(iter(self.lines), None)

    @cached_property
    def place(self) -> str:
        return self._names.get(self.report.village_code, self.report.village_code)

    @cached_property
    def title(self) -> str:
        return f"{paper.period_title(self.report.start, self.report.end)}工作总结"

    @cached_property
    def equations(self) -> list[Equation]:
        return equations(self.lines, self.report.confirmations.select_related("by"))

    @property
    def broken(self) -> list[Equation]:
        return [each for each in self.equations if not each.holds]

    @property
    def open_questions(self) -> list[Equation]:
        return [each for each in self.equations if not each.is_settled]

    @property
    def holding(self) -> int:
        return len(self.equations) - len(self.broken)

    @property
    def villages_agree(self) -> bool:
        return all(each.holds for each in self.equations if len(each.lines) == 1)

    def blocks(self) -> Iterable[tuple[str, list[list[Number]]]]:
        """The paper's paragraphs; words, and numbers that can be opened."""
        off = {line.pk for each in self.open_questions for line in each.lines}
        tags = {line_tag(line): line for line in self.lines}
        said = {tag: paper.said(line.value, line.unit) for tag, line in tags.items()}
        for block in paper.blocks(self.report.kind, self.place, terms_of(self.report), said):
            lines = [[self._number(piece, tags, off) for piece in line] for line in block.lines]
            yield block.kind, lines

    def _number(self, piece: paper.Piece, tags: Mapping[str, ReportLine], off: set[int]) -> Number:
        line = tags.get(piece.tag)
        if line is None:
            return Number(piece.text)
        return Number(piece.text, line, line.pk in off, bool(self.chosen and self.chosen.pk == line.pk))

    # --- the chosen number ---
    @cached_property
    def definition(self) -> str:
        return figures[self.chosen.slug].definition if self.chosen and self.chosen.slug in figures else ""

    @property
    def window(self) -> str:
        line = self.chosen
        if line is None or not line.since:
            return full_day(self.report.end)
        start = self.report.since if line.kind == "cumulative" else self.report.start
        return period(start, self.report.end)

    @cached_property
    def pair(self) -> ReportLine | None:
        """People beside households, or the other way round."""
        line = self.chosen
        if line is None:
            return None
        here, there = (HOUSEHOLDS, PEOPLE) if line.slug.endswith(HOUSEHOLDS) else (PEOPLE, HOUSEHOLDS)
        key = (line.slug.removesuffix(here) + there, line.kind, line.since)
        return next((each for each in self.lines if each.key == key), None) if line.slug.endswith(here) else None

    @cached_property
    def before(self) -> ReportLine | None:
        """The same line of the last final report; a period's line is the last period's."""
        last = Report.objects.before(self.report).first()
        if last is None or self.chosen is None:
            return None
        return last.lines.filter(slug=self.chosen.slug, kind=self.chosen.kind).first()

    @cached_property
    def shares(self) -> list[Share]:
        """By village, the largest first."""
        if self.chosen is None:
            return []
        mine, pair, before = (_parts(line) for line in (self.chosen, self.pair, self.before))
        codes = sorted({code for each in (mine, pair, before) if each for code in each})
        found = [
            Share(self._names.get(code, code), _of(mine, code) or ZERO, _of(pair, code), _of(before, code))
            for code in codes
        ]
        return sorted(found, key=lambda share: -share.value)

    @cached_property
    def _names(self) -> dict[str, str]:
        inside = Division.objects.inside(prefix(self.report.village_code))
        return dict(inside.values_list("padded_code", "name"))


def line_tag(line: ReportLine) -> str:
    return f"{line.slug}.{line.kind}"


def _parts(line: ReportLine | None) -> dict[str, Decimal] | None:
    return None if line is None else {code: Decimal(value) for code, value in line.by_village.items()}


def _of(parts: dict[str, Decimal] | None, code: str) -> Decimal | None:
    return None if parts is None else parts.get(code, ZERO)


def line_of(line: ReportLine, kind: str) -> Line | None:
    """The line of the table beside the template that a stored line was built from."""
    return next((each for each in KINDS[kind] if (each.slug, each.kind) == (line.slug, line.kind)), None)
