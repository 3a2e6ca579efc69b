"""An instant that can be asked again: nobody who wrote before it is still at it."""

import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from paibou.lib.refused import Refused

PATIENCE = timedelta(seconds=60)
SETTLING = 0.1  # seconds between the moment a service takes for its rows and the start of its transaction
GLANCE = 0.05
_AT_WORK = """
    SELECT pid, xact_start FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        AND xact_start IS NOT NULL AND application_name NOT IN ('pg_dump', 'paibou report')
"""
_WRITES_NO_SOURCE = "SET LOCAL application_name = 'paibou report'"  # two reports must not wait for each other


def settled_instant(patience: timedelta = PATIENCE) -> datetime:
    """Now, once every transaction that may hold rows recorded before now has ended.

    A row says when it was recorded before its transaction commits. A figure counted meanwhile would miss it, and the
    same figure rebuilt for the same instant would have it. Refused when somebody writes for longer than the patience.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WRITES_NO_SOURCE)
    at = timezone.now()
    time.sleep(SETTLING)
    waited_for = _at_work()
    give_up = time.monotonic() + patience.total_seconds()
    while waited_for & _at_work():
        if time.monotonic() > give_up:
            raise Refused("有数据正在写入（例如导入），还没写完；等写完再算一次")
        time.sleep(GLANCE)
    return at


def _at_work() -> set[tuple[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction the view stands still
        cursor.execute(_AT_WORK)
        return set(cursor.fetchall())
