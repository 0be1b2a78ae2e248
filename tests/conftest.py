"""The whole program as it is deployed: real worker processes, real HTTP, real files."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, settings

from tests.databases import Databases, PostgresqlServer, SqliteFiles, postgresql_server
from tests.ports import free_port
from tests.simulator.simulator import Simulator, simulated_demo

READY_WITHIN_SECONDS = 180
# For an answer; a machine may have much else to do.
PATIENCE_SECONDS = 120
SECRET_KEY = "k" * 40
FOUR_WORKERS = {"DEMO": "on", "WEB_CONCURRENCY": "4", "RATE_LIMITS": "off"}
# The same cases each time, however quick the machine is.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
# With many processes, or a browser: one after the other, in one of pytest-xdist's workers.
CROWDS = {"server", "defended_server", "killed", "race", "stage", "browser", "running_simulator"}


# Before pytest-xdist looks at the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if CROWDS.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("crowds"))


@dataclass
class Server:
    """A running server; can be killed and started again on the same data."""

    data_dir: Path
    port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)
    command: str = "serve"

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
            command = [str(Path(sys.executable).parent / "widget-server"), self.command]
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
        return requests.get(self.url + path, timeout=PATIENCE_SECONDS, **kwargs)

    def book(self, body: Any, key: str | None = None, **kwargs: Any) -> requests.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        url = f"{self.url}/v1/bookings"
        return requests.post(url, json=body, headers=headers, timeout=PATIENCE_SECONDS, **kwargs)

    def api(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """Call the booking system with the server's own credentials."""
        form = {"grant_type": "client_credentials", **self.credentials}
        url = f"{self.url}/api/v2/token"
        token = requests.post(url, data=form, timeout=PATIENCE_SECONDS).json()
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        answer = requests.request(
            method, f"{self.url}/api/v2{path}", json=body, headers=headers,
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        return answer.json()

    def _answers(self) -> bool:
        try:
            return self.get("/readyz").status_code == 200
        except requests.RequestException:
            return False


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    server = postgresql_server()
    yield server
    server.drop_all()


@pytest.fixture(
    scope="session", params=["sqlite_files", "postgresql"], ids=["sqlite", "postgresql"]
)
def databases(request: pytest.FixtureRequest) -> Databases:
    """Both kinds of databases."""
    found: Databases = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo business, served by four workers."""
    data_dir = tmp_path_factory.mktemp("server")
    with serving(data_dir, DATA_DIR=str(data_dir), **FOUR_WORKERS) as running:
        yield running


@pytest.fixture(scope="session")
def defended_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same where who books solves a challenge first."""
    defence = {"BOT_DEFENCE": "on", "SECRET_KEY": SECRET_KEY}
    data_dir = tmp_path_factory.mktemp("defended")
    with serving(data_dir, DATA_DIR=str(data_dir), **FOUR_WORKERS, **defence) as running:
        yield running


@contextmanager
def serving(data_dir: Path, *, command: str = "serve", **environ: str) -> Iterator[Server]:
    """Serve at a port that is free until the block ends."""
    port = free_port()
    ours = {"PATH": os.environ["PATH"], "PORT": str(port)}
    running = Server(data_dir, port, ours | environ, command=command)
    try:
        running.start()
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="session")
def running_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A platform with the demo business, in a process of its own."""
    with simulated_demo(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def simulator(running_simulator: Simulator) -> Iterator[Simulator]:
    """The platform, at which nothing goes wrong yet."""
    running_simulator.reset()
    yield running_simulator
    running_simulator.reset()
