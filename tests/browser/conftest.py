"""A real browser on a host page of another origin than the server."""

import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

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
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-US", "timezone_id": "Europe/Berlin"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@pytest.fixture(scope="session")
def host_page(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The website of a business, served from another origin than the widget's server."""
    folder = tmp_path_factory.mktemp("website")
    (folder / "index.html").write_text(HOST_PAGE.format(server=server.url), encoding="utf-8")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}/"
    site.shutdown()
    site.server_close()
