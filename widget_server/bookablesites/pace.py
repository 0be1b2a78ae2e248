"""How fast a credential may call: a bucket of tokens that fills at a steady rate.

When the platform asks for a pause the bucket is closed until then. A caller waits for a token only
as long as it is worth a visitor's while.
"""

import threading

from widget_server.bookablesites.errors import HeldBack
from widget_server.clock import Deadline, Ticks

# A visitor's thread does not stand about for longer; nobody else's does for longer than a minute.
VISITOR_WAITS_SECONDS = 2.0
OTHERS_WAIT_SECONDS = 60.0
# What a platform asks for beyond this is not believed.
MOST_PAUSE_SECONDS = 900.0


class Pace:
    """Calls per minute of one credential in one process; so many at once after some quiet."""

    def __init__(self, ticks: Ticks, per_minute: float, burst: int) -> None:
        self._ticks = ticks
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._tokens = float(burst)
        self._filled_at = ticks.seconds()
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def take(self, deadline: Deadline | None) -> None:
        """Wait for a token; raise HeldBack when that would take too long."""
        with self._lock:
            self._fill()
            wait = max(self._closed_until - self._ticks.seconds(), (1 - self._tokens) / self._rate)
            if wait > worth_waiting(deadline):
                raise HeldBack("The booking system is to be asked less often.")
            self._tokens -= 1
        if wait > 0:
            self._ticks.sleep(wait)

    def pause(self, seconds: float) -> None:
        """Close the bucket for a while."""
        with self._lock:
            until = self._ticks.seconds() + min(seconds, MOST_PAUSE_SECONDS)
            self._closed_until = max(self._closed_until, until)

    def _fill(self) -> None:
        now = self._ticks.seconds()
        gained = (now - self._filled_at) * self._rate
        self._tokens = min(self._burst, self._tokens + gained)
        self._filled_at = now


def worth_waiting(deadline: Deadline | None) -> float:
    """Return for how many seconds a call may be put off."""
    return min(deadline.left(), VISITOR_WAITS_SECONDS) if deadline else OTHERS_WAIT_SECONDS
