"""gunicorn with our settings instead of its own.

It reads the environment when it is imported, and breaks on what it cannot read: import this late.
"""

from typing import Any

from gunicorn.app.base import BaseApplication

from widget_server.app import create_app, start_background
from widget_server.settings import Settings

THREADS = 8
# Longer than a visitor's request may take, shorter than a visitor's patience with a hanging worker.
WORKER_TIMEOUT_SECONDS = 60


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, told by our settings instead of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    @property
    def url(self) -> str:
        """Return the public address, as far as it is known before a request is read."""
        ours = self._settings
        return ours.public_url or f"http://{ours.host}:{ours.port}"

    def load_config(self) -> None:
        """Hand our settings over."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.web_concurrency,
            "worker_class": "widget_server.cli.worker.Worker",
            "threads": THREADS,
            "timeout": WORKER_TIMEOUT_SECONDS,
            "graceful_timeout": 20,
            "keepalive": 15,
            # Paths carry manage tokens: the application logs routes itself.
            "accesslog": None,
            "logger_class": "gunicorn.glogging.Logger",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application, in each worker."""
        app = create_app(self._settings)
        start_background(app)
        return app
