"""What is counted, and by whom: each room of the house tells what happens through methods here.

The rooms know them as small protocols of their own. A metric must never be in the way: nothing here
raises, and the quickest answers cost a few additions.
"""

import threading
from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import widget_server
from widget_server.observability import families
from widget_server.observability.exposition import SUM, expose
from widget_server.observability.tally import Key, Tally

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
# The kind of value that is a whole answer, kept ready as bytes.
ANSWER = "answer"
# What tells of an answer: method, route, status, seconds.
Request = tuple[str, str, int, float]
# What each ready answer is counted under: these are the quickest, and the most.
_READY = {one: families.CACHE_READS.key(ANSWER, "fresh", one) for one in ("hit", "stale")}
_READY_REQUESTS, _SLOTS = families.SLOT_REQUESTS.key("ready"), families.SLOTS_SERVED.key()
_CLASSES = {number: f"{number}xx" for number in range(1, 6)}


def folder_of(data_dir: Path) -> Path:
    """Return where the processes of a server count."""
    return data_dir / "metrics"


class Metrics:
    """The metrics as one process counts them."""

    def __init__(self, folder: Path, started: datetime) -> None:
        self._guard = threading.Lock()
        self._breaker = families.BREAKER_STATES[0]
        states = {families.BREAKER.key(state): 0.0 for state in families.BREAKER_STATES}
        standing = {
            **states,
            families.BREAKER.key(self._breaker): 1.0,
            families.PROCESSES.key(): 1.0,
            families.STARTED.key(): started.timestamp(),
        }
        self._tally = Tally(folder, standing)

    def begin(self) -> None:
        """Be one of the processes that count, before there is anything to count."""
        self._tally.add()

    def text(self, looked_up: Mapping[Key, float]) -> str:
        """Return all metrics of all processes, and what was looked up besides, for Prometheus."""
        answering = {families.BUILD.key(widget_server.__version__): 1.0, **looked_up}
        numbers = self._tally.all() | {key: [value] for key, value in answering.items()}
        return expose(families.FAMILIES, numbers)

    def called(self, endpoint: str, outcome: str, seconds: float) -> None:
        """Take note of a call of the booking system."""
        self._tally.add(
            (families.UPSTREAM_CALLS.key(endpoint, outcome), 1),
            *families.UPSTREAM_SECONDS.observed(seconds, endpoint),
        )

    def turned(self, state: str) -> None:
        """Take note of the state that the breaker is in from now on."""
        with self._guard:
            before, self._breaker = self._breaker, state
            if state == before:
                return
            self._tally.put(families.BREAKER.key(before), 0)
            self._tally.put(families.BREAKER.key(state), 1)
        if state == "open":
            self._tally.add((families.BREAKER_OPENINGS.key(), 1))

    def read(self, kind: str, standing: str, result: str) -> None:
        """Take note of a value that was asked of the cache."""
        self._tally.add((families.CACHE_READS.key(kind, standing, result), 1))

    def loaded(self, kind: str, outcome: str) -> None:
        """Take note of a value that was loaded, or was not to be had."""
        self._tally.add((families.CACHE_LOADS.key(kind, outcome), 1))

    def waited(self, seconds: float) -> None:
        """Take note of who waited for another one's load."""
        self._tally.add(*families.WAITS.observed(seconds))

    def compared(self, both: int, computed: int, platform: int) -> None:
        """Take note of how many starts of a list both sources offer, and how many only one."""
        numbers = zip(families.OFFERED_BY, (both, computed, platform), strict=True)
        self._tally.add(*((families.STARTS.key(who), number) for who, number in numbers))

    def booked(self, outcome: str) -> None:
        """Take note of an attempt to book."""
        self._tally.add((families.BOOKINGS.key(outcome), 1))

    def canceled(self, outcome: str) -> None:
        """Take note of an attempt to cancel."""
        self._tally.add((families.CANCELLATIONS.key(outcome), 1))

    def moved(self, outcome: str) -> None:
        """Take note of an attempt to move a booking."""
        self._tally.add((families.RESCHEDULES.key(outcome), 1))

    def limited(self, kind: str) -> None:
        """Take note of a request that came too often."""
        self._tally.add((families.LIMITED_REQUESTS.key(kind), 1))

    def answered(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Take note of an answer; `route` is the template, None where there is none."""
        self._tally.add(*_request(method, route, status, seconds))

    def served(self, slots: int) -> None:
        """Take note of open slots that were computed and sent."""
        self._tally.add(
            (families.CACHE_READS.key(ANSWER, "missing", "miss"), 1),
            (families.SLOT_REQUESTS.key("computed"), 1),
            (_SLOTS, slots),
        )

    def served_ready(self, slots: int, result: str, request: Request | None = None) -> None:
        """Take note of a ready answer: its slots, a hit or stale, and what `answered` takes."""
        self._tally.add(
            (_READY[result], 1),
            (_READY_REQUESTS, 1),
            (_SLOTS, slots),
            *(_request(*request) if request else ()),
        )


def _request(
    method: str, route: str | None, status: int, seconds: float
) -> tuple[tuple[Key, float], ...]:
    method = method if method in METHODS else OTHER
    number, total, buckets = _request_keys(method, route or OTHER, status // 100)
    bucket = buckets[bisect_left(families.REQUEST_SECONDS.bounds, seconds)]
    return (number, 1), (bucket, 1), (total, seconds)


@cache
def _request_keys(method: str, route: str, hundreds: int) -> tuple[Key, Key, tuple[Key, ...]]:
    """Return what requests of a kind are counted under: their number, their seconds by bucket."""
    number = families.REQUESTS.key(route, method, _CLASSES.get(hundreds, OTHER))
    seconds = families.REQUEST_SECONDS
    buckets = tuple(seconds.key(route, method, str(one)) for one in range(len(seconds.bounds) + 1))
    return number, seconds.key(route, method, SUM), buckets
