"""The simulated platform, as a test tells it what to do and asks what was done to it."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from widget_server.backend import migrate
from widget_server.backend.auth import create_client
from widget_server.backend.seed import seed_demo
from widget_server.clock import SystemClock
from widget_server.database import open_database, sqlite_url

ROOT = Path(__file__).parents[2]


@dataclass
class Simulator:
    """A platform that runs; the rules of `on` befall calls until `reset`."""

    port: int
    credentials: tuple[str, str] = field(repr=False)
    _settings: dict[str, Any] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, call: str, fault: str, times: int | None = None, **details: Any) -> None:
        """Let a fault befall calls such as `GET */services`; the first rule that fits counts."""
        chance = details.pop("chance", 1.0)
        rule = {"on": call, "fault": fault, "times": times, "chance": chance, "details": details}
        self._tell("rule", rule)

    def reset(self) -> None:
        """Let nothing go wrong any more, and forget what was called."""
        self._settings = {}
        self._tell("reset")

    def strict(self) -> None:
        """Show no more than what is known of the live platform: no filters, among other things."""
        self._set(strict=True)

    def appointments(self, count: int, employees: tuple[int, ...]) -> None:
        """Have so many appointments from now on, half an hour each, of employees in turn."""
        self._set(appointments={"count": count, "employees": employees})

    def edit(self, **edits: Any) -> None:
        """Have staff work on those: `gone`, `changed` and `inserted`, as `Generated` tells."""
        self._set(edits=edits)

    def release(self) -> None:
        """Let go of all calls that are held."""
        self._tell("release")

    def await_held(self, number: int) -> bool:
        """Wait until so many calls are held; tell whether it came to that."""
        held: bool = self._tell("held", number)
        return held

    def await_idle(self) -> bool:
        """Wait until no call is under way, awaited or not; tell whether it came to that."""
        idle: bool = self._tell("idle")
        return idle

    def calls(self, method: str = "", end: str = "") -> list[dict[str, Any]]:
        """Return the calls since the last reset, of a method, to paths that end in this way."""
        calls: list[dict[str, Any]] = self._tell("state")["calls"]
        return [
            call
            for call in calls
            if call["method"].startswith(method) and call["path"].endswith(end)
        ]

    def counts(self) -> Counter[str]:
        """Return how often each endpoint was called, below the API's path."""
        return Counter(
            f"{call['method']} {call['path'].removeprefix('/api/v2')}" for call in self.calls()
        )

    def _set(self, **settings: Any) -> None:
        self._settings |= settings
        self._tell("settings", self._settings)

    def _tell(self, what: str, asked: Any = None) -> Any:
        address = f"{self.origin}/_control/{what}"
        return requests.post(address, json=asked, timeout=120).json()


@contextmanager
def simulated(
    url: str, credentials: tuple[str, str], now: datetime | None = None, *, conscience: bool = True
) -> Iterator[Simulator]:
    """Run a platform on a database; without a conscience it accepts every booking."""
    arguments = [url, now.isoformat() if now else "", "on" if conscience else "off"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.simulator.account", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        yield Simulator(int(process.stdout.readline()), credentials)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def simulated_demo(folder: Path) -> Iterator[Simulator]:
    """Run a platform with the demo business, its data in a folder."""
    url = sqlite_url(folder / "backend.sqlite")
    database = open_database(url)
    migrate(database)
    clock = SystemClock()
    credentials = create_client(database, "widget-server", ["*"], clock=clock)
    seed_demo(database, clock.now())
    database.close()
    with simulated(url, credentials) as running:
        yield running
