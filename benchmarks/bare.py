"""A bare Flask view that returns a file's bytes: what a cache hit is held against.

python -m benchmarks.bare PORT WORKERS FILE
"""

import sys
from pathlib import Path
from typing import Any

from flask import Flask, Response
from gunicorn.app.base import BaseApplication

from widget_server.cli.server import THREADS


class Bare(BaseApplication):  # type: ignore[misc]
    """gunicorn with the product's own worker class, and nothing else of it."""

    def __init__(self, port: int, workers: int, body: bytes) -> None:
        self._port, self._workers, self._body = port, workers, body
        self.url = f"http://127.0.0.1:{port}"
        super().__init__()

    def load_config(self) -> None:
        """Serve like the product."""
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "workers": self._workers,
            "worker_class": "widget_server.cli.worker.Worker",
            "threads": THREADS,
            "keepalive": 15,
            "accesslog": None,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application: one view."""
        app, body = Flask("bare"), self._body

        @app.get("/v1/slots")
        def slots() -> Response:
            return Response(body, mimetype="application/json")

        return app


if __name__ == "__main__":
    Bare(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_bytes()).run()
