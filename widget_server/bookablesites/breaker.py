"""Leaves a platform alone that is out of order.

Closed, every call passes. After so many failures in a row the breaker opens and none does for a
while. Then it is half open: one call is let through to see; if that succeeds all may pass again, if
it fails the platform is left alone for as long once more.
"""

import threading
from collections.abc import Callable

from widget_server.bookablesites.errors import HeldBack
from widget_server.clock import Ticks

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"
FAILURES = 5
REST_SECONDS = 10.0

# Is told what the breaker is from now on; must be quick.
Turned = Callable[[str], None]


def nobody_minds(_state: str) -> None:
    """Take no notice."""


class Breaker:
    """The breaker before one account."""

    def __init__(
        self,
        ticks: Ticks,
        *,
        failures: int = FAILURES,
        rest_seconds: float = REST_SECONDS,
        turned: Turned = nobody_minds,
    ) -> None:
        self._turned = turned
        self._ticks = ticks
        self._most = failures
        self._rest = rest_seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False
        # Results of calls that began before the breaker last changed do not count any more.
        self._era = 0

    @property
    def state(self) -> str:
        """Return closed, open or half_open."""
        if self._opened_at is None:
            return CLOSED
        rested = self._ticks.seconds() - self._opened_at >= self._rest
        return HALF_OPEN if rested else OPEN

    def enter(self) -> int:
        """Let a call through, and return what it reports with; raise HeldBack when open."""
        with self._lock:
            state = self.state
            if state == OPEN or (state == HALF_OPEN and self._probing):
                raise HeldBack("The booking system is out of order and left alone for a while.")
            self._probing = state == HALF_OPEN
            if self._probing:
                self._turned(HALF_OPEN)
            return self._era

    def succeeded(self, era: int) -> None:
        """Count a call that the platform answered, whatever it said."""
        with self._lock:
            if era == self._era:
                self._failures = 0
                if self._opened_at is not None:
                    self._turn(None)

    def failed(self, era: int) -> None:
        """Count a call that the platform did not answer, or answered with an error of its own."""
        with self._lock:
            if era == self._era:
                self._failures += 1
                if self._probing or self._failures >= self._most:
                    self._turn(self._ticks.seconds())

    def gave_up(self, era: int) -> None:
        """Count a call that tells nothing of the platform, for it was not waited for."""
        with self._lock:
            if era == self._era:
                self._probing = False

    def _turn(self, opened_at: float | None) -> None:
        self._opened_at = opened_at
        self._failures = 0
        self._probing = False
        self._era += 1
        self._turned(CLOSED if opened_at is None else OPEN)
