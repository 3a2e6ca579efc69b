"""The databases of a test run: migrated once into a template, which everybody clones."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from demo.services import build_township
from paibou import postgres

HOME = Path(os.environ["PAIBOU_TEST_HOME"])
TEMPLATE = HOME.name.replace("-", "_").lower()
TOWNSHIP = f"{TEMPLATE}_township"  # a template too, with the demonstration's township in it
LAST_DAY = date(2025, 12, 31)  # of that township


@contextmanager
def cloned(name: str, *, with_township: bool = False) -> Iterator[None]:
    """A fresh database, to which the default connection is turned meanwhile."""
    name = f"{TEMPLATE}_{name}"
    clone(name, with_township=with_township)
    with connected_to(name):
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


def clone(name: str, *, with_township: bool = False) -> None:
    """Make a database of the run, empty or with the township, which is generated once for all."""
    with (HOME / "template").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _make(TEMPLATE, "template1", _migrate)
        if with_township:
            _make(TOWNSHIP, TEMPLATE, _generate)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TOWNSHIP if with_township else TEMPLATE}")


def _make(name: str, template: str, fill: Callable[[], None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.rowcount:
            return
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    fill()


def _generate() -> None:
    with connected_to(TOWNSHIP):
        build_township(seed=2025, until=LAST_DAY)


def _migrate() -> None:
    """Run the migrations, or take what they came to the last time, as long as none of them has changed since."""
    kept = settings.BASE_DIR / ".pytest_cache" / f"template-{_digest()}.sql"
    with connected_to(TEMPLATE):
        if settings.PAIBOU_EMBEDDED and kept.exists():
            postgres.call("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept}")
            return
        call_command("migrate", verbosity=0)
        if settings.PAIBOU_EMBEDDED:
            _keep(kept)


def _keep(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    for older in file.parent.glob("template-*.sql"):
        older.unlink(missing_ok=True)
    draft = file.with_name(TEMPLATE)
    postgres.call("pg_dump", f"--file={draft}")
    draft.rename(file)


def _digest() -> str:
    files = [settings.BASE_DIR / "requirements.txt", *settings.BASE_DIR.glob("*/migrations/*.py")]
    files += settings.BASE_DIR.glob("paibou/lib/migrations/*.py")
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(files))).hexdigest()[:16]


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
