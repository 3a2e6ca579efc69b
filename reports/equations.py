"""Numbers that must agree before a report is final. Eighteen reviewed need not be twelve eliminated and six labelled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from paibou.lib.figures import Kind
from paibou.lib.wording import number
from reports.models import Confirmation, ReportLine

HOUSEHOLDS, PEOPLE = ".households", ".people"


@dataclass(frozen=True)
class Equation:
    """Two sides and how they should stand; `lines` are the figures it speaks of."""

    key: str
    text: str
    holds: bool
    lines: tuple[ReportLine, ...]
    confirmation: Confirmation | None = None

    @property
    def numbers(self) -> str:
        return " ".join(str(line.value.normalize()) for line in self.lines)[:80]

    @property
    def is_settled(self) -> bool:
        return self.holds or self.confirmation is not None


def equations(lines: Iterable[ReportLine], confirmations: Iterable[Confirmation] = ()) -> list[Equation]:
    """Every equation of a report, with the reason a person gave for one that does not hold."""
    by_key = {line.key: line for line in lines}
    given = {(each.equation, each.numbers): each for each in confirmations}
    found = [*_villages(by_key.values()), *_people(by_key), *_parts(by_key), *_periods(by_key)]
    return [_settled(each, given) for each in found]


def _settled(equation: Equation, given: Mapping[tuple[str, str], Confirmation]) -> Equation:
    word = None if equation.holds else given.get((equation.key, equation.numbers))
    return Equation(equation.key, equation.text, equation.holds, equation.lines, word) if word else equation


def _villages(lines: Iterable[ReportLine]) -> Iterator[Equation]:
    for line in lines:
        villages = sum((Decimal(str(value)) for value in line.by_village.values()), Decimal(0))
        text = f"{line.label}：各村合计 {number(villages)} = 全镇 {number(line.value)}"
        yield Equation(f"villages {' '.join(line.key)}", text, villages == line.value, (line,))


def _people(by_key: Mapping[tuple[str, str, str], ReportLine]) -> Iterator[Equation]:
    for (slug, kind, since), line in by_key.items():
        people = by_key.get((slug.removesuffix(HOUSEHOLDS) + PEOPLE, kind, since))
        if slug.endswith(HOUSEHOLDS) and people:
            yield _at_most(f"people {' '.join(line.key)}", line, people)


def _parts(by_key: Mapping[tuple[str, str, str], ReportLine]) -> Iterator[Equation]:
    for (slug, kind, since), line in by_key.items():
        whole = by_key.get((slug.replace(".eliminated_of_identified.", ".identified."), kind, since))
        if whole and whole is not line:
            yield _at_most(f"part {' '.join(line.key)}", line, whole)


def _periods(by_key: Mapping[tuple[str, str, str], ReportLine]) -> Iterator[Equation]:
    for line in by_key.values():
        for other in by_key.values():
            longer = other.slug == line.slug and other.kind == Kind.CUMULATIVE and other.since <= line.since
            if line.kind == Kind.PERIOD and longer:
                yield _at_most(f"period {' '.join(line.key)}", line, other)


def _at_most(key: str, part: ReportLine, whole: ReportLine) -> Equation:
    text = f"{_said(part)} ≤ {_said(whole)}"
    return Equation(key, text, part.value <= whole.value, (part, whole))


def _said(line: ReportLine) -> str:
    return f"{line.label} {number(line.value)} {line.unit}"
