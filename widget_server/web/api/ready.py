"""Answers kept ready as bytes, found by the raw query string before anything is parsed."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from flask import Response

from widget_server.caching.built import Generations
from widget_server.caching.observing import HIT, STALE
from widget_server.web.encodings import Body

MAX_ANSWERS = 512
MAX_WAYS = 16
SHARED_SECONDS = 10
CACHE_CONTROL = (
    "public, max-age=0, s-maxage={shared}, stale-while-revalidate=30, stale-if-error=3600"
)


class Sent(NamedTuple):
    """What went out: the whole answer to a question that was asked in one way."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole answer.

    `version` tells whether what it was made of has changed since; after `changes_after` the clock
    alone has made it wrong. `slots` is how many it tells of.
    """

    body: Body
    expires: datetime
    changes_after: datetime | None
    version: Callable[[], Generations]
    made_at_version: Generations
    slots: int
    stale: bool
    # By the ways of asking that make a difference.
    sent: dict[tuple[str | None, ...], Sent] = field(default_factory=dict)

    def is_good(self, now: datetime) -> bool:
        """Tell whether the answer still holds."""
        ends = self.changes_after
        lasts = now < self.expires and (ends is None or now <= ends)
        return lasts and self.made_at_version is not None and self.version() == self.made_at_version

    def may_be_repeated(self, now: datetime) -> bool:
        """Tell whether what went out once may go out again: nothing in it counts down."""
        return self._shared(now) == SHARED_SECONDS

    @property
    def result(self) -> str:
        """Return what whoever gets it gets of the cache."""
        return STALE if self.stale else HIT

    def slots_in(self, status: int) -> int:
        """Return how many open slots an answer of this status tells of."""
        return self.slots if status == 200 else 0

    def remember(self, asked: tuple[str | None, ...], sent: Sent) -> None:
        """Keep what went out; anybody may ask in as many ways as they like, so only some."""
        if len(self.sent) < MAX_WAYS:
            self.sent[asked] = sent

    def response(self, now: datetime) -> Response:
        """Return the answer, or 304 with the same headers when the caller has it already."""
        response = self.body.response("application/json")
        response.headers["Cache-Control"] = CACHE_CONTROL.format(shared=self._shared(now))
        return response

    def _shared(self, now: datetime) -> int:
        """Return for how many seconds a cache in between may pass the answer on."""
        if self.changes_after is None:
            return SHARED_SECONDS
        left = int((self.changes_after - now).total_seconds())
        return max(0, min(SHARED_SECONDS, left))


class ReadyAnswers:
    """The answers of this process, newest kept."""

    def __init__(self) -> None:
        self._answers: OrderedDict[bytes, Ready] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, query: bytes, now: datetime) -> Ready | None:
        """Return the answer to a raw query string, if there is a good one."""
        answer = self._answers.get(query)
        return answer if answer and answer.is_good(now) else None

    def keep(self, query: bytes, answer: Ready) -> Ready:
        """Keep an answer for the next who asks the very same."""
        with self._lock:
            self._answers[query] = answer
            self._answers.move_to_end(query)
            if len(self._answers) > MAX_ANSWERS:
                self._answers.popitem(last=False)
        return answer


def etag_of(text: bytes) -> str:
    """Return the ETag of a content."""
    return hashlib.sha256(text).hexdigest()[:32]
