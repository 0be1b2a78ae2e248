"""What failed a moment ago is not tried again at once.

Otherwise visitors who wait for one load would, when it fails, go one after the other to a platform
that is down, each waiting for its time-out.
"""

import threading

from widget_server.clock import SystemTicks, Ticks

FAILED_SECONDS = 1.0
MOST = 1000


class Failures:
    """The failures of this process, each for so many seconds."""

    def __init__(self, seconds: float = FAILED_SECONDS, ticks: Ticks | None = None) -> None:
        self._seconds = seconds
        self._ticks = ticks or SystemTicks()
        self._guard = threading.Lock()
        self._failures: dict[str, tuple[float, Exception]] = {}

    def note(self, name: str, error: Exception) -> None:
        """Remember that a load failed just now."""
        with self._guard:
            if len(self._failures) >= MOST:
                self._failures.clear()
            self._failures[name] = self._ticks.seconds() + self._seconds, error

    def recent(self, name: str) -> Exception | None:
        """Return how a load failed a moment ago, if it did."""
        until, error = self._failures.get(name, (0.0, None))
        return error if self._ticks.seconds() < until else None
