"""Cache hits while the platform takes ten seconds for every answer, against while it is quick.

The product serves an account on the simulated platform; what it keeps gets old every two seconds,
so that it asks the platform all the while. The figure that counts is the ratio of the 99th
percentiles of a month of slots, of which every hundredth answer is slower.
"""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import requests

from benchmarks.command import Figures, command
from benchmarks.service import ours
from tests.simulator.clients import environ_of
from tests.simulator.simulator import Simulator, simulated_demo
from widget_server.clock import SystemClock

VISITORS, WARM_SECONDS, SECONDS = 2, 3.0, 20.0
LATENCY_SECONDS = 10
# Each visitor asks so often; the figure is the time of an answer, not how many there are.
EVERY_SECONDS = 0.005
BUSINESS = {
    "BUSINESS_NAME": "Studio", "BUSINESS_CURRENCY": "EUR", "BUSINESS_TIMEZONE": "Europe/Berlin",
    "BUSINESS_LANGUAGES": "en", "RATE_LIMITS": "off", "CACHE_FRESH_SECONDS": "2",
}  # fmt: skip


def measure() -> Figures:
    """Measure; return milliseconds and the ratio."""
    with tempfile.TemporaryDirectory() as name, simulated_demo(Path(name)) as platform:
        first = SystemClock().now().date() + timedelta(days=2)
        path = f"/v1/slots?service=1&location=1&from={first}&to={first + timedelta(days=30)}"
        with ours(Path(name) / "data", **BUSINESS, **environ_of(platform)) as port:
            return _figures(f"http://127.0.0.1:{port}{path}", platform)


def _figures(url: str, platform: Simulator) -> Figures:
    _visit(url, WARM_SECONDS)
    figures: Figures = {"quick": _visit(url, SECONDS)}
    platform.on("*", "delay", seconds=LATENCY_SECONDS)
    figures["slow"] = _visit(url, SECONDS)
    figures["p99_ratio"] = figures["slow"]["p99"] / figures["quick"]["p99"]
    return figures


def _visit(url: str, seconds: float) -> Figures:
    with ThreadPoolExecutor(VISITORS) as visitors:
        futures = [visitors.submit(_ask, url, seconds) for _ in range(VISITORS)]
        times = [one for future in futures for one in future.result()]
    cuts = quantiles(times, n=1000)
    return {"answers": len(times), "p50": cuts[499], "p99": cuts[989], "p999": cuts[998]}


def _ask(url: str, seconds: float) -> list[float]:
    """Ask for a while; return what each answer took, in milliseconds."""
    times, ends = [], time.monotonic() + seconds
    with requests.Session() as session:
        while time.monotonic() < ends:
            began = time.perf_counter()
            session.get(url, timeout=60).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(EVERY_SECONDS)
    return times


def table(figures: Figures) -> str:
    """Return the figures as a table."""
    lines = ["Hits while the platform is quick, and while it takes 10 s (milliseconds)", ""]
    lines.append("  platform  answers    p50    p99   p99.9")
    for name in ("quick", "slow"):
        one = figures[name]
        lines.append(
            f"  {name:<8} {one['answers']:>8} {one['p50']:>6.1f} {one['p99']:>6.1f} "
            f"{one['p999']:>7.1f}"
        )
    return "\n".join([*lines, f"  ratio of the 99th percentiles: {figures['p99_ratio']:.2f}"])


if __name__ == "__main__":
    command("slow_platform", __doc__, measure, table)
