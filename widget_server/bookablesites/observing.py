"""Who looks on as the platform is called: the seam for metrics."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from widget_server.bookablesites.errors import (
    HeldBack,
    OutcomeUnknown,
    PlatformError,
    Unreachable,
)
from widget_server.bookablesites.transport import Reply, Sender
from widget_server.clock import Deadline, Ticks

# What becomes of a call.
ANSWERED, REFUSED, THROTTLED, FAILED = "answered", "refused", "throttled", "failed"
UNREACHABLE, NO_ANSWER, UNREADABLE, HELD_BACK = (
    "unreachable", "no_answer", "unreadable", "held_back",
)  # fmt: skip
OUTCOMES = (
    ANSWERED, REFUSED, THROTTLED, FAILED, UNREACHABLE, NO_ANSWER, UNREADABLE, HELD_BACK,
)  # fmt: skip
_ID = re.compile(r"/\d+(?=/|$)")


class Observer(Protocol):
    """Is told of every call; must be quick, and may be told by several threads at once."""

    def called(self, endpoint: str, outcome: str, seconds: float) -> None:
        """Take note of one call: `GET /services/{id}`, one of OUTCOMES, how long it took."""
        ...

    def turned(self, state: str) -> None:
        """Take note of what the breaker is from now on: closed, open or half_open."""
        ...


class Nobody:
    """Takes no notice."""

    def called(self, endpoint: str, outcome: str, seconds: float) -> None:
        """Take no notice."""

    def turned(self, state: str) -> None:
        """Take no notice."""


class Watched:
    """A sender with somebody who looks on."""

    def __init__(self, sender: Sender, observer: Observer, ticks: Ticks) -> None:
        self._sender = sender
        self._observer = observer
        self._ticks = ticks

    @property
    def state(self) -> str:
        """Return the sender's."""
        return self._sender.state

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        deadline: Deadline | None = None,
    ) -> Reply:
        """Send as the sender does."""
        what = {"headers": headers, "query": query, "body": body, "deadline": deadline}

        def send() -> Reply:
            return self._sender.send(method, path, **what)

        return told(self._observer, self._ticks, endpoint_of(method, path), send)


def told(observer: Observer, ticks: Ticks, endpoint: str, send: Callable[[], Reply]) -> Reply:
    """Send once, and tell who looks on."""
    began, outcome = ticks.seconds(), UNREADABLE
    try:
        reply = send()
        outcome = outcome_of(reply.status)
    except PlatformError as error:
        outcome = _outcome_of(error)
        raise
    finally:
        observer.called(endpoint, outcome, ticks.seconds() - began)
    return reply


def endpoint_of(method: str, path: str) -> str:
    """Return a call without what it is about: few names, and nothing personal."""
    return f"{method} {_ID.sub('/{id}', path)}"


def outcome_of(status: int) -> str:
    """Return what an answer with this status is."""
    if status >= 500:
        return FAILED
    if status == 429:
        return THROTTLED
    return ANSWERED if status < 400 else REFUSED


def _outcome_of(error: PlatformError) -> str:
    kinds = ((HeldBack, HELD_BACK), (Unreachable, UNREACHABLE), (OutcomeUnknown, NO_ANSWER))
    return next((name for kind, name in kinds if isinstance(error, kind)), UNREADABLE)
