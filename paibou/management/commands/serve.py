import errno
import shutil
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management import BaseCommand, call_command
from django.db import OperationalError, close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from demo.accounts import logins
from exchange.tasks import sweep
from households.models import Household
from paibou.serve import serve

SPACE_MB = 500
PORT_SECONDS = 2


class Command(BaseCommand):
    help = "启动整个系统：数据库、网页、后台任务；第一次启动时建表并生成演示乡镇。Ctrl-C 停止"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听的地址，0.0.0.0 让同一网络里的手机也能打开")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--no-demo", action="store_true", help="空的数据库里不生成演示乡镇")

    def handle(self, *, host: str, port: str, no_demo: bool, **options: object) -> None:
        listener = listen(host, port)
        check_space()
        check_redis()
        migrate()
        if not no_demo and not Household.objects.exists():
            make_demo()
        call_command("collectstatic", interactive=False, verbosity=0)
        serve(
            listener=listener,
            ready=lambda: print("\n".join(greeting(host, port)), flush=True),  # also where it goes to a pipe or a file
            duty=look_for_lost_jobs,
            every=settings.PAIBOU_SWEEP_SECONDS,
        )


def listen(host: str, port: str) -> socket.socket:
    """The open socket that the web server is given. Refused, in a sentence, when the port is no port or is taken."""
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise SystemExit(f"端口“{port}”不能用，写成 PORT=8080 的样子（1 到 65535）")
    patience = time.monotonic() + PORT_SECONDS  # the children of a killed supervisor are just leaving
    while True:
        try:
            return socket.create_server((host, int(port)), backlog=128)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                if time.monotonic() < patience:
                    time.sleep(0.1)
                    continue
                raise SystemExit(f"端口 {port} 已被别的程序占用，换一个：make run PORT={int(port) + 1}") from None
            raise SystemExit(f"不能在 {host}:{port} 上监听：{error.strerror}") from None


def check_space() -> None:
    settings.PAIBOU_HOME.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.PAIBOU_HOME).free // 1_000_000
    if free < SPACE_MB:
        raise SystemExit(f"磁盘空间不够：{settings.PAIBOU_HOME} 所在的盘只剩 {free} MB，至少要 {SPACE_MB} MB")


def check_redis() -> None:
    if settings.REDIS_URL:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5).ping()
        except redis.RedisError as error:
            raise SystemExit(f"环境变量 REDIS_URL 指的 Redis 连不上：{error}") from None


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("正在建表……", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def make_demo() -> None:
    """In a process of its own, so that its memory is given back."""
    print("正在生成演示乡镇（人物均为虚构），约半分钟……", flush=True)
    command = [sys.executable, "manage.py", "demo", "--seed", "2025", "--townships", "1"]
    if subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, check=False).returncode:
        raise SystemExit("演示乡镇没有生成，原因见上面；不要演示数据可用 manage.py serve --no-demo")


def greeting(host: str, port: str) -> list[str]:
    """Where the site is, and the logins of the demonstration whose passwords nobody has changed."""
    named = {one.username: one for one in logins()}
    hashes = dict(User.objects.filter(username__in=named).values_list("username", "password"))
    is_unchanged = cache(check_password)  # one hash is slow on purpose; the demonstration's are the same
    unchanged = [one for name, one in named.items() if name in hashes and is_unchanged(one.password, hashes[name])]
    lines = [f"  {one.label:　<8}{one.username:<10}{one.password}" for one in unchanged]
    return [f"\n已启动：http://{host}:{port} （Ctrl-C 停止）", *lines]


def look_for_lost_jobs() -> None:
    """What the broker lost is sent again. Also the first to find a dead database, and so to start it again."""
    close_old_connections()
    try:
        sweep()
    except OperationalError as error:
        print(f"数据库断开，正在重新连接：{error}", file=sys.stderr, flush=True)
