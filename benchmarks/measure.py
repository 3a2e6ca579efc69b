"""Ratios: two ways of doing a thing, in turns, so that a slow moment of the machine falls on both."""

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAIRS = 9


class Line(str):
    """A result as it is printed."""

    is_met: bool


@dataclass(frozen=True)
class Pair:
    """Medians of both in seconds, and the median of their ratio pair by pair."""

    one: float
    other: float
    ratio: float


def goal(what: str, value: float, limit: float, note: str = "", *, at_least: bool = False) -> Line:
    """A measured value beside its goal: at most the limit, or at least."""
    is_met = value >= limit if at_least else value <= limit
    line = Line(
        f"{'ok  ' if is_met else 'MISS'} {what}: {value:.2f} ({'≥' if at_least else '≤'} {limit:g}) {note}".rstrip()
    )
    line.is_met = is_met
    return line


def compare(
    one: Callable[[], object],
    other: Callable[[], object],
    *,
    times: int = 1,
    pairs: int = PAIRS,
    warm: int = 2,
    before: Callable[[], object] = lambda: None,
) -> Pair:
    """Both in turns, after a warm-up; `before` makes ready for each and takes no part in its time."""

    def taken_by(act: Callable[[], object], often: int) -> float:
        before()
        return seconds(act, often)

    for _ in range(warm):
        taken_by(one, 1)
        taken_by(other, 1)
    taken = [(taken_by(one, times), taken_by(other, times)) for _ in range(pairs)]
    first, second = (statistics.median(column) for column in zip(*taken, strict=True))
    return Pair(first, second, statistics.median(a / b for a, b in taken))


def seconds(act: Callable[[], object], times: int = 1) -> float:
    """How long one takes, on the average of some."""
    started = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - started) / times


def in_ms(taken: float) -> str:
    return f"{taken * 1000:.2f} ms"


def peak_mb() -> float:
    """The most memory this process has held: its own, for what getrusage tells begins with its starter's."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024
