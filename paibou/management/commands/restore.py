from argparse import ArgumentParser
from pathlib import Path

from django.core.management import BaseCommand

from paibou.backup import restore
from paibou.management.commands.backup import as_json


class Command(BaseCommand):
    help = "把备份恢复到空的系统里。先把另外保存的密钥放回密钥文件夹"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="结果用 JSON 输出")

    def handle(self, *, file: Path, json: bool, **options: object) -> None:
        done = restore(file) | {"file": str(file)}
        self.stdout.write(
            as_json(done) if json else "已恢复 {made_at} 的备份，上传的文件 {uploads} 个。".format(**done)
        )
