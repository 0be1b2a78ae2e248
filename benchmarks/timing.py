"""Timing: the median of several runs, in milliseconds."""

import gc
import time
from collections.abc import Callable
from statistics import median


def median_ms(run: Callable[[], object], *, budget_seconds: float = 1.0) -> float:
    """Return the median duration of a run, after one that does not count."""
    run()
    gc.collect()
    times: list[float] = []
    end = time.perf_counter() + budget_seconds
    while len(times) < 5 or (time.perf_counter() < end and len(times) < 500):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return median(times) * 1000
