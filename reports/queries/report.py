"""A summary's numbers: counted, counted again, and weighed against each other."""

from paibou.lib import division as codes
from reports import engine
from reports.equations import Equation, equations
from reports.lines import KINDS, Counted, Terms
from reports.models import Report


def count_lines(kind: str, terms: Terms) -> list[Counted]:
    """The lines of a kind of summary with their numbers."""
    asked = [line.asked(terms) for line in KINDS[kind]]
    values = engine.values(asked, [terms.prefix])
    return [Counted(*each) for each in zip(KINDS[kind], asked, values, strict=True)]


def terms_of(report: Report) -> Terms:
    """What the report was built for; asked again, it gives the same numbers."""
    return Terms(
        codes.prefix(report.village_code), report.start, report.end, report.known_at, report.since, report.counted_by
    )


def rebuilt(report: Report) -> list[Counted]:
    return count_lines(report.kind, terms_of(report))


def equations_of(report: Report) -> list[Equation]:
    return equations(report.lines.all(), report.confirmations.select_related("by"))
