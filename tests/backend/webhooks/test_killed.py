"""A server killed between the commit and the delivery: what happened is told all the same."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from tests.conftest import PATIENCE_SECONDS, Server
from tests.ports import free_port

VISIT = {"service": 1, "employee": 1, "customer": 1, "date": "2031-12-01"}


def headers(server):
    form = {"grant_type": "client_credentials", **server.credentials}
    answer = requests.post(f"{server.url}/api/v2/token", data=form, timeout=PATIENCE_SECONDS)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def listen(port, seen):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.headers["webhook-id"], body["data"]["appointmentId"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_args):
            pass

    receiver = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    return receiver


def test_events_of_a_killed_server_are_delivered_by_the_next(tmp_path):
    port, receiver_port = free_port(), free_port()
    environ = {
        "DEMO": "on", "PORT": str(port), "DATA_DIR": str(tmp_path), "WEB_CONCURRENCY": "2",
        "BACKEND_WEBHOOK_HOSTS": f"127.0.0.1:{receiver_port}", "PATH": os.environ["PATH"],
    }  # fmt: skip
    server = Server(tmp_path, port, environ)
    server.start()
    token = headers(server)
    hook = {"event": "appointment_booked", "url": f"http://127.0.0.1:{receiver_port}/hook"}
    api = f"{server.url}/api/v2"
    assert requests.post(f"{api}/webhooks", json=hook, headers=token, timeout=PATIENCE_SECONDS).ok
    booked = []
    for hour in range(9, 12):
        visit = {**VISIT, "time": f"{hour:02}:00"}
        answer = requests.post(
            f"{api}/bookings", json=visit, headers=token, timeout=PATIENCE_SECONDS
        )
        booked.append(str(answer.json()["appointment"]))
    server.kill()

    seen: list[tuple[str, str]] = []
    receiver = listen(receiver_port, seen)
    deliver = [str(Path(sys.executable).parent / "widget-server"), "outbox", "run", "--once"]
    # An attempt that was under way when the server died is made again when its lease is over.
    deadline = time.monotonic() + 300
    while len({about for _, about in seen}) < len(booked) and time.monotonic() < deadline:
        subprocess.run(
            deliver, env=environ, check=True, capture_output=True, timeout=PATIENCE_SECONDS
        )
        time.sleep(0.5)
    receiver.shutdown()
    receiver.server_close()
    assert sorted({about for _, about in seen}) == sorted(booked)
    assert len(set(seen)) == len(booked)  # told again or not: each under one id
