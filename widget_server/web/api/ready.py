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
# A cache in between may tell what is this old, and while it asks for newer, what is that old.
SHARED_SECONDS, OLD_SECONDS = 10, 30
CACHE_CONTROL = "Cache-Control"
HOW_LONG = "public, max-age=0, s-maxage={shared}, stale-while-revalidate={old}, stale-if-error=3600"


class Sent(NamedTuple):
    """What went out: the whole answer to a question that was asked in one way.

    Among its headers is how long it may be kept, which counts down.
    """

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def headers_with(self, how_long: str) -> list[tuple[str, str]]:
        """Return the headers as they are to go out now."""
        return [(name, how_long if name == CACHE_CONTROL else text) for name, text in self.headers]


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole answer.

    `version` tells whether what it was made of has changed since; after `changes_after` the clock
    alone has made it wrong. `slots` is how many it tells of, `as_of` when they were read; `stale`
    tells whether that is longer ago than it should be.
    """

    body: Body
    as_of: datetime
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
        response.headers[CACHE_CONTROL] = self.how_long(now)
        return response

    def how_long(self, now: datetime) -> str:
        """Return for how long a cache in between may pass the answer on, as a header's text.

        What is stale already is to get no older than what was fresh may get on its way.
        """
        left, old = float(SHARED_SECONDS), OLD_SECONDS
        if self.stale:
            age = int((now - self.as_of).total_seconds())
            left, old = 0, max(0, min(OLD_SECONDS, SHARED_SECONDS + OLD_SECONDS - age))
        if self.changes_after is not None:
            left = min(left, (self.changes_after - now).total_seconds())
        return HOW_LONG.format(shared=max(0, int(left)), old=old)


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
