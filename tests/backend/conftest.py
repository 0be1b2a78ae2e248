"""A backend on a real SQLite file, spoken to over its HTTP surface."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.backend_apps import put_before
from tests.databases import Databases, kept
from widget_server.backend import migrate
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.auth import create_client
from widget_server.backend.changes import Change
from widget_server.backend.seed import seed_demo
from widget_server.clock import FixedClock
from widget_server.database import Database, open_database

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
RACER = Path(__file__).with_name("race_worker.py")
RACE_SECONDS = 600


@dataclass
class Caller:
    """Speaks to a backend with a token; `changes` is what its listener heard."""

    app: Flask
    database: Database
    clock: FixedClock
    token: str
    credentials: tuple[str, str]
    changes: list[Change] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        if body is not None:
            kwargs["json"] = body
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        client = self.app.test_client()
        return client.open(f"/api/v2{path}", method=method, headers=headers, **kwargs)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def make(self, path: str, body: Any) -> Any:
        answer = self.call("POST", path, body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.json

    def fresh_token(self) -> str:
        """Return a token from now on: the clock may have been put forward."""
        form = dict(zip(("client_id", "client_secret"), self.credentials, strict=True))
        answer = self.app.test_client().post("/api/v2/token", data=form)
        token: str = answer.get_json()["access_token"]
        return token

    def book(self, **fields: Any) -> TestResponse:
        visit = {"service": 1, "employee": 1, "customer": 1, "date": "2026-12-01", "time": "09:00"}
        return self.call("POST", "/bookings", {**visit, **fields})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@dataclass(frozen=True)
class Template:
    """A business in a database, to be copied for each test, and the way into it."""

    databases: Databases
    url: str
    app: Flask
    credentials: tuple[str, str]
    token: str

    def opened(self, clock: FixedClock) -> Iterator[Caller]:
        url = self.databases.copy(self.url)
        database = open_database(url)
        changes: list[Change] = []
        put_before(self.app, database, clock, changes.append)
        yield Caller(self.app, database, clock, self.token, self.credentials, changes)
        database.close()
        self.databases.drop(url)


@pytest.fixture(scope="session")
def template(databases: Databases) -> Callable[[Callable[[Caller], object]], Template]:
    """Returns the template of the business that a function fills."""
    return lambda fill: _template(databases, fill)


@pytest.fixture
def api(databases: Databases, clock: FixedClock) -> Iterator[Caller]:
    """An empty business in Berlin."""
    yield from _template(databases, _open_the_studio).opened(clock)


@pytest.fixture
def studio(databases: Databases, clock: FixedClock) -> Iterator[Caller]:
    """A business with one location, services 1 (single) and 2 (group of 2 to 4), two of each."""
    yield from _template(databases, _furnish).opened(clock)


@pytest.fixture
def demo(databases: Databases, clock: FixedClock) -> Iterator[Caller]:
    """The demo business."""
    yield from _template(databases, _seed).opened(clock)


@pytest.fixture
def credentials(api: Caller) -> tuple[str, str]:
    return api.credentials


def _template(databases: Databases, fill: Callable[[Caller], object]) -> Template:
    return kept(databases, fill, lambda: _filled(databases, fill))


def _filled(databases: Databases, fill: Callable[[Caller], object]) -> Template:
    url = databases.new()
    database = open_database(url)
    migrate(database)
    clock = FixedClock(NOW)
    credentials = create_client(database, "tests", ["*"], clock=clock)
    app = create_backend_app(BackendConfig(), database, clock)
    form = {"client_id": credentials[0], "client_secret": credentials[1]}
    answer = app.test_client().post("/api/v2/token", data=form).get_json()
    caller = Caller(app, database, clock, answer["access_token"], credentials)
    fill(caller)
    # Closing the last connection folds the log into the file.
    database.close()
    return Template(databases, url, app, credentials, caller.token)


def _seed(demo: Caller) -> None:
    seed_demo(demo.database, NOW)


def _open_the_studio(api: Caller) -> None:
    api.call("PUT", "/settings", {"name": "Studio", "timezone": "Europe/Berlin"})


def _furnish(api: Caller) -> None:
    _open_the_studio(api)
    api.make("/locations", {"name": "Main street", "timezone": "Europe/Berlin"})
    haircut = {"name": "Haircut", "duration": 30, "price": 45, "buffer_time_after": 10}
    wash = {"name": "Wash", "duration": 10, "price": 5.5, "max_quantity": 2}
    api.make("/services", {**haircut, "extras": [wash]})
    yoga = {"name": "Yoga", "duration": 60, "price": 12, "min_capacity": 2, "max_capacity": 4}
    api.make("/services", yoga)
    both = [{"id": 1}, {"id": 2}]
    ada = {"first_name": "Ada", "last_name": "Berg", "location": 1, "services": both}
    ben = {"first_name": "Ben", "last_name": "Ode", "location": 1, "services": both}
    api.make("/employees", ada)
    api.make("/employees", ben)
    mia = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}
    api.make("/customers", {**mia, "phone": "+49 30 123456"})
    api.make("/customers", {"first_name": "Jo", "last_name": "Roth", "email": "jo@example.org"})


Call = tuple[str, str, Any]


@pytest.fixture(scope="session")
def racers() -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes that run one race after the other: to start them takes longer than most races."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    started = [subprocess.Popen([sys.executable, str(RACER)], env=env, **pipes) for _ in range(4)]
    yield started
    _stop(started)
    for racer in started:
        racer.communicate()


@pytest.fixture
def race(racers: list["subprocess.Popen[str]"], tmp_path: Path) -> Callable[..., list[int]]:
    """Make calls at once, from several processes with several threads each: the statuses."""

    def run(caller: Caller, calls: list[Call], **options: Any) -> list[int]:
        start = tmp_path / f"start-{time.monotonic_ns()}"
        watch = threading.Timer(RACE_SECONDS, _stop, (racers,))
        watch.start()
        for number, racer in enumerate(racers):
            _tell(racer, _task(caller, start, calls[number :: len(racers)], options))
        assert [_line(racer) for racer in racers] == ["ready"] * len(racers)
        start.touch()
        answers = [_line(racer) for racer in racers]
        watch.cancel()
        return [status for answer in answers for status in json.loads(answer)]

    return run


def _stop(racers: list["subprocess.Popen[str]"]) -> None:
    for racer in racers:
        racer.kill()


def _tell(racer: "subprocess.Popen[str]", task: dict[str, Any]) -> None:
    assert racer.stdin
    racer.stdin.write(json.dumps(task) + "\n")
    racer.stdin.flush()


def _line(racer: "subprocess.Popen[str]") -> str:
    assert racer.stdout
    return racer.stdout.readline().strip()


def _task(
    caller: Caller, start: Path, calls: list[Call], options: dict[str, Any]
) -> dict[str, Any]:
    return {
        "database": caller.database.engine.url.render_as_string(hide_password=False),
        "token": caller.token,
        "now": caller.clock.now().isoformat(),
        "start": str(start),
        "calls": calls,
        **options,
    }
