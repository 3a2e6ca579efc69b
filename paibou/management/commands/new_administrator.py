import json
from argparse import ArgumentParser

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services.user import create_account
from paibou.lib.refused import Refused


class Command(BaseCommand):
    help = "建第一个管理员账号。其余的账号由管理员在页面上建"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="用户名，例如 guanli")
        parser.add_argument("name", help="姓名")
        parser.add_argument("division", help="区划代码：镇 9 位，区县 6 位；先用 import_workbook villages 导入区划")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *, username: str, name: str, division: str, **options: object) -> None:
        try:
            made = create_account(
                username=username,
                name=name,
                role=User.Role.ADMINISTRATOR,
                by=None,
                prefixes=[division],
                valid_from=timezone.localdate(),
            )
        except Refused as no:
            raise CommandError(str(no)) from no
        told = {"username": username, "password": made.password}
        sentence = "用户名 {username}，首次密码 {password}，第一次登录时要改。".format(**told)
        self.stdout.write(json.dumps(told) if options["json"] else sentence)
