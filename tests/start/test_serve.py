"""`manage.py serve`, which is `make run`: what starts, what is started again, and that nothing stays behind."""

import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen
from threading import Timer

import pytest

from paibou.embedded import Server
from paibou.management.commands.serve import listen
from paibou.serve import Child


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])


@pytest.fixture
def fresh_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="paibou-serve-"))
    yield home
    Server(home).stop("immediate")
    shutil.rmtree(home)


def children(pid: int) -> dict[str, int]:
    """The supervisor's children by what they do."""
    pids = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0") for child in pids}
    return {"web" if b"web" in command else "worker": child for child, command in commands.items()}


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    patience = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.05)


def answers(port: str) -> bool:
    """Whether a page that asks the database for a session comes."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/login/", headers={"Cookie": "sessionid=unknown"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- our own address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_for_greeting(process: Popen) -> None:
    patience = Timer(90, process.kill)  # a start that says nothing fails here instead of waiting for ever
    patience.start()
    try:
        assert "已启动：http://127.0.0.1:" in next((line for line in process.stdout if "http" in line), "")
    finally:
        patience.cancel()


def test_the_whole_survives_kills_and_leaves_nothing_behind(fresh_home, port, spawn):
    server = Server(fresh_home)

    def serve() -> Popen:
        process = spawn("manage.py", "serve", "--no-demo", "--port", port, **ours)
        wait_for_greeting(process)
        return process

    ours = {"PAIBOU_HOME": str(fresh_home), "DJANGO_SETTINGS_MODULE": "paibou.settings"}
    first = serve()
    assert answers(port)

    killed = children(first.pid)["worker"]
    os.kill(killed, signal.SIGKILL)
    until(lambda: children(first.pid).get("worker", killed) != killed)

    database = server.pid
    os.kill(database, signal.SIGKILL)
    until(lambda: answers(port) and server.pid not in (0, database))

    left = children(first.pid)
    first.kill()
    first.wait()
    until(lambda: not any(map(runs, left.values())))

    second = serve()
    left = [second.pid, *children(second.pid).values(), server.pid]
    second.send_signal(signal.SIGINT)
    assert second.wait(20) == 0
    until(lambda: not any(map(runs, left)))
    listen("127.0.0.1", port).close()


def test_a_busy_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]

        with pytest.raises(SystemExit, match=f"端口 {port} 已被别的程序占用，换一个：make run PORT={port + 1}"):
            listen("127.0.0.1", str(port))


@pytest.mark.parametrize("port", ["abc", "0", "70000", "٨"])
def test_what_is_no_port_is_one_sentence(port):
    with pytest.raises(SystemExit, match=r"写成 PORT=8080 的样子"):
        listen("127.0.0.1", port)


def test_a_child_that_keeps_dying_is_given_up(monkeypatch, capfd):
    monkeypatch.setenv("PAIBOU_LIFELINE", "no number")
    child = Child("worker", keep=())

    def watch() -> None:
        for _ in range(3):
            child.process.wait()
            child.revive()

    with pytest.raises(SystemExit, match="worker 进程一启动就退出"):
        watch()
