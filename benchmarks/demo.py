"""The demonstration: one township in seconds, many with flat memory."""

import os
import resource
import time
from collections.abc import Iterator

from benchmarks import databases
from benchmarks.measure import goal
from demo.services import build_township

SECONDS = 60.0
SOME = int(os.environ.get("PAIBOU_BENCH_SOME", "6"))
GROWTH = 1.15  # of the process's memory from the second township to the last


def run() -> Iterator[str]:
    with databases.empty("paibou_bench_demo"):
        started = time.perf_counter()
        build_township(seed=2025, index=0, until=databases.LAST_DAY)
        taken = time.perf_counter() - started
        yield goal("one township, seconds", taken, SECONDS)
        peaks = _peaks()
        yield goal(
            f"peak memory after {SOME} townships over that after two", peaks[-1] / peaks[1], GROWTH, f"{peaks[-1]} MB"
        )


def _peaks() -> list[int]:
    """The process's peak in MB after each township."""
    peaks = [_peak()]
    for index in range(1, SOME):
        build_township(seed=2025, index=index, until=databases.LAST_DAY)
        peaks.append(_peak())
    return peaks


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
