"""A platform in its own process that accepts everything, loses answers and carries out late.

Prints its port when it serves.
"""

import io
import random
import socket
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.changes import tell_nobody
from widget_server.clock import FixedClock
from widget_server.database import open_database

# Longer than the callers wait for an answer.
LATE_SECONDS = 1.0


class Silent(WSGIRequestHandler):
    def log(self, *_args: object) -> None:
        """Print nothing."""


def unreliable(app: Any, *, faults: bool) -> Any:
    dice = random.Random(11)

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        booking = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/bookings")
        ours = environ.get("HTTP_X_STAFF") is None
        fate = dice.random() if booking and ours and faults else 1.0
        if fate < 0.05:  # lost on the way
            hang_up(environ)
            start("500 Internal Server Error", [])
            return [b""]
        if fate < 0.10:  # carried out when nobody waits any more
            environ["wsgi.input"] = read_all(environ)
            time.sleep(LATE_SECONDS)
        body: Iterable[bytes] = app(environ, start)
        if fate < 0.15:  # carried out, the answer is lost
            hang_up(environ)
        return body

    return serve


def read_all(environ: dict[str, Any]) -> Any:
    return io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))


def hang_up(environ: dict[str, Any]) -> None:
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)


def anyone(_session: object, _visit: object) -> None:
    """Let everybody in: this platform does not look whether a time is taken."""


def main(url: str, now: str, faults: str) -> None:
    clock = FixedClock(datetime.fromisoformat(now))
    app = create_backend_app(BackendConfig(), open_database(url), clock, tell_nobody, guard=anyone)
    server = make_server(
        "127.0.0.1", 0, unreliable(app.wsgi_app, faults=faults == "on"), threaded=True,
        request_handler=Silent,
    )  # fmt: skip
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve_forever()


main(*sys.argv[1:])
