"""Logs as JSON lines on standard error.

A line names the route, never the path: paths carry manage tokens, queries and bodies carry what
visitors typed.
"""

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, g, request

_REQUESTS = structlog.get_logger("widget_server.requests")
HANDLED = ("widget_server", "gunicorn.error", "alembic")


def configure_logs() -> None:
    """Send the program's logs to standard error, one JSON object a line."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("widget_server").setLevel(logging.INFO)
    # Its warnings quote whole addresses, and what visitors typed is in some of them.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


# Is told of an answer: method, route template, status, seconds.
Answered = Callable[[str, str | None, int, float], None]


def log_requests(app: Flask, answered: Answered) -> None:
    """Log each request by its route template, status and time, and have it counted."""

    @app.before_request
    def start_watch() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        route = str(request.url_rule) if request.url_rule else None
        started = g.get("started")
        log_request(request.method, route, response.status_code, started)
        if started:
            seconds = time.perf_counter() - started
            answered(request.method, route, response.status_code, seconds)
        return response


def log_request(method: str, route: str | None, status: int, started: float | None) -> None:
    """Log a request that has been answered; `started` is what time.perf_counter said then."""
    milliseconds = started and round((time.perf_counter() - started) * 1000, 1)
    _REQUESTS.info("request", method=method, route=route, status=status, milliseconds=milliseconds)
