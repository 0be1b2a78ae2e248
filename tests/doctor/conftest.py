"""What the doctor says of servers that are as they should be but for one thing."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.clients import environ_of
from tests.simulator.simulator import Simulator
from widget_server.clock import Clock, SystemClock, SystemTicks, Ticks
from widget_server.doctor import as_json, as_text, examine

# Twice as long as any test needs on a slow machine.
SECONDS = 120
SECRET_KEY = "canary-key-0123456789-abcdefghijklmnop"


@dataclass(frozen=True)
class Look:
    """What was seen, for tests to ask."""

    document: dict[str, Any]
    text: str

    @property
    def settings(self) -> Mapping[str, str]:
        found: dict[str, str] = self.document["settings"]
        return found

    @property
    def changes(self) -> Mapping[str, str]:
        found: dict[str, str] = self.document["changes"]
        return found

    def status(self, name: str) -> str:
        """Return the status of the one finding of this name."""
        return str(self._only(name)["status"])

    def seen(self, name: str) -> str:
        return str(self._only(name)["seen"])

    def advice(self, name: str) -> str:
        return str(self._only(name)["do"])

    def statuses(self) -> dict[str, str]:
        return {one["name"]: one["status"] for one in self.document["findings"]}

    def worse(self) -> set[str]:
        """Return the names of what is not ok."""
        return {one["name"] for one in self.document["findings"] if one["status"] != "ok"}

    def _only(self, name: str) -> dict[str, Any]:
        [found] = [one for one in self.document["findings"] if one["name"] == name]
        return dict(found)


def look(
    environ: Mapping[str, str],
    clock: Clock | None = None,
    seconds: float = SECONDS,
    ticks: Ticks | None = None,
) -> Look:
    report = examine(environ, clock or SystemClock(), ticks or SystemTicks(), seconds)
    return Look(as_json(report), "\n".join(as_text(report, lambda _status, text: text)))


@pytest.fixture
def here(tmp_path: Path) -> dict[str, str]:
    """The settings of a server with an account, but for the account's own."""
    return {
        "PUBLIC_URL": "http://127.0.0.1:9",
        "SECRET_KEY": SECRET_KEY,
        "DATA_DIR": str(tmp_path / "data"),
        "ALLOWED_ORIGINS": "https://salon.example.org",
        "WEBHOOK_TOKEN": "canary-webhook-token",
        "BUSINESS_NAME": "Salon",
        "BUSINESS_TIMEZONE": "Europe/Berlin",
        "BUSINESS_CURRENCY": "EUR",
        "BUSINESS_LANGUAGES": "en",
    }


@pytest.fixture
def at(here: dict[str, str], simulator: Simulator) -> Callable[..., Look]:
    """Look at the simulated platform, with further settings of the account."""

    def at_account(
        clock: Clock | None = None,
        seconds: float = SECONDS,
        ticks: Ticks | None = None,
        **more: Any,
    ) -> Look:
        account = environ_of(simulator, **{"EXTENSIONS": "off", **more})
        return look(here | account, clock, seconds, ticks)

    return at_account


@pytest.fixture
def answering() -> Callable[..., Any]:
    """Serve an answer for each path, with or without its query; others are not there."""
    return served


@contextmanager
def served(answers: Mapping[str, tuple[int, Any, Mapping[str, str]]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, _ = self.path.partition("?")
            status, body, headers = answers.get(self.path, answers.get(path, (404, {}, {})))
            content = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def log_message(self, *_args: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
