"""What commands ask figures with: a division, days as people type them, an instant, a kind of window."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Division
from accounts.options import value_of
from paibou.lib import division as codes
from paibou.lib.arguments import day
from paibou.lib.figures import Figure, Kind, Window
from paibou.lib.refused import Refused
from reports.lines import refuse_period
from reports.options import COUNTED_BY

SEMESTER = re.compile(r"^(20[0-9]{2})(春|秋)$")


def add_asking(parser: ArgumentParser) -> None:
    parser.add_argument("--known-at", type=_instant, metavar="INSTANT", help="当时所知，如 2025-10-21T08:00；默认此刻")
    parser.add_argument("--division", metavar="CODE", help="区划代码；系统里只有一个乡镇时可不写")
    parser.add_argument("--json", action="store_true", help="按 JSON 输出")


def division_of(code: str | None) -> Division:
    """The division named, else the only township on file."""
    if code is not None:
        found = Division.objects.filter(code=code).first()
        if found is None:
            raise Refused(f"没有代码是 {code} 的区划；先导入区划（import_workbook villages）")
        return found
    townships = list(Division.objects.townships()[:2])
    if not townships:
        raise Refused("系统里还没有乡镇；先导入区划（import_workbook villages）")
    if len(townships) > 1:
        raise Refused("系统里有几个乡镇，请用 --division 写明是哪个")
    return townships[0]


def window_of(figure: Figure, options: dict[str, Any], division: Division, today: date) -> Window:
    """The window that `--kind`, `--from`, `--until`, `--known-at` mean for a figure. `--until` includes its day.

    A semester ends with its own last day at the latest.
    """
    last, kind, since = options["until"], _kind(figure, options), options["since"]
    first, end = _semester(since or "") if kind == Kind.SEMESTER else (_first(since), last)
    refuse_period(None if kind == Kind.AS_OF else first, last, today)
    last = min(last, end)
    more: dict[str, Any] = {
        "known_at": options["known_at"] or timezone.now(),
        "kind": kind,
        "counted_by": COUNTED_BY[value_of("report_counted_by", village_code=codes.pad(division.code), day=last)],
    }
    if kind == Kind.AS_OF:
        return Window.until(last, **more)
    if kind == Kind.SEMESTER:
        return Window.until(last, since=first, semester=since, **more)
    if first is None and kind == Kind.CUMULATIVE:
        first = value_of("report_since", village_code=codes.pad(division.code), day=last)
        refuse_period(first, last, today)
    if first is None:
        raise Refused("期内数要写从哪天起：--from 2025-01-01")
    return Window.until(last, since=first, **more)


def _kind(figure: Figure, options: dict[str, Any]) -> Kind:
    fits = Kind.of(figure.nature)
    meant = Kind.SEMESTER if SEMESTER.match(options["since"] or "") else fits[0]
    kind = Kind(options["kind"] or meant)
    if kind not in fits:
        raise Refused(f"{figure.label}是{figure.nature.label}，--kind 可写 {'、'.join(fits)}")
    return kind


def _first(since: str | None) -> date | None:
    try:
        return day(since) if since else None
    except ArgumentTypeError as error:
        raise Refused(str(error)) from None


def _semester(text: str) -> tuple[date, date]:
    """春 lasts from 1 February to 31 July, 秋 from 1 August to 31 January."""
    found = SEMESTER.match(text)
    if not found:
        raise Refused("学期写成 2025春 或 2025秋：--from 2025春")
    year = int(found[1])
    if found[2] == "春":
        return date(year, 2, 1), date(year, 7, 31)
    return date(year, 8, 1), date(year + 1, 1, 31)


def _instant(text: str) -> datetime:
    """An instant; without a zone it is the township's."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"“{text}”不是时刻，写成 2025-10-21T08:00 的样子")
    return found if timezone.is_aware(found) else timezone.make_aware(found)
