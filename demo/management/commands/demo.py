"""An invented township to look at, or a hundred to measure with."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.accounts import logins
from demo.services import build_townships
from paibou.lib.arguments import day
from paibou.lib.refused import Refused


class Command(BaseCommand):
    help = "写入演示用的乡镇：农户、预警、监测案件和账号，人物均为虚构；已有的不再写"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2025, help="随机数种子；2025 的第一个镇与公开的总结一致")
        parser.add_argument("--townships", type=int, default=1, help="几个镇")
        parser.add_argument("--until", type=day, help="写到哪天，例如 2025-10-20；不写就是今天")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        built = []
        try:
            for one in build_townships(seed=options["seed"], townships=options["townships"], until=options["until"]):
                built.append({"code": one.code, "name": one.name, "rows": one.rows})
                if not options["json"]:
                    self.stdout.write(
                        f"{one.name}（{one.code}）：{one.rows['households.Household']:,} 户，{one.rows['households.Person']:,} 人"
                    )
        except Refused as no:
            raise CommandError(str(no)) from no
        people = [vars(login) for login in logins()]
        if options["json"]:
            self.stdout.write(json.dumps({"townships": built, "logins": people}, ensure_ascii=False))
            return
        self.stdout.write("登录：")
        for login in people:
            self.stdout.write(f"  {login['label']}\t{login['username']}\t{login['password']}")
