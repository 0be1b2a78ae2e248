"""The whole program as it is deployed: real worker processes, real HTTP, real files."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.databases import Databases, SqliteFiles, postgresql_server

READY_WITHIN_SECONDS = 60


@dataclass
class Server:
    """A running server; can be killed and started again on the same data."""

    data_dir: Path
    port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data_dir / "server.log"

    @property
    def credentials(self) -> dict[str, str]:
        credentials: dict[str, str] = json.loads((self.data_dir / "credentials.json").read_text())
        return credentials

    def start(self) -> None:
        self.data_dir.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            command = [str(Path(sys.executable).parent / "widget-server"), "serve"]
            self.process = subprocess.Popen(
                command, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill every process of the server at once."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=30, **kwargs)

    def book(self, body: Any, key: str | None = None, **kwargs: Any) -> requests.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return requests.post(
            f"{self.url}/v1/bookings", json=body, headers=headers, timeout=60, **kwargs
        )

    def api(self, path: str) -> Any:
        """Read from the booking system with the server's own credentials."""
        form = {"grant_type": "client_credentials", **self.credentials}
        token = requests.post(f"{self.url}/api/v2/token", data=form, timeout=30).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        return self.get(f"/api/v2{path}", headers=headers).json()

    def _answers(self) -> bool:
        try:
            return self.get("/readyz").status_code == 200
        except requests.ConnectionError:
            return False


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Both kinds of databases, one after the other."""
    if request.param == "sqlite":
        yield SqliteFiles(tmp_path_factory.mktemp("databases"))
        return
    server = postgresql_server()
    yield server
    server.drop_all()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo business, served by four workers."""
    port = free_port()
    data_dir = tmp_path_factory.mktemp("server")
    ours = {
        "DEMO": "on", "PORT": str(port), "DATA_DIR": str(data_dir), "WEB_CONCURRENCY": "4",
        "RATE_LIMITS": "off",
    }  # fmt: skip
    path = {"PATH": os.environ["PATH"]}
    running = Server(data_dir, port, path | ours)
    running.start()
    yield running
    running.kill()
