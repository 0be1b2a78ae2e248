"""The link to an account: stands before the transport and decides whether, when and how often.

Only what is safe to repeat is tried again: reading, and fetching a token. Everything that changes
something is sent once. What is held back here was never sent.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from widget_server.bookablesites.breaker import Breaker
from widget_server.bookablesites.errors import (
    HeldBack,
    OutcomeUnknown,
    PlatformError,
    Unreachable,
)
from widget_server.bookablesites.observing import Nobody, Observer, endpoint_of, told
from widget_server.bookablesites.pace import Pace, worth_waiting
from widget_server.bookablesites.transport import Reply, Transport
from widget_server.clock import Clock, Deadline, Ticks

ATTEMPTS = 3
# Before the second attempt, doubled before each further one; up to half of it more, by chance.
BACKOFF_SECONDS = 0.2
# When the platform asks for a pause and does not say, or not so that it can be read, for how long.
PAUSE_SECONDS = 5.0
TRIED_AGAIN = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Guards:
    """What stands before the transport, and what tells it the time.

    `safe_posts` are the paths of what may be sent again although it is no reading.
    """

    breaker: Breaker
    pace: Pace
    clock: Clock
    ticks: Ticks
    safe_posts: frozenset[str] = frozenset()
    observer: Observer = field(default_factory=Nobody)


class Link:
    """Sends for one credential."""

    def __init__(self, transport: Transport, guards: Guards) -> None:
        self._transport = transport
        self._guards = guards

    @property
    def state(self) -> str:
        """Return the breaker's: closed, open or half_open."""
        return self._guards.breaker.state

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
        """Send, again if that is safe and may help; return the answer or raise PlatformError."""
        what = {"headers": headers, "query": query, "body": body}
        safe = method == "GET" or path in self._guards.safe_posts
        for attempt in range(1, ATTEMPTS if safe else 1):
            try:
                reply = self._once(method, path, what, deadline)
            except HeldBack:
                raise
            except (Unreachable, OutcomeUnknown):
                if not self._rest(attempt, deadline):
                    raise
            else:
                if reply.status not in TRIED_AGAIN or not self._rest(attempt, deadline):
                    return reply
        return self._once(method, path, what, deadline)

    def _rest(self, attempt: int, deadline: Deadline | None) -> bool:
        """Wait before the next attempt; tell whether there is time for one."""
        seconds = BACKOFF_SECONDS * 2 ** (attempt - 1) * (1 + random.random() / 2)  # noqa: S311
        if seconds > worth_waiting(deadline):
            return False
        self._guards.ticks.sleep(seconds)
        return True

    def _once(
        self, method: str, path: str, what: Mapping[str, Any], deadline: Deadline | None
    ) -> Reply:
        """Send once, and tell who looks on."""
        guards = self._guards

        def send() -> Reply:
            return self._guarded(method, path, what, deadline)

        return told(guards.observer, guards.ticks, endpoint_of(method, path), send)

    def _guarded(
        self, method: str, path: str, what: Mapping[str, Any], deadline: Deadline | None
    ) -> Reply:
        breaker, pace = self._guards.breaker, self._guards.pace
        era = breaker.enter()
        hurried = False
        try:
            pace.take(deadline)
            hurried = bool(deadline and deadline.left() < self._transport.timeout_seconds)
            reply = self._transport.send(method, path, deadline=deadline, **what)
        except BaseException as error:
            (breaker.failed if _is_a_failure(error, hurried=hurried) else breaker.gave_up)(era)
            raise
        (breaker.failed if reply.status >= 500 else breaker.succeeded)(era)
        if reply.status == 429 or (reply.status == 503 and reply.retry_after):
            pace.pause(self._asked_pause(reply.retry_after))
        return reply

    def _asked_pause(self, text: str) -> float:
        """Return the seconds that Retry-After asks for, however it is written."""
        if text.isascii() and text.isdecimal():
            return float(text[:9])
        try:
            moment = parsedate_to_datetime(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return max(0.0, (moment - self._guards.clock.now()).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return PAUSE_SECONDS


def _is_a_failure(error: BaseException, *, hurried: bool) -> bool:
    """Tell whether the platform is to blame: not for what was held back, nor for our own hurry."""
    if isinstance(error, HeldBack) or (hurried and isinstance(error, OutcomeUnknown)):
        return False
    return isinstance(error, PlatformError)
