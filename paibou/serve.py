"""The supervisor of `make run`: web server and worker as children, started again when they die, and a regular duty."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from paibou.child import LIFELINE

LOOK_SECONDS = 0.3
STOP_SECONDS = 8
SOON_SECONDS = 5
TOO_OFTEN = 3


class Child:
    """A process that leads a session of its own: Ctrl-C reaches only the supervisor, which ends its children itself."""

    def __init__(self, *arguments: str, keep: tuple[int, ...]) -> None:
        self.arguments = arguments
        self.keep = keep
        self.early_deaths = 0
        self._start()

    def _start(self) -> None:
        self.started = time.monotonic()
        command = [sys.executable, "-m", "paibou.child", *self.arguments]
        self.process = subprocess.Popen(command, pass_fds=self.keep, stdin=subprocess.DEVNULL, start_new_session=True)

    def revive(self) -> None:
        """Start it again if it died; give up when it keeps dying at once."""
        if self.process.poll() is None:
            return
        early = time.monotonic() - self.started < SOON_SECONDS
        self.early_deaths = self.early_deaths + 1 if early else 0
        if self.early_deaths == TOO_OFTEN:
            raise SystemExit(f"{self.arguments[0]} 进程一启动就退出，原因见上面的日志")
        self._start()

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def serve(*, listener: socket.socket, ready: Callable[[], None], duty: Callable[[], None], every: float) -> None:
    """Serve pages and do jobs until Ctrl-C, SIGTERM or the end of the terminal."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    lifeline, _held_open = os.pipe()  # the children end when this process does, even by kill -9
    os.environ[LIFELINE] = str(lifeline)
    web = listener.fileno()
    children = [Child("web", str(web), keep=(lifeline, web)), Child("worker", keep=(lifeline,))]
    announced, due = False, time.monotonic() + every
    try:
        while not stop.wait(LOOK_SECONDS):
            for child in children:
                child.revive()
            if not announced and _answers(*listener.getsockname()[:2]):
                announced = True
                ready()
            if time.monotonic() > due:
                due = time.monotonic() + every
                duty()
    finally:
        _end(children)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/static/")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(children: list[Child]) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    patience = time.monotonic() + STOP_SECONDS
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, patience - time.monotonic()))
        child.signal(signal.SIGKILL)  # a job in the middle is found again by the sweeper
        child.process.wait()
