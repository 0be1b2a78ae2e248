"""Cache hits: a month of slots from the product, against a bare Flask view with the same bytes.

Both are served by gunicorn with the same workers, and asked by turns in the same run over
connections that stay open; the figure that counts is the ratio of their throughputs. `hit` is
without limits, `hit_limited` with them, from many addresses; the log of requests and the metrics
are on in both, and what the metrics have counted is compared with what was asked.
`not_modified` is a caller who has the answer already.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import requests

from benchmarks.command import Figures, command
from tests.ports import free_port
from widget_server.clock import SystemClock

WORKERS, CONNECTIONS = 2, 8
TURN_SECONDS, TURNS = 1.0, 7
READY_WITHIN_SECONDS = 60
Request = Callable[[int], bytes]


def measure() -> Figures:
    """Measure; return requests per second and the ratios to the bare view."""
    with tempfile.TemporaryDirectory() as folder:
        first = SystemClock().now().date() + timedelta(days=2)
        path = f"/v1/slots?service=1&location=1&from={first}&to={first + timedelta(days=30)}"
        data = Path(folder)
        with ours(data / "open", RATE_LIMITS="off") as open_, ours(data / "limited") as limited:
            answer = requests.get(f"http://127.0.0.1:{open_}{path}", timeout=60)
            body = data / "body"
            body.write_bytes(answer.content)
            with bare(body) as plain:
                return _figures(path, answer, {"open": open_, "limited": limited, "bare": plain})


def _figures(path: str, answer: requests.Response, ports: dict[str, int]) -> Figures:
    known = {"If-None-Match": answer.headers["ETag"]}
    asked: dict[str, tuple[int, Request]] = {
        "bare": (ports["bare"], lambda _number: _request(path)),
        "hit": (ports["open"], lambda _number: _request(path)),
        "hit_limited": (ports["limited"], lambda number: _request(path, _from(number))),
        "not_modified": (ports["open"], lambda _number: _request(path, known)),
    }
    rates: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(TURNS):
        for name, (port, request) in asked.items():
            rates[name].append(_turn(port, request))
    for name, least in {"open": ("hit", "not_modified"), "limited": ("hit_limited",)}.items():
        assert _ready_answers(ports[name]) >= TURN_SECONDS * sum(sum(rates[one]) for one in least)
    per_second = {name: median(turns[1:]) for name, turns in rates.items()}
    ratios = {name: rate / per_second["bare"] for name, rate in per_second.items()}
    return {"bytes": len(answer.content), "per_second": per_second, "ratio": ratios}


def _ready_answers(port: int) -> int:
    """Return how many ready answers the metrics have counted."""
    metrics = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
    return int(metrics.partition('slot_requests_total{answer="ready"} ')[2].split("\n")[0])


def _request(path: str, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in (headers or {}).items()]
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{''.join(lines)}\r\n".encode()


def _from(number: int) -> dict[str, str]:
    # More addresses than any of them could use up its limit.
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def _turn(port: int, request: Request) -> float:
    """Ask for a while over some connections at a time; return the answers per second."""
    selector = selectors.DefaultSelector()
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    number = 0
    for line in lines:
        selector.register(line, selectors.EVENT_READ)
        line.sendall(request(number := number + 1))
    began, answered = time.perf_counter(), 0
    while time.perf_counter() - began < TURN_SECONDS:
        for key, _ in selector.select(timeout=1):
            free: Any = key.fileobj
            _read_answer(free)
            answered += 1
            free.sendall(request(number := number + 1))
    seconds = time.perf_counter() - began
    for line in lines:
        line.close()
    return answered / seconds


def _read_answer(line: socket.socket) -> None:
    got = b""
    while b"\r\n\r\n" not in got:
        got += line.recv(262_144)
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] in (b"200", b"304"), head
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    left = int(length or 0) - len(body)
    while left > 0:
        left -= len(line.recv(left))


@contextmanager
def ours(data: Path, **environ: str) -> Iterator[int]:
    """Serve the demo business."""
    port = free_port()
    settings = {
        "DEMO": "on", "PORT": str(port), "DATA_DIR": str(data), "WEB_CONCURRENCY": str(WORKERS),
        "TRUSTED_PROXIES": "1", "PATH": os.environ["PATH"],
    }  # fmt: skip
    program = str(Path(sys.executable).parent / "widget-server")
    with _running([program, "serve"], settings | environ, port, "/readyz"):
        yield port


@contextmanager
def bare(body: Path) -> Iterator[int]:
    """Serve the bare view."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare", str(port), str(WORKERS), str(body)]
    with _running(command, dict(os.environ), port, "/v1/slots"):
        yield port


@contextmanager
def _running(command: list[str], environ: dict[str, str], port: int, path: str) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command, env=environ, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        _await(f"http://127.0.0.1:{port}{path}")
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _await(url: str) -> None:
    ends = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < ends:
        with suppress(requests.ConnectionError):
            if requests.get(url, timeout=30).status_code == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(url)


def table(figures: Figures) -> str:
    """Return the figures as a table."""
    head = f"Cache hits: {figures['bytes']} bytes, {WORKERS} workers"
    lines = [head, "", "  asked         per second  to bare"]
    for name, rate in figures["per_second"].items():
        lines.append(f"  {name:<13} {rate:>10.0f} {figures['ratio'][name]:>8.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    command("service", __doc__, measure, table)
