"""The examples are what users copy: they work as they stand, and they are short."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.conftest import PATIENCE_SECONDS, serving
from tests.ports import free_port

EXAMPLES = Path(__file__).parents[1] / "examples"
EVENT = "appointment_booked"


def test_each_is_short():
    files = [file for file in EXAMPLES.rglob("*") if file.suffix in (".py", ".html", ".conf")]
    assert len(files) == 4
    assert [file.name for file in files if len(file.read_text().splitlines()) >= 80] == []


def test_an_app_books_and_cancels(server):
    done = subprocess.run(
        [sys.executable, EXAMPLES / "app.py", server.url],
        capture_output=True, text=True, check=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    told = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    start = told[0].rpartition(" at ")[2]
    assert told[1].startswith("approved, ")
    assert told[2] == "canceled"
    newest = server.api("/appointments?limit=1&customer=" + customer(server))["data"][0]
    assert (newest["status"], newest["start_date_time"]) == ("canceled", start)


def customer(server):
    [found] = server.api("/customers?email=mia@example.org")["data"]
    return str(found["id"])


def test_an_app_is_told_what_is_wrong(server):
    done = subprocess.run(
        [sys.executable, EXAMPLES / "app.py", f"{server.url}/nowhere"],
        capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "not_found")


@pytest.fixture
def hook(tmp_path):
    """Returns a business whose events may come to a port of this machine, and the port."""
    port, data_dir = free_port(), tmp_path / "data"
    environ = {
        "DEMO": "on", "DATA_DIR": str(data_dir), "WEB_CONCURRENCY": "1",
        "BACKEND_WEBHOOK_HOSTS": f"127.0.0.1:{port}",
    }  # fmt: skip
    with serving(data_dir, **environ) as server:
        yield server, port


@pytest.fixture
def receive(tmp_path):
    """Start the receiver at a port, with a secret; returns its log."""
    started = []

    def start(port: int, secret: str) -> Path:
        log: Path = tmp_path / "receiver.log"
        program = ["-m", "flask", "--app", str(EXAMPLES / "receive_webhooks.py"), "run", "--port"]
        environ = {"PATH": os.environ["PATH"], "WEBHOOK_SECRET": secret}
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, *program, str(port)], env=environ, stdout=file, stderr=file
            )
        started.append(process)
        until(lambda: b"Running on" in log.read_bytes())
        return log

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(happened):
    ends = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.1)


def states(server):
    return [(one["state"], one["outcome"]) for one in server.api("/webhooks/1/deliveries")["data"]]


def test_a_receiver_hears_of_each_event_once_and_believes_no_other(hook, receive):
    server, port = hook
    url = f"http://127.0.0.1:{port}/events"
    made = server.api("/webhooks", "POST", {"event": EVENT, "url": url})
    log = receive(port, made["secret"])

    def told():
        return [line for line in log.read_text().splitlines() if f" {EVENT} " in line]

    server.api("/webhooks/1/test", "POST")
    until(lambda: states(server) == [("delivered", "HTTP 204")])
    server.api("/webhooks/1/deliveries/1/replay", "POST")
    until(lambda: states(server) == [("delivered", "HTTP 204")])
    assert len(told()) == 1

    forged = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time()))}
    for signature in ("", "v1,AAAA", "v1a,AAAA ü"):
        headers: dict[str, str | bytes] = {**forged, "webhook-signature": signature.encode()}
        answer = requests.post(url, data=b"{}", headers=headers, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 401
    assert len(told()) == 1
