"""Answers kept ready as bytes, found by the raw query string before anything is parsed."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

MAX_ANSWERS = 512
CACHE_CONTROL = "public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=3600"


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole answer. `version` tells whether what it was made of has changed since."""

    body: bytes
    etag: str
    expires: datetime
    version: Callable[[], str]
    made_at_version: str

    def is_good(self, now: datetime) -> bool:
        """Tell whether the answer still holds."""
        return now < self.expires and self.version() == self.made_at_version

    def response(self) -> Response:
        """Return the answer, or 304 with the same headers when the caller has it already."""
        response = Response(self.body, mimetype="application/json")
        response.set_etag(self.etag)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.vary.add("Accept-Encoding")
        response.make_conditional(request.environ)
        return response


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
