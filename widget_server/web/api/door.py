"""Answers that are ready go out here, before the application is asked at all.

What the application answered to a question is kept with the ready answer that it came from: its
headers and its bytes, for each way of asking that makes a difference. Whether the answer still
holds, for how long it may be kept, and whether its caller comes too often, is looked at each time.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from widget_server.clock import Clock
from widget_server.observability.logs import log_request
from widget_server.observability.metrics import Metrics
from widget_server.rate_limits import RateLimited
from widget_server.request_bodies import WsgiApp
from widget_server.web.api.ready import Ready, ReadyAnswers, Sent
from widget_server.web.security.limits import Limits

PATH = "/v1/slots"
# What an answer depends on besides its address.
ASKED_WITH = ("HTTP_ACCEPT_ENCODING", "HTTP_ORIGIN", "HTTP_IF_NONE_MATCH")
KEPT = {"200 OK": 200, "304 NOT MODIFIED": 304}
Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Door:
    """A WSGI application before the application."""

    def __init__(
        self, app: WsgiApp, answers: ReadyAnswers, limits: Limits, clock: Clock, metrics: Metrics
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._answers = answers
        self._limits = limits
        self._clock = clock

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is ready, else let the application answer."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        began = time.perf_counter()
        asked = tuple(environ.get(name) for name in ASKED_WITH)
        now = self._clock.now()
        ready = self._ready(environ, now)
        sent = ready.sent.get(asked) if ready else None
        if not ready or not sent or not self._admits(environ):
            return self._pass_on(environ, start_response, asked)
        start_response(sent.status, sent.headers_with(ready.how_long(now)))
        status = KEPT[sent.status]
        log_request("GET", PATH, status, began)
        request = "GET", PATH, status, time.perf_counter() - began
        self._metrics.served_ready(ready.slots_in(status), ready.result, request)
        return [sent.body]

    def _ready(self, environ: Environ, now: datetime) -> Ready | None:
        # As the application reads it: WSGI has bytes as latin-1.
        query = environ.get("QUERY_STRING", "").encode("latin-1")
        return self._answers.find(query, now)

    def _admits(self, environ: Environ) -> bool:
        try:
            self._limits.count_read(environ.get("REMOTE_ADDR"))
        except RateLimited:
            return False  # the application says so, in the way in which it always does
        return True

    def _pass_on(
        self, environ: Environ, start_response: StartResponse, asked: tuple[str | None, ...]
    ) -> Iterable[bytes]:
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            seen.append((status, headers))
            return start_response(status, headers, *error)

        answer = self._app(environ, note)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        [(status, headers), *_] = seen
        ready = self._ready(environ, self._clock.now()) if status in KEPT else None
        if ready:
            ready.remember(asked, Sent(status, tuple(headers), body))
        return [body]
