from argparse import ArgumentParser

from django.conf import settings
from django.core.management import BaseCommand

from paibou import keys


class Command(BaseCommand):
    help = "新建一把加密密钥。重新启动以后，新的内容用它；旧的内容由“更换密钥”任务重新加密"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="结果用 JSON 输出")

    def handle(self, *, json: bool, **options: object) -> None:
        number = keys.add_sealing_key(settings.PAIBOU_KEYS_FOLDER)
        sentence = f"已新建第 {number} 把密钥，旧的仍要留着。请重新启动系统，再备份一次密钥文件夹。"
        self.stdout.write(f'{{"key": {number}}}' if json else sentence)
