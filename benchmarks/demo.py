"""The demonstration: one township in seconds, many with flat memory."""

import os
import time
from collections.abc import Iterator

from benchmarks import databases
from benchmarks.measure import goal, peak_mb
from demo.services import build_townships

SECONDS = 60.0
SOME = int(os.environ.get("PAIBOU_BENCH_SOME", "6"))
GROWTH = 1.15  # of the process's memory from the second township to the last


def run() -> Iterator[str]:
    with databases.empty("paibou_bench_demo"):
        townships = build_townships(seed=2025, townships=SOME, until=databases.LAST_DAY)
        started = time.perf_counter()
        next(townships)
        taken = time.perf_counter() - started
        yield goal("one township, seconds", taken, SECONDS)
        peaks = [peak_mb(), *(peak_mb() for _ in townships)]
        what = f"peak memory after {SOME} townships over that after two"
        yield goal(what, peaks[-1] / peaks[1], GROWTH, f"{peaks[1]:.0f} MB, then {peaks[-1]:.0f} MB")
