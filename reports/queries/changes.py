"""What today's knowledge would change in a report: for each figure the rows that came and went, and what moved village."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import QuerySet

from accounts.models import Division
from paibou.lib.wording import full_day
from reports import engine
from reports.engine import Asked
from reports.lines import Terms
from reports.models import Report, ReportLine
from reports.queries.report import count_lines, terms_of

SHOWN = 200  # rows of one figure on the page; the lists behind the figures have them all


@dataclass(frozen=True)
class Change:
    """One figure as reported and as it would be today."""

    line: ReportLine
    now: Decimal
    came: list[models.Model] = field(default_factory=list)
    went: list[models.Model] = field(default_factory=list)
    recoded: list[str] = field(default_factory=list)
    asked: Asked | None = None

    @property
    def difference(self) -> Decimal:
        return self.now - self.line.value


def changes_since(report: Report, now: datetime) -> list[Change]:
    """The figures that today's knowledge of the same period would change, with their rows; then those whose villages
    differ because divisions were recoded.
    """
    then, today = terms_of(report), replace(terms_of(report), known_at=now)
    lines = {line.key: line for line in report.lines.all()}
    old = {each.key: each.asked for each in count_lines(report.kind, then)}
    found = []
    for each in count_lines(report.kind, today):
        line = lines.get(each.key)
        if line is None:
            continue
        change = _change(line, old[each.key], each.asked, each.value, today)
        if change.came or change.went or change.recoded or change.difference:
            found.append(change)
    return found


def _change(line: ReportLine, then: Asked, now: Asked, value: Decimal, terms: Terms) -> Change:
    had, has = set(line.keys), set(engine.keys(now, [terms.prefix]))
    return Change(
        line=line,
        now=value,
        came=list(_of(engine.rows(now, [terms.prefix]), now, has - had)),
        went=list(_of(engine.rows(then, [terms.prefix]), then, had - has)),
        recoded=_recoded(line.by_village, engine.by_village(then, [terms.prefix])),
        asked=now,
    )


def _of(rows: QuerySet, asked: Asked, keys: Iterable[int]) -> QuerySet:
    key = asked.figure.measure.key
    column = key if key == "pk" else f"{key}_id"
    found = rows.filter(**{f"{column}__in": sorted(keys)})
    return found.select_related(*asked.figure.source.related).order_by("village_code", "pk")[:SHOWN]


def _recoded(reported: Mapping[str, str], today: Mapping[str, Decimal]) -> list[str]:
    """Sentences on villages whose share of the same rows is another one now, because divisions were merged."""
    moved = [code for code, value in reported.items() if today.get(code, Decimal(0)) != Decimal(value)]
    moved += [code for code in today if code not in reported]
    gone = Division.objects.filter(code__in=moved, successor__isnull=False).select_related("successor")
    return [
        f"{village.name}已于 {full_day(village.closed_on)}并入{village.successor.name}，"
        f"报告里{village.name} {Decimal(reported[village.code]).normalize():f} 现计入{village.successor.name}"
        for village in gone
        if village.code in reported and village.successor
    ]


def moved_meanwhile(report: Report, now: datetime) -> int:
    """How many figures today's knowledge would change; one statement per table."""
    today = {each.key: each.value for each in count_lines(report.kind, replace(terms_of(report), known_at=now))}
    return sum(today.get(line.key, line.value) != line.value for line in report.lines.all())
