"""The summary: few statements, near the bare counts of its rows, and as fast among a hundred townships as alone."""

import statistics
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.databases import MANY, townships
from benchmarks.measure import PAIRS, compare, goal, in_ms, seconds
from paibou.lib.division import span
from reports import engine
from reports.lines import HALF_YEAR, Terms

TOWNSHIP = "341702106"
WARM = 8  # the database plans a prepared statement anew for its first five askings
TIMES = 5


class Report:
    """All values of the half-year report, and the bare work under it."""

    def __init__(self) -> None:
        terms = Terms(TOWNSHIP, date(2025, 1, 1), date(2025, 10, 20), timezone.now(), date(2021, 1, 1))
        self.asked = [line.asked(terms) for line in HALF_YEAR]
        self.tables = list(dict.fromkeys(each.figure.source.model._meta.db_table for each in self.asked))

    def values(self) -> list[Decimal]:
        return engine.values(self.asked, [TOWNSHIP])

    def bare(self) -> None:
        """A count over the index of each table the report reads, and as many round trips that ask nothing."""
        inside = "SELECT count(*) FROM {} WHERE village_code BETWEEN %s AND %s"
        for table in self.tables:
            _ask(inside.format(table), span(TOWNSHIP))
        for _ in self.tables:
            _ask("SELECT 1", ())


def run() -> Iterator[str]:
    report = Report()
    values = {}
    for count in (1, MANY):
        with townships(count):
            with CaptureQueriesContext(connection) as captured:
                values[count] = report.values()
            yield goal(
                "statements for all values", len(captured), 10, f"{len(report.asked)} figures, {count} townships"
            )
            pair = compare(report.values, report.bare, times=TIMES, pairs=3 * PAIRS, warm=WARM)
            note = f"{in_ms(pair.one)} / {in_ms(pair.other)}"
            yield goal(f"one township of {count} over bare counts and empty round trips", pair.ratio, 2.5, note)
    if values[1] != values[MANY]:
        raise RuntimeError("a township's numbers changed when others stood beside it")
    alone, among = _both(report)
    ratio = statistics.median(many / one for one, many in zip(alone, among, strict=True))
    note = f"{in_ms(statistics.median(among))} / {in_ms(statistics.median(alone))}"
    yield goal(f"one township among {MANY} over alone", ratio, 1.5, note)


def _both(report: Report) -> tuple[list[float], list[float]]:
    """In turns in the database of one township and in that of many; a new connection is warmed before each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(PAIRS):
        for count, times in zip((1, MANY), taken, strict=True):
            with townships(count):
                for _ in range(WARM):
                    report.values()
                times.append(seconds(report.values, TIMES))
    return taken


def _ask(sql: str, parameters: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        cursor.fetchone()
