"""A real browser on a host page of another origin than the server."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, expect

from tests.conftest import PATIENCE_SECONDS

expect.set_options(timeout=PATIENCE_SECONDS * 1000)
ROOT = Path(__file__).parents[2]
# As root and without a network of its own the browser needs telling.
BROWSER_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOST_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A salon's website</title>
<link rel="icon" href="data:,">
<script async type="module" src="{server}/widget.js"></script>
<h1>Our salon</h1><booking-widget lang="en"><a href="{server}/book">Book</a></booking-widget>"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = subprocess.run([ROOT / "bin/browser"], check=True, capture_output=True, text=True)
    return {
        **browser_type_launch_args,
        "executable_path": path.stdout.strip(),
        "args": BROWSER_ARGS,
    }


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """Open a visitor's own storage, in a browser that is waited for."""

    def make(**how: Any) -> BrowserContext:
        context = new_context(**how)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        return context

    return make


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "timezone_id": "Europe/Berlin"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="session")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], str]]:
    """The website of a business, of another origin than the widget's server; writes its pages."""
    folder = tmp_path_factory.mktemp("website")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=site.serve_forever, daemon=True).start()

    def write(name: str, text: str) -> str:
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
        return f"http://localhost:{site.server_port}/{name}.html"

    yield write
    site.shutdown()
    site.server_close()


@pytest.fixture(scope="session")
def host_page(server, website: Callable[[str, str], str]) -> str:
    """A page with the widget as the script tag puts it there."""
    return website("index", HOST_PAGE.format(server=server.url))


@pytest.fixture
def staff(server) -> Callable[[str, str, Any], Any]:
    """Work on the booking system directly, as staff do."""
    form = {"grant_type": "client_credentials", **server.credentials}
    token = requests.post(f"{server.url}/api/v2/token", data=form, timeout=PATIENCE_SECONDS).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}

    def call(method: str, path: str, body: Any) -> Any:
        url = f"{server.url}/api/v2{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=PATIENCE_SECONDS)
        assert answer.ok, answer.text
        return answer.json()

    return call


@pytest.fixture
def settings(server, staff: Callable[[str, str, Any], Any]) -> Iterator[Callable[..., None]]:
    """Change the business's settings for one test."""
    before = server.api("/settings")
    changed: set[str] = set()

    def change(**fields: Any) -> None:
        changed.update(fields)
        staff("PATCH", "/settings", fields)

    yield change
    staff("PATCH", "/settings", {name: before[name] for name in changed})
