import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.models import AccessLog, Division, User
from accounts.services.access import log_access
from accounts.services.user import system_user
from exchange.models import Batch
from exchange.queries import report_of
from exchange.services.system_import import Imported, import_file
from paibou.lib.arguments import day
from paibou.lib.importing import Kind, imports
from paibou.lib.refused import Refused


class Command(BaseCommand):
    help = "导入部门的名单、农户登记或区划。问题行留在批次里，在“导入导出”页上改"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "kind", choices=[kind.slug for kind in imports], help="种类：villages 区划、registry 农户登记、alerts 预警"
        )
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".xlsx、.xls 或 .csv")
        parser.add_argument("--source", default="", help="来源，如 区医保；不写就看文件名和题名")
        parser.add_argument("--received-on", type=day, metavar="DAY", help="部门发来的日期；不写就看文件名和题名")
        parser.add_argument(
            "--as-of",
            type=day,
            metavar="DAY",
            help="名单是哪一天的情况；不写就看文件名和题名，再没有就是今天",
        )
        parser.add_argument("--division", metavar="CODE", help="只导入这个区划的；系统里只有一个乡镇时可不写")
        parser.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
        parser.add_argument("--json", action="store_true", help="按 JSON 输出每一行，含完整证件号码")

    def handle(self, *, kind: str, files: list[Path], **options: Any) -> None:
        chosen = imports[kind]
        try:
            user = system_user(prefix=self._prefix(chosen, options["division"]))
            source = self._source(chosen, options["source"])
            done = [(path, self._import(chosen, path, user, source, options)) for path in files]
        except Refused as no:
            raise CommandError(str(no)) from None
        if options["json"]:
            self._log(chosen, user, [imported.batch for _, imported in done])
            reports = [report_of(imported.batch, path.name) for path, imported in done]
            self.stdout.write(json.dumps(reports, ensure_ascii=False, indent=1))
            return
        for path, imported in done:
            self._say(path, imported)

    def _import(self, kind: Kind, path: Path, user: User, source: str, options: dict[str, Any]) -> Imported:
        received_on, as_of = options["received_on"], options["as_of"]
        try:
            data = path.read_bytes()
        except OSError:
            raise Refused(f"打不开文件 {path}") from None
        return import_file(
            kind=kind.slug, name=path.name, data=data, by=user, is_dry=options["dry_run"],
            source=source if "source" in kind.asks else "",
            received_on=received_on if "received_on" in kind.asks else None,
            as_of=as_of if "as_of" in kind.asks else None,
        )  # fmt: skip

    def _prefix(self, kind: Kind, given: str | None) -> str:
        if given is not None:
            if given and not Division.objects.filter(code=given).exists() and kind.slug != "villages":
                raise Refused(f"没有代码是 {given} 的区划；先导入区划（villages）")
            return given
        if kind.slug == "villages":
            return ""
        townships = list(Division.objects.townships().values_list("code", flat=True)[:2])
        if not townships:
            raise Refused("系统里还没有乡镇；先导入区划（villages）")
        if len(townships) > 1:
            raise Refused("系统里有几个乡镇，请用 --division 写明是哪个")
        return townships[0]

    def _source(self, kind: Kind, given: str) -> str:
        if not given or kind.source_of is None:
            return ""
        source = kind.source_of(given)
        if not source:
            raise Refused(f"没有“{given}”这个来源；可写 {'、'.join(kind.sources.values())}")
        return source

    def _log(self, kind: Kind, user: User, batches: list[Batch]) -> None:
        log_access(
            user=user,
            kind=AccessLog.Kind.COMMAND,
            what=f"import_workbook {kind.slug} --json",
            village_code=user.village_code,
            noun="batch",
            keys=[batch.pk for batch in batches],
            rows=sum(batch.received for batch in batches),
        )

    def _say(self, path: Path, imported: Imported) -> None:
        batch = imported.batch
        if batch.file_refused:
            self.stdout.write(f"{path.name}：没有收。{batch.file_refused}")
            return
        counts = f"收到 {batch.received} = 新增 {batch.new} + 有变化 {batch.changed} + 与上次相同 {batch.same}"
        self.stdout.write(f"{path.name}：{counts} + 有问题 {batch.problem} + 不导入 {batch.left_out}")
        for note in [*batch.notes, imported.said]:
            if note:
                self.stdout.write(f"  {note}")
        for row in batch.rows.of("problem").order_by("pk"):
            self.stdout.write(f"  {row.sheet} 第 {row.row} 行：{'；'.join(row.sentences)}")
