"""A platform in its own process: a real booking system behind a connection that can fail.

Prints its port when it serves. What goes wrong is told at /_control by whoever tests, by way of
`tests.simulator.simulator`; all else goes to the booking system, whole or in its costume.
"""

import json
import socket
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import select
from werkzeug.test import create_environ, run_wsgi_app

from tests.simulator import malformed
from tests.simulator.generated import FIRST_ID, Generated, listed
from tests.simulator.script import STAFF, Rule, Script
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.changes import tell_nobody
from widget_server.backend.models import Appointment
from widget_server.backend.strict import strict
from widget_server.backend.strict.shown import APPOINTMENT
from widget_server.clock import FixedClock, SystemClock
from widget_server.database import open_database

Answer = tuple[int, dict[str, str], bytes]


class Platform(ThreadingHTTPServer):
    """The server, with the booking system behind and the script of what goes wrong."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, app: Any, costume: Any, now: datetime) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = Script()
        self._whole = app
        self._costume = costume
        self._now = now

    def handle_error(self, *_args: object) -> None:
        """Say nothing of connections that callers have broken off."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*_args)  # type: ignore[arg-type]

    def app(self, *, staff: bool) -> Any:
        dressed = self.script.settings.get("strict") and not staff
        return self._costume if dressed else self._whole

    def generated(self) -> Generated | None:
        asked = self.script.settings.get("appointments")
        if not asked:
            return None
        edits = self.script.settings.get("edits", {})
        return Generated(
            asked["count"], tuple(asked["employees"]), self._now,
            gone=frozenset(edits.get("gone", ())),
            changed={int(id_): fields for id_, fields in edits.get("changed", {}).items()},
            inserted={int(place): id_ for place, id_ in edits.get("inserted", {}).items()},
        )  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    # An answer goes out in two pieces; the second is not to wait until the first is acknowledged.
    disable_nagle_algorithm = True
    server: Platform

    def log_message(self, *_args: object) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        self.serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # whoever was sending has died
            return
        parts = urlsplit(self.path)
        if parts.path.startswith("/_control/"):
            self.control(parts.path.removeprefix("/_control/"), json.loads(body or "{}"))
            return
        carry_out = partial(self.carried_out, parts.path, parts.query, body)
        try:
            with self.server.script.carried_out():
                if STAFF in self.headers:
                    self.give(carry_out())
                else:
                    self.meet_fate(self.fate(parts.path, parts.query, body), carry_out)
        except OSError:
            self.close_connection = True  # nobody listens any more

    def fate(self, path: str, query: str, body: bytes) -> Rule | None:
        sent = json.loads(body) if self.headers.get_content_type() == "application/json" else None
        call = {"method": self.command, "path": path, "query": query, "body": sent}
        return self.server.script.note(call)

    def meet_fate(self, rule: Rule | None, carry_out: Callable[[], Answer]) -> None:
        if rule is None:
            self.give(carry_out())
            return
        fault, details = rule.fault, rule.details
        if fault == "status":
            body = str(details.get("body", '{"message": "no"}')).encode()
            self.give((details["status"], details.get("headers", {}), body))
        elif fault == "lose call":
            self.hang_up()
        elif fault == "lose answer":
            carry_out()
            self.hang_up()
        elif fault == "malformed":
            _status, _headers, body = carry_out()
            malformed.wire(details["kind"], body).write(self.wfile.write)
            self.close_connection = True
        else:
            self.give(self.late(rule, carry_out))

    def late(self, rule: Rule, carry_out: Callable[[], Answer]) -> Answer:
        if rule.fault == "delay":
            time.sleep(rule.details["seconds"])
            return carry_out()
        with self.server.script.held_back():
            return carry_out()

    def carried_out(self, path: str, query: str, body: bytes) -> Answer:
        generated = self.server.generated()
        if generated and self.command == "GET" and path.endswith("/appointments"):
            return self.with_generated(path, dict(parse_qsl(query)), generated)
        return self.asked_behind(path, query, body)

    def asked_behind(self, path: str, query: str, body: bytes) -> Answer:
        environ = create_environ(
            path, "http://127.0.0.1", query, self.command, data=body,
            headers=list(self.headers.items()),
        )  # fmt: skip
        app = self.server.app(staff=STAFF in self.headers)
        chunks, status, headers = run_wsgi_app(app, environ, buffered=True)
        return int(status.split()[0]), dict(headers), b"".join(chunks)

    def with_generated(self, path: str, query: dict[str, str], generated: Generated) -> Answer:
        def ask(page: int, limit: int) -> Answer:
            paging = {"page": page, "limit": limit}
            return self.asked_behind(path, urlencode({**query, **paging}), b"")

        status, headers, body = ask(1, 1)
        if status != 200:
            return status, headers, body
        count = json.loads(body)["pagination"]["total"]

        def real() -> list[Any]:
            pages = range(1, -(-count // 100) + 1)
            return [one for page in pages for one in json.loads(ask(page, 100)[2])["data"]]

        page = listed(real, count, generated, query)
        if self.server.script.settings.get("strict"):
            made_up = len([one for one in page["data"] if one["id"] >= FIRST_ID])
            page["data"][:made_up] = [APPOINTMENT(one) for one in page["data"][:made_up]]
        return status, headers, json.dumps(page).encode()

    def give(self, answer: Answer) -> None:
        status, headers, body = answer
        self.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | headers).items():
            if name != "Content-Length":
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def control(self, what: str, asked: Any) -> None:
        script = self.server.script
        answer: Any = {}
        if what == "reset":
            script.reset()
        elif what == "rule":
            script.add(Rule(**asked))
        elif what == "settings":
            script.settings = asked
        elif what == "release":
            script.release()
        elif what == "held":
            answer = script.await_held(asked)
        elif what == "idle":
            answer = script.await_idle()
        elif what == "state":
            answer = {"calls": script.calls}
        self.give((200, {}, json.dumps(answer).encode()))


def anyone(session: Any, visit: Any) -> Any:
    """Let everybody in: this platform does not look whether a time is taken, or a group full."""
    if visit.capacity == 1:
        return None
    return session.scalar(
        select(Appointment).where(
            Appointment.service_id == visit.service,
            Appointment.employee_id == visit.employee,
            Appointment.start == visit.start,
            Appointment.status.in_(("approved", "pending")),
        )
    )


def main(url: str, now: str = "", conscience: str = "on") -> None:
    """Serve the booking system of a database; without a conscience it accepts everything."""
    clock = FixedClock(datetime.fromisoformat(now)) if now else SystemClock()
    config = BackendConfig(calls_per_minute=None)
    guard = {} if conscience == "on" else {"guard": anyone}
    app = create_backend_app(config, open_database(url), clock, tell_nobody, **guard)
    platform = Platform(app.wsgi_app, strict(app.wsgi_app, config), clock.now())
    sys.stdout.write(f"{platform.server_port}\n")
    sys.stdout.flush()
    platform.serve_forever()


main(*sys.argv[1:])
