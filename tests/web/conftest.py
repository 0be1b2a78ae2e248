"""The whole application in one process, on real files, with a clock that stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from widget_server.app import create_app
from widget_server.clock import FixedClock
from widget_server.settings import Settings

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MIA = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}


@dataclass
class Site:
    """The demo business's server, and the clock it goes by."""

    app: Flask
    clock: FixedClock
    data_dir: Path

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


def start_site(data_dir: Path, **environ: str) -> Site:
    clock = FixedClock(NOW)
    ours = {"DEMO": "on", "DATA_DIR": str(data_dir), "RATE_LIMITS": "off"}
    app = create_app(Settings.from_env(ours | environ), clock)
    return Site(app, clock, data_dir)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One site for all tests that leave no traces others mind."""
    return start_site(tmp_path_factory.mktemp("site"))


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Site]:
    """Start a site of one's own, with further settings."""
    return partial(start_site, tmp_path)
