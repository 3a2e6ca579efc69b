import json
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand

from paibou.backup import backup


class Command(BaseCommand):
    help = "把数据库和上传的文件备份到一个文件。密钥不在里面，要另外保存"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="结果用 JSON 输出")

    def handle(self, *, file: Path, json: bool, **options: object) -> None:
        done = backup(file) | {"file": str(file), "keys_folder": str(settings.PAIBOU_KEYS_FOLDER)}
        self.stdout.write(as_json(done) if json else SENTENCE.format(**done))


SENTENCE = (
    "已备份到 {file}（{bytes} 字节，上传的文件 {uploads} 个）。\n"
    "密钥不在备份里：请把 {keys_folder} 整个文件夹另外保存，和备份分开放；丢了密钥，备份里的身份证号、电话等就再也读不出来。"
)


def as_json(done: dict[str, object]) -> str:
    return json.dumps(done, ensure_ascii=False)
