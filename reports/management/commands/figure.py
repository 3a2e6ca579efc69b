import json
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AccessLog, Division
from accounts.services.access import log_access
from accounts.services.user import system_user
from paibou.lib.arguments import day
from paibou.lib.figures import Figure, Kind, Window, figures
from paibou.lib.refused import Refused
from paibou.lib.wording import number
from reports import annex, engine
from reports.asking import add_asking, division_of, window_of
from reports.engine import Asked
from reports.management.commands.report import plain

KEYS = ("key", "village_code")  # of a row, for programs


class Command(BaseCommand):
    help = "算一个数：数值、各村的数，以及背后的名单"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="指标代号，manage.py figures 列出全部")
        parser.add_argument("--until", type=day, required=True, metavar="DAY", help="到哪天止，含当天")
        parser.add_argument("--from", dest="since", metavar="DAY|SEMESTER", help="从哪天起，或哪个学期（2025春）")
        parser.add_argument(
            "--kind", choices=Kind.values, help="时段：as_of 时点、period 期内、cumulative 累计、semester 学期"
        )
        parser.add_argument("--rows", action="store_true", help="列出背后的名单")
        add_asking(parser)

    def handle(self, *, slug: str, **options: Any) -> None:
        try:
            if slug not in figures:
                raise Refused(f"没有代号是 {slug} 的数；manage.py figures 列出全部")
            figure, division = figures[slug], division_of(options["division"])
            asked = Asked(figure, window_of(figure, options, division, timezone.localdate()))
        except Refused as no:
            raise CommandError(str(no)) from None
        value = engine.value(asked, [division.code])
        villages = engine.by_village(asked, [division.code])
        rows = self._rows(asked, division, full=options["json"]) if options["rows"] else None
        if options["json"]:
            self.stdout.write(
                json.dumps(_answer(asked, value, villages, rows), ensure_ascii=False, indent=1, default=str)
            )
            return
        self._say(figure, asked.window, value, villages, rows)

    def _rows(self, asked: Asked, division: Division, *, full: bool) -> list[dict[str, Any]]:
        source = asked.figure.source
        found = engine.rows(asked, [division.code]).select_related(*source.related).order_by("village_code", "pk")
        names = _names(found.values("village_code"))
        rows = [
            {"key": row.pk, "village_code": row.village_code, "村": names.get(row.village_code, row.village_code)}
            | {column.label: value for column, value in annex.row_values(row, source, full=full)}
            for row in found.iterator(chunk_size=annex.CHUNK)
        ]
        if full:
            user = system_user(prefix=division.code)
            log_access(
                user=user,
                kind=AccessLog.Kind.COMMAND,
                what=f"figure {asked.figure.slug} --rows --json",
                village_code=user.village_code,
                noun="figure",
                rows=len(rows),
            )
        return rows

    def _say(self, figure: Figure, window: Window, value: Any, villages: dict[str, Any], rows: Any) -> None:
        self.stdout.write(f"{figure.label}  {number(value)} {figure.unit}  {annex.window_said(window)}")
        self.stdout.write(f"口径：{figure.definition}")
        names = _names(villages)
        for code, part in sorted(villages.items()):
            self.stdout.write(f"  {names.get(code, code)}  {number(part)}")
        for row in rows or ():
            self.stdout.write(
                "  ".join(str(cell) for label, cell in row.items() if label not in KEYS and cell is not None)
            )


def _names(codes: Iterable[str] | QuerySet) -> dict[str, str]:
    return dict(Division.objects.filter(padded_code__in=codes).order_by("level").values_list("padded_code", "name"))


def _answer(asked: Asked, value: Any, villages: dict[str, Any], rows: Any) -> dict[str, Any]:
    answer = {
        "slug": asked.figure.slug,
        "kind": str(asked.window.kind),
        "from": asked.window.since,
        "until": asked.window.day.isoformat(),
        "value": plain(value),
        "unit": asked.figure.unit,
        "label": asked.figure.label,
        "definition": asked.figure.definition,
        "villages": {code: plain(part) for code, part in sorted(villages.items())},
    }
    return answer if rows is None else answer | {"rows": rows}
