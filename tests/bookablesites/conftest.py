"""The client on the embedded backend, through the WSGI transport, as in production."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.backend_apps import put_before
from widget_server.backend import migrate
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.auth import create_client
from widget_server.backend.seed import seed_demo
from widget_server.bookablesites.auth import AccessTokens, Credentials
from widget_server.bookablesites.client import BookablesitesClient, Contract
from widget_server.bookablesites.transport import embedded
from widget_server.clock import FixedClock
from widget_server.database import open_database, sqlite_url

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


class CountingApp:
    """Passes requests on to an application and remembers their methods and paths."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.calls: list[tuple[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.calls.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return self.app(environ, start_response)


@pytest.fixture
def connect(clock):
    """Build a client on any WSGI application."""

    def build(app: Any, secret: str = "secret" * 8, **contract: Any) -> BookablesitesClient:
        transport = embedded(app)
        credentials = Credentials("widget-server", secret)
        tokens = AccessTokens(transport, "/api/v2/token", credentials, clock)
        return BookablesitesClient(transport, tokens, Contract(**{"extended": True, **contract}))

    return build


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Flask]:
    """The file of a demo business, to be copied, and its backend."""
    path = tmp_path_factory.mktemp("demo") / "backend.sqlite"
    database = open_database(sqlite_url(path))
    migrate(database)
    create_client(database, "widget-server", ("*",), "widget-server", "secret" * 8)
    seed_demo(database, NOW)
    database.close()
    return path, create_backend_app(BackendConfig(), database, FixedClock(NOW))


@pytest.fixture
def backend(tmp_path: Path, clock, demo: tuple[Path, Flask]) -> Iterator[CountingApp]:
    original, app = demo
    copied = shutil.copyfile(original, tmp_path / "backend.sqlite")
    database = open_database(sqlite_url(copied))
    put_before(app, database, clock)
    yield CountingApp(app.wsgi_app)
    database.close()


@pytest.fixture
def answering(connect):
    """Build a client on a platform that gives one answer to everything but the token."""

    def build(status: str, body: bytes) -> Any:
        def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ["PATH_INFO"].endswith("/token"):
                start_response("200 OK", [("Content-Type", "application/json")])
                return [b'{"access_token": "token", "expires_in": 3600}']
            start_response(status, [("Content-Type", "application/json")])
            return [body]

        return connect(app)

    return build
