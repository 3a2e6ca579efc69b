import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from paibou.embedded import Server


@pytest.fixture(scope="module")
def made_home() -> Iterator[Path]:
    """A PAIBOU_HOME whose database has been made once for the tests of a module."""
    home = Path(tempfile.mkdtemp(prefix="paibou-home-"))
    server = Server(home, {"fsync": "off"})
    server.use()
    server.leave()
    yield home
    shutil.rmtree(home)


@pytest.fixture
def home(made_home: Path) -> Iterator[Path]:
    """The same, with no server left running by a test."""
    yield made_home
    Server(made_home).stop("immediate")


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a Python process, killed at the end of the test if it still runs."""
    processes = []

    def start(*arguments: str, **environment: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()
