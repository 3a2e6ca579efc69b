"""The databases of a test run: migrated once into a template, which everybody clones."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.core.management import call_command
from django.db import connection

HOME = Path(os.environ["PAIBOU_TEST_HOME"])
TEMPLATE = HOME.name.replace("-", "_").lower()


@contextmanager
def cloned(name: str) -> Iterator[None]:
    """A fresh database, to which the default connection is turned meanwhile."""
    name = f"{TEMPLATE}_{name}"
    _clone(name)
    with _connected_to(name):
        yield
    drop(name)


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def url() -> str:
    """DATABASE_URL for another process that is to use the database of the default connection."""
    at = connection.settings_dict
    where = urlencode({"host": at["HOST"], "port": at["PORT"]})
    return f"postgresql://{quote(at['USER'])}:{quote(at['PASSWORD'])}@/{at['NAME']}?{where}"


def _clone(name: str) -> None:
    with (HOME / "template").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {TEMPLATE}")
                with _connected_to(TEMPLATE):
                    call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
