"""Other engines than Chromium, each in its own words: WebKit by WebDriver, Firefox by Marionette.

Both take the same commands; only how these travel differs.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import requests

from tests.conftest import PATIENCE_SECONDS
from tests.ports import free_port

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ENTER = "\ue007"


class Engine(Protocol):
    """Opens a page and works on it."""

    def go(self, url: str) -> None:
        """Open a page."""

    def script(self, text: str, *given: Any) -> Any:
        """Run the body of a function in the page; return what it returns."""

    def click(self, element: Any) -> None:
        """Click an element as a mouse does."""

    def type(self, element: Any, text: str) -> None:
        """Press keys with the focus on an element."""


class Firefox:
    """Speaks Marionette: numbered messages with their length before them."""

    def __init__(self, port: int) -> None:
        self._line = _connected(port)
        self._number = 0
        self._read()  # it says hello
        self._ask("WebDriver:NewSession", {})

    def go(self, url: str) -> None:
        """Open a page."""
        self._ask("WebDriver:Navigate", {"url": url})

    def script(self, text: str, *given: Any) -> Any:
        """Run the body of a function in the page; return what it returns."""
        asked = {"script": text, "args": list(given), "sandbox": None}
        return self._ask("WebDriver:ExecuteScript", asked)["value"]

    def click(self, element: Any) -> None:
        """Click an element as a mouse does."""
        self._ask("WebDriver:ElementClick", {"id": element[ELEMENT]})

    def type(self, element: Any, text: str) -> None:
        """Press keys with the focus on an element."""
        self._ask("WebDriver:ElementSendKeys", {"id": element[ELEMENT], "text": text})

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(self, command: str, asked: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, asked]).encode()
        self._line.sendall(b"%d:%s" % (len(message), message))
        _, _, error, answer = self._read()
        assert error is None, error
        return answer

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._line.recv(1)
        left, text = int(length[:-1]), b""
        while len(text) < left:
            text += self._line.recv(left - len(text))
        return json.loads(text)


class WebKit:
    """Speaks WebDriver over HTTP."""

    def __init__(self, port: int, browser: Path) -> None:
        self._url = f"http://127.0.0.1:{port}/session"
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        _connected(port).close()
        session = self._ask("", {"capabilities": wanted})
        self._url += f"/{session['sessionId']}"

    def go(self, url: str) -> None:
        """Open a page."""
        self._ask("/url", {"url": url})

    def script(self, text: str, *given: Any) -> Any:
        """Run the body of a function in the page; return what it returns."""
        return self._ask("/execute/sync", {"script": text, "args": list(given)})

    def click(self, element: Any) -> None:
        """Click an element as a mouse does."""
        self._ask(f"/element/{element[ELEMENT]}/click", {})

    def type(self, element: Any, text: str) -> None:
        """Press keys with the focus on an element."""
        self._ask(f"/element/{element[ELEMENT]}/value", {"text": text})

    def _ask(self, path: str, asked: dict[str, Any]) -> Any:
        answer = requests.post(self._url + path, json=asked, timeout=PATIENCE_SECONDS)
        assert answer.ok, answer.text
        return answer.json()["value"]


@contextmanager
def firefox(folder: Path) -> Iterator[Engine]:
    """Run Firefox with a profile of its own."""
    port = free_port()
    (folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n', encoding="utf-8")
    command = ["firefox-esr", "--marionette", "--headless", "--no-remote", "--profile", str(folder)]
    with _running(command, folder), closing(Firefox(port)) as running:
        yield running


@contextmanager
def webkit(folder: Path) -> Iterator[Engine]:
    """Run WebKitGTK's own small browser, on a screen that nobody sees."""
    port = free_port()
    with _running(["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"], folder):
        yield WebKit(port, minibrowser())


def minibrowser() -> Path:
    """Return where WebKitGTK's small browser is."""
    return next(Path("/usr/lib").glob("*/webkit2gtk-4*/MiniBrowser"))


def missing(*programs: str) -> list[str]:
    """Return which of these programs are not on this machine."""
    return [program for program in programs if shutil.which(program) is None]


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    environ = os.environ | {"HOME": str(folder), "MOZ_DISABLE_CONTENT_SANDBOX": "1"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, env=environ, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _connected(port: int) -> socket.socket:
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        except OSError:
            assert time.monotonic() < ends
            time.sleep(0.1)
