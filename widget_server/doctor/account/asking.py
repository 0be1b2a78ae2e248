"""Asks the account: one call after the other, so many at most, until the deadline.

Nothing is sent that changes anything there; a token is asked for, and that is all but reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from widget_server.account_settings import Account
from widget_server.bookablesites.errors import HeldBack, PlatformError
from widget_server.bookablesites.transport import Reply, Transport
from widget_server.clock import Clock, Deadline, Ticks
from widget_server.doctor.findings import TIME_IS_UP

MOST_READS = 50
# An account that does not answer so many times in a row is left alone.
MOST_SILENCE = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer tells beside what was asked; `ahead` is by how much our clock is, if told."""

    seconds: float
    ahead: float | None
    headers: Mapping[str, str]


class Asking:
    """Speaks to one account; `token` is sent along as soon as there is one."""

    def __init__(self, account: Account, deadline: Deadline, clock: Clock, ticks: Ticks) -> None:
        seconds = account.limits.timeout_seconds
        self._transport = Transport(account.origin, timeout_seconds=seconds)
        self._deadline, self._clock, self._ticks = deadline, clock, ticks
        self.token: str | None = None
        self.reads = 0
        self.heard: list[Heard] = []
        self._silence = 0
        self._closed = ""

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Reply:
        """Read; raise PlatformError when no answer comes, HeldBack when none is to be asked for."""
        if self.reads >= MOST_READS:
            raise HeldBack(f"{MOST_READS} calls are enough for one look")
        self.reads += 1
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self._send("GET", path, headers, query=query)

    def ask_token(self, path: str, question: Any) -> Reply:
        """Ask for a token; raise as `get` does."""
        return self._send("POST", path, {}, body=question)

    def _send(self, method: str, path: str, headers: Mapping[str, str], **what: Any) -> Reply:
        if self._closed:
            raise HeldBack(self._closed)
        began = self._ticks.seconds()
        try:
            reply = self._transport.send(
                method, path, headers=headers, deadline=self._deadline, **what
            )
        except HeldBack:
            raise HeldBack(TIME_IS_UP) from None
        except PlatformError:
            self._count_silence()
            raise
        self._note(reply, self._ticks.seconds() - began)
        return reply

    def _count_silence(self) -> None:
        self._silence += 1
        if self._silence >= MOST_SILENCE:
            self._closed = f"{MOST_SILENCE} calls in a row got no answer that can be read"

    def _note(self, reply: Reply, seconds: float) -> None:
        self._silence = 0
        self.heard.append(Heard(seconds, self._ahead(reply, seconds), reply.headers))
        if reply.status == 429:
            self._closed = "the account asks for a pause (429); try again later"

    def _ahead(self, reply: Reply, seconds: float) -> float | None:
        now = self._clock.now()
        try:
            there = parsedate_to_datetime(reply.headers.get("Date", ""))
        except ValueError:
            return None
        return (now - _aware(there)).total_seconds() - seconds / 2


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
