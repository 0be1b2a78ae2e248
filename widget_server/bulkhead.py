"""Keeps one slow thing from taking every thread.

So many may be inside at a time. While those inside come out quickly, others wait for their turn;
once one of them has been inside for longer than `patience_seconds`, the thing is slow, and whoever
finds no place is sent away at once instead of standing about with a thread that others need.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from widget_server.clock import Deadline, Ticks


class Bulkhead:
    """Places for `most` threads; `refuse` makes the error for who finds none."""

    def __init__(
        self, most: int, patience_seconds: float, ticks: Ticks, refuse: Callable[[], Exception]
    ) -> None:
        self._most = most
        self._patience = patience_seconds
        self._ticks = ticks
        self._refuse = refuse
        self._inside: dict[object, float] = {}
        self._left = threading.Condition()

    @property
    def taken(self) -> int:
        """Return how many places are taken."""
        return len(self._inside)

    @contextmanager
    def place(self, deadline: Deadline | None = None) -> Iterator[None]:
        """Hold a place; raise the refusal when there is none in time."""
        mine = object()
        with self._left:
            while len(self._inside) >= self._most:
                self._left.wait(self._worth_waiting(deadline))
            self._inside[mine] = self._ticks.seconds()
        try:
            yield
        finally:
            with self._left:
                del self._inside[mine]
                self._left.notify()

    def _worth_waiting(self, deadline: Deadline | None) -> float:
        """Return for how many seconds a place may come free soon; refuse when it is none."""
        oldest = min(self._inside.values())
        seconds = oldest + self._patience - self._ticks.seconds()
        if deadline:
            seconds = min(seconds, deadline.left())
        if seconds <= 0:
            raise self._refuse()
        return seconds
