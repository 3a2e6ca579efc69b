import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import AccessLog, Division
from accounts.services.access import log_access
from accounts.services.user import system_user
from paibou.lib.arguments import day
from paibou.lib.refused import Refused
from paibou.lib.wording import number, period
from reports import annex, paper
from reports.asking import add_asking, division_of
from reports.lines import KINDS, Counted, Terms, refuse_period
from reports.queries.report import count_lines


class Command(BaseCommand):
    help = "算一份总结的各项数，可另存 Word 文档和附表"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=list(KINDS), help="哪种总结：half-year 半年")
        parser.add_argument("--from", dest="since", type=day, required=True, metavar="DAY", help="从哪天起")
        parser.add_argument("--until", type=day, required=True, metavar="DAY", help="到哪天止，含当天")
        parser.add_argument("--docx", type=Path, metavar="FILE", help="把文字部分存成 Word 文档")
        parser.add_argument("--xlsx", type=Path, metavar="FILE", help="把每个数背后的名单存成附表")
        parser.add_argument("--full", metavar="REASON", default="", help="附表写完整号码，并写明事由；不写则遮住中间")
        add_asking(parser)

    def handle(self, *, kind: str, since: date, until: date, **options: Any) -> None:
        try:
            division = division_of(options["division"])
            refuse_period(since, until, timezone.localdate())
        except Refused as no:
            raise CommandError(str(no)) from None
        known_at = options["known_at"] or timezone.now()
        terms = Terms.today(prefix=division.code, start=since, end=until, known_at=known_at)
        counted = count_lines(kind, terms)
        if options["docx"]:
            numbers = {each.line.tag: paper.said(each.value, each.line.unit) for each in counted}
            self._write(options["docx"], paper.document(kind, division.name, terms, numbers))
        if options["xlsx"]:
            self._write_annex(division, terms, counted, options)
        self._say(counted, terms, division, as_json=options["json"])

    def _write_annex(self, division: Division, terms: Terms, counted: list[Counted], options: dict[str, Any]) -> None:
        head = f"{division.name} {period(terms.start, terms.end)}"
        book = annex.workbook(annex.sheets_of(counted), terms.prefix, full=bool(options["full"]), head=head)
        self._write(options["xlsx"], book)
        user = system_user(prefix=division.code)
        log_access(
            user=user,
            kind=AccessLog.Kind.COMMAND,
            what=f"report --xlsx {options['xlsx'].name}",
            village_code=user.village_code,
            noun="report",
            rows=int(sum(each.value for each in counted)),
            reason=options["full"],
        )

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.write_bytes(data)
        except OSError as error:
            raise CommandError(f"写不进文件 {path}：{error.strerror}") from None

    def _say(self, counted: list[Counted], terms: Terms, division: Division, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(
                json.dumps({"figures": [_figure(each, terms) for each in counted]}, ensure_ascii=False, indent=1)
            )
            return
        self.stdout.write(f"{division.name} {period(terms.start, terms.end)}")
        for each in counted:
            window = annex.window_said(each.asked.window)
            self.stdout.write(f"{each.line.label}  {number(each.value)} {each.line.unit}  {window}  {each.line.slug}")


def _figure(each: Counted, terms: Terms) -> dict[str, Any]:
    return {
        "slug": each.line.slug,
        "kind": str(each.line.kind),
        "from": each.asked.window.since,
        "until": terms.end.isoformat(),
        "value": plain(each.value),
        "unit": each.line.unit,
        "label": each.line.label,
    }


def plain(value: Any) -> int | float:
    """A number as JSON writes it: whole where it is whole."""
    return int(value) if value == int(value) else float(value)
