#!/usr/bin/env python
import errno
import os
import signal
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from paibou.embedded import NotStarted


def main() -> None:
    """Run a command. What a person can mend is said in one sentence; `--traceback` shows the whole."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paibou.settings")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database is left in order
    try:
        execute_from_command_line(sys.argv)
    except (NotStarted, OperationalError, OSError) as error:
        if "--traceback" in sys.argv or (isinstance(error, OSError) and error.errno not in MENDABLE):
            raise
        sys.exit(sentence(error))
    except KeyboardInterrupt:
        sys.exit(130)


MENDABLE = {errno.ENOSPC: "磁盘满了", errno.EDQUOT: "磁盘配额用完了", errno.EACCES: "没有权限", errno.EROFS: "磁盘只读"}


def sentence(error: Exception) -> str:
    if isinstance(error, OperationalError):
        return f"数据库连不上，或中途断开：{str(error).strip().splitlines()[0]}"
    if isinstance(error, OSError):
        return f"{MENDABLE.get(error.errno or 0, error.strerror)}：{error.filename or error.strerror}"
    return str(error)


if __name__ == "__main__":
    main()
