"""One database server per run, one migrated template, a clone for each worker and for each site with a browser."""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django.plugin import blocking_manager_key

from paibou.child import LIFELINE
from paibou.embedded import Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
numbers = itertools.count(1)


def pytest_configure(config: pytest.Config) -> None:
    """Runs that were killed have left their servers and folders: the next run takes them away."""
    for home in Path(tempfile.gettempdir()).glob("paibou-tests-*"):
        server = Server(home)
        if not hasattr(config, "workerinput") and (server.folder / "users").exists() and not server.is_used():
            server.stop("immediate")
            shutil.rmtree(home, ignore_errors=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's first process takes away what the run has made."""
    from tests import databases  # noqa: PLC0415 -- the settings come first

    if hasattr(config, "workerinput"):
        return
    if settings.PAIBOU_EMBEDDED:
        settings.PAIBOU_EMBEDDED.stop("immediate")
    else:
        with config.stash[blocking_manager_key].unblock():
            databases.drop(databases.TOWNSHIP)
            databases.drop(databases.TEMPLATE)
            connection.close()
    shutil.rmtree(settings.PAIBOU_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: a clone takes a tenth of the time of the migrations."""
    from tests import databases  # noqa: PLC0415

    with django_db_blocker.unblock():
        with databases.cloned(WORKER):
            django_db_blocker.block()
            yield
            django_db_blocker.unblock()
        connection.close()


@pytest.fixture(scope="session")
def _township_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    from tests import databases  # noqa: PLC0415

    name = f"{databases.TEMPLATE}_township_{WORKER}"
    with django_db_blocker.unblock():
        databases.clone(name, with_township=True)
    yield name
    with django_db_blocker.unblock():
        databases.drop(name)


@pytest.fixture
def township(_township_database: str, django_db_blocker: Any) -> Iterator[date]:
    """The demonstration's township (seed 2025) on a database of its own; gives the last day of its story.

    What a test writes is rolled back; do not mark it `django_db`.
    """
    from tests import databases  # noqa: PLC0415

    with django_db_blocker.unblock(), databases.connected_to(_township_database), transaction.atomic():
        yield databases.LAST_DAY
        transaction.set_rollback(True)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A database that the test need not share or tidy, as the default one; do not mark the test `django_db`."""
    from tests import databases  # noqa: PLC0415

    with django_db_blocker.unblock(), databases.cloned(f"{WORKER}_{next(numbers)}"):
        yield


@pytest.fixture
def child(own_database: None) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start `web` or `worker` as a process on the test's own database; what runs ends with the test."""
    from tests import databases  # noqa: PLC0415

    lifeline, end = os.pipe()
    environment = os.environ | {LIFELINE: str(lifeline), "DATABASE_URL": databases.url()}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    processes = []

    def start(*arguments: str, keep: tuple[int, ...] = ()) -> subprocess.Popen:
        command = [sys.executable, "-m", "paibou.child", *arguments]
        processes.append(subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, pass_fds=(lifeline, *keep)))
        return processes[-1]

    yield start
    os.close(end)
    for process in processes:
        process.wait(20)
    os.close(lifeline)


@pytest.fixture
def site(child: Callable[..., subprocess.Popen]) -> Iterator[str]:
    """The address of a server process on the test's own database: rows made in the test are seen there at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        child("web", str(listener.fileno()), keep=(listener.fileno(),))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The system's Chromium. Without one a browser test is left out, or fails where it must run."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- slow import

    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not found:
        sentence = "no Chromium found; on Debian: apt-get install chromium fonts-noto-cjk"
        (pytest.fail if os.environ.get("PAIBOU_REQUIRE_BROWSER") else pytest.skip)(sentence)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # synchronous playwright runs a loop in this thread from now on
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] * (os.geteuid() == 0))
        yield chromium
        chromium.close()
