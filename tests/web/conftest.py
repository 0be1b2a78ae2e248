"""The whole application in one process, on real files, with a clock that stands."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.databases import Databases, SqliteFiles, kept
from widget_server.app import create_app
from widget_server.clock import FixedClock, FixedTicks
from widget_server.prepare import prepare
from widget_server.settings import Settings

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MIA = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}


@dataclass
class Site:
    """The demo business's server, and the clock it goes by."""

    app: Flask
    clock: FixedClock
    data_dir: Path
    ticks: FixedTicks = field(default_factory=FixedTicks)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.app.test_client().get(path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> TestResponse:
        return self.app.test_client().post(path, **kwargs)

    def page(self, path: str, **kwargs: Any) -> TestResponse:
        """Ask as a browser does."""
        return self.get(path, headers={"Accept": "text/html,*/*;q=0.8"}, **kwargs)

    def slots(self, query: str = "") -> list[Any]:
        """Return the open slots of December, for haircuts unless the query says otherwise."""
        window = "from=2026-12-01&to=2026-12-31"
        answer = self.get(f"/v1/slots?{window}&{query or 'service=1&location=1'}")
        assert answer.status_code == 200, answer.text
        return [slot for day in answer.get_json()["days"] for slot in day["slots"]]

    def book(self, slot: Any, key: str, **fields: Any) -> TestResponse:
        item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
        body = {"items": [item], "customer": MIA, **fields}
        return self.post("/v1/bookings", json=body, headers={"Idempotency-Key": key})

    def staff(self, method: str, path: str, body: Any = None) -> Any:
        """Work on the booking system directly, as staff do."""
        credentials = json.loads((self.data_dir / "credentials.json").read_text())
        form = {"grant_type": "client_credentials", **credentials}
        token = self.post("/api/v2/token", data=form).get_json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        client = self.app.test_client()
        answer = client.open(f"/api/v2{path}", method=method, headers=headers, json=body)
        assert answer.status_code < 300, answer.text
        return answer.get_json()


def settings(data_dir: Path, **environ: str) -> Settings:
    ours = {"DEMO": "on", "DATA_DIR": str(data_dir), "RATE_LIMITS": "off"}
    return Settings.from_env(ours | environ)


def start_site(data_dir: Path, **environ: str) -> Site:
    clock, ticks = FixedClock(NOW), FixedTicks()
    app = create_app(settings(data_dir, **environ), clock, ticks)
    return Site(app, clock, data_dir, ticks)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One site for all tests that leave no traces others mind."""
    return start_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's files as a first start leaves them, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    prepare(settings(folder), FixedClock(NOW))
    return folder


@pytest.fixture
def make_site(tmp_path: Path, demo_files: Path) -> Callable[..., Site]:
    """Start a site of one's own, with further settings."""

    def make(**environ: str) -> Site:
        how = settings(tmp_path, **environ)
        is_first = not (tmp_path / "ledger.sqlite").exists()
        # With a secret of its own it is not the demo that the files are of.
        if is_first and how.demo and not how.embedded_client_secret:
            shutil.copytree(demo_files, tmp_path, dirs_exist_ok=True)
        return start_site(tmp_path, **environ)

    return make


@pytest.fixture
def staff(site: Site) -> Callable[..., Any]:
    """Work on the booking system directly, as staff do."""
    return site.staff


@pytest.fixture
def demo_database(databases: Databases, demo_files: Path) -> Iterator[dict[str, str]]:
    """The settings of a demo of one's own on either kind of database."""
    if isinstance(databases, SqliteFiles):
        yield {}
        return
    url = databases.copy(kept(databases, _demo, lambda: _demo(databases, demo_files)))
    yield {"DATABASE_URL": url}
    databases.drop(url)


def _demo(databases: Databases, demo_files: Path) -> str:
    url = databases.new()
    prepare(settings(demo_files, DATABASE_URL=url), FixedClock(NOW))
    return url
