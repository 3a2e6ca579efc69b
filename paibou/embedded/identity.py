"""PostgreSQL refuses to run as root; containers and CI are root. So it is given an ordinary identity."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNSHARE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
ACCOUNTS = ("postgres", "nobody")


class NotStarted(Exception):
    """The embedded database does not run; `str()` is one sentence that says why and what to do."""


@dataclass(frozen=True)
class Identity:
    """Who a program runs as: ourselves, ourselves under another number (`prefix`), or another account (its numbers)."""

    prefix: tuple[str, ...] = ()
    account: tuple[int, int] | None = None

    def spawn(self, *command: str | Path, **settings: Any) -> subprocess.Popen:
        if self.account:
            settings |= {"user": self.account[0], "group": self.account[1], "extra_groups": []}
        settings.setdefault("stdout", subprocess.DEVNULL)
        return subprocess.Popen(
            [*self.prefix, *map(str, command)], stdin=subprocess.DEVNULL, start_new_session=True, cwd="/", **settings
        )

    def can(self, *command: str | Path) -> bool:
        try:
            with self.spawn(*command, stderr=subprocess.DEVNULL) as process:
                return process.wait() == 0
        except OSError:
            return False

    def own(self, *paths: Path) -> None:
        if self.account:
            for path in paths:
                os.chown(path, *self.account)


def choose(*, folder: Path, program: str) -> Identity:
    """The identity under which the program runs on the folder, which it is given. Refused when there is none."""
    if os.geteuid() != 0:
        return Identity()
    owner = folder.stat()
    if owner.st_uid:
        return Identity(account=(owner.st_uid, owner.st_gid))
    if shutil.which(UNSHARE[0]) and Identity(UNSHARE).can(program, "--version"):
        return Identity(UNSHARE)
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    for entry in (entry for entry in pwd.getpwall() if entry.pw_name in ACCOUNTS):
        identity = Identity(account=(entry.pw_uid, entry.pw_gid))
        if identity.can(program, "--version") and identity.can("/bin/sh", "-c", 'test -x "$0"', folder.parent):
            identity.own(folder, *folder.rglob("*"))
            return identity
    raise NotStarted(
        "这里是 root 账号，又不允许新建用户命名空间，数据库不能启动。"
        "请换普通用户运行，或把 PAIBOU_HOME 设到别的用户也能到达的文件夹（例如 /srv/paibou）"
    )
