"""Databases of a run: migrated once, filled with so many townships of the demonstration when somebody first asks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from demo.services import build_township

MANY = int(os.environ.get("PAIBOU_BENCH_TOWNSHIPS", "100"))
LAST_DAY = date(2025, 10, 20)
_made: dict[str, int] = {}


@contextmanager
def empty(name: str) -> Iterator[None]:
    """A migrated database of one's own, dropped afterwards."""
    _create(name)
    with connected_to(name):
        yield
    _drop(name)


@contextmanager
def townships(count: int) -> Iterator[None]:
    """The database with so many townships; it stays until the run is over."""
    name = f"paibou_bench_{count}"
    if name not in _made:
        _create(name)
        with connected_to(name):
            for index in range(count):
                build_township(seed=2025, index=index, until=LAST_DAY)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        _made[name] = count
    with connected_to(name):
        yield


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Turn the default connection to another database."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def stop() -> None:
    """Drop what was made; the embedded server ends with its last user."""
    for name in _made:
        _drop(name)
    connection.close()
    if settings.PAIBOU_EMBEDDED:
        settings.PAIBOU_EMBEDDED.stop("immediate")


def _create(name: str) -> None:
    _drop(name)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    with connected_to(name):
        call_command("migrate", verbosity=0)


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
