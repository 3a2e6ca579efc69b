"""Reading a workbook: a child process does it, so a hostile file can take neither memory nor time from us."""

import fcntl
import importlib.util
import io
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from paibou.lib.cleaners.text import Cell
from paibou.lib.workbook import limits

Row = tuple[int, list[Cell]]

LONGEST_NAME = 120
PIPE = 1 << 20  # rows wait here, and neither process wakes the other for each few
TOO_LARGE = "文件展开后太大，没有收；请只留要导入的表，删掉写在极远的行或列的格子，再传"
TOO_SLOW = "文件读得太久，没有收；请分成几份再传"
_BOOT = "import sys; sys.path.extend(sys.argv[1:]); from workbook.child import main; main()"
_KNOWN = frozenset(
    {
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
    }
)


class FileRefused(Exception):
    """A file that is not taken; `str()` is the sentence for the person who sent it."""


@dataclass
class Sheet:
    """One sheet: its rows come once, in order, and only those that hold anything."""

    name: str
    is_shown: bool
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    holes: set[tuple[int, int]]  # (row, column) from 0: formulas without a stored value, and errors
    height: int
    rows: Iterator[Row]


class _Unpickler(pickle.Unpickler):
    """The child reads what strangers wrote: from it we take plain values and days, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def _messages(pipe: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    while len(head := pipe.read(4)) == 4:
        yield _Unpickler(io.BytesIO(pipe.read(struct.unpack("<I", head)[0]))).load()


def _command() -> list[str]:
    spec = importlib.util.find_spec("python_calamine")
    if spec is None or not spec.origin:
        raise RuntimeError("python-calamine is not installed")
    ways = str(Path(spec.origin).parents[1]), str(Path(__file__).parents[1])
    return [sys.executable, "-I", "-S", "-c", _BOOT, *ways]


@contextmanager
def open_workbook(data: bytes, name: str) -> Iterator[Iterator[Sheet]]:
    """The sheets of a file, one after another. `FileRefused` for what is no workbook or asks for too much.

    The bytes go to the child through a pipe: nothing of them is written to a disk.
    """
    if len(data) > limits.FILE_BYTES:
        raise FileRefused(TOO_LARGE)
    child = subprocess.Popen(
        _command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(OSError):  # a kernel that gives no more does it with what it gave
        fcntl.fcntl(child.stdout, fcntl.F_SETPIPE_SZ, PIPE)
    patience = threading.Timer(limits.CHILD_SECONDS, child.kill)
    feeding = threading.Thread(target=_feed, args=(child.stdin, data))
    for thread in (patience, feeding):
        thread.daemon = True
        thread.start()
    try:
        yield _sheets(child, Path(name).stem)
    finally:
        patience.cancel()
        child.kill()
        child.stdout.close()
        child.wait()
        feeding.join()


def _feed(pipe: IO[bytes], data: bytes) -> None:
    """Hand the file over while the caller makes ready."""
    with suppress(BrokenPipeError), pipe:
        pipe.write(data)


def _sheets(child: subprocess.Popen[bytes], otherwise: str) -> Iterator[Sheet]:
    assert child.stdout is not None
    messages = _messages(child.stdout)
    message = _next(child, messages)
    while message[0] == "sheet":
        pending: list[tuple[Any, ...]] = []

        def rows(pending: list[tuple[Any, ...]] = pending) -> Iterator[Row]:
            while not pending:
                message = _next(child, messages)
                if message[0] == "rows":
                    yield from message[1]
                else:
                    pending.append(message)

        _, name, is_shown, merged, holes, height = message
        sheet = Sheet((name or otherwise)[:LONGEST_NAME], is_shown, merged, holes, height, rows())
        yield sheet
        for _ in sheet.rows:  # whatever the caller left
            pass
        message = pending[0]


def _next(child: subprocess.Popen[bytes], messages: Iterator[tuple[Any, ...]]) -> tuple[Any, ...]:
    message = next(messages, None)
    if message is None:
        raise FileRefused(_last_words(child.wait()))
    if message[0] == "refused":
        raise FileRefused(message[1])
    return message


def _last_words(code: int) -> str:
    """A child that died took more than it may have: of time, or of memory."""
    return TOO_SLOW if code in {-signal.SIGKILL, -signal.SIGXCPU} else TOO_LARGE
