"""Timing: the median of several runs, in milliseconds."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

TURN_SECONDS = 0.05


def median_ms(run: Callable[[], object], *, budget_seconds: float = 1.0) -> float:
    """Return the median duration of a run, after one that does not count."""
    return medians_ms({"run": run}, budget_seconds=budget_seconds)["run"]


def medians_ms(
    runs: Mapping[str, Callable[[], object]], *, budget_seconds: float = 1.0
) -> dict[str, float]:
    """Return the median duration of each run, after one that does not count.

    They take short turns, so that whatever else the machine does is shared by all.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    gc.collect()
    end = time.perf_counter() + budget_seconds
    while time.perf_counter() < end or min(map(len, times.values())) < 5:
        for name, run in runs.items():
            run()
            times[name] += _turn(run)
    return {name: median(taken) * 1000 for name, taken in times.items()}


def _turn(run: Callable[[], object]) -> list[float]:
    times: list[float] = []
    while sum(times) < TURN_SECONDS:
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return times
