"""How often somebody may do something: the counter that both sides of the server use.

Counted in this process, or with all workers of all machines where there is something to count
with. A limit is there to stop a flood, not to count to the last request: what comes often is told
to the others some at a time.
"""

import ipaddress
import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from widget_server.errors import DomainError

# In the WSGI environment of a call that this process makes to itself; no request can bring it.
IN_PROCESS = "widget_server.in_process"
# One household or office of IPv6 has at least this much to itself.
IPV6_PREFIX = 64
WITH_PORT = re.compile(r"^(?:\[(.+)\]|([0-9.]+))(?::[0-9]+)?$")
# Callers that a process remembers at most.
REMEMBERED = 10_000

# Is told what kind of request was refused.
Refused = Callable[[str], None]


def nobody_minds(_kind: str) -> None:
    """Take no notice."""


class RateLimited(DomainError):
    """Too many requests; `seconds` until there may be more."""

    code = "rate_limited"

    def __init__(self, detail: str, seconds: int) -> None:
        super().__init__(detail)
        self.seconds = seconds


class Counters(Protocol):
    """Counts for several processes."""

    def count(self, name: str, by: int, seconds: float) -> tuple[int, float] | None:
        """Count up; return the number and the seconds until it begins anew. None: cannot count.

        It begins anew so many seconds after the first was counted.
        """
        ...

    def counted(self, name: str) -> int | None:
        """Return the number, 0 when nothing was counted; None: cannot count."""
        ...


@dataclass(slots=True)
class _Seen:
    """A number as it was told, until when it holds, and what was counted here since."""

    number: int
    ends: float
    untold: int = 0


class SharedStorage(Storage):
    """Counts with others, telling them so many hits at a time.

    `pseudonym` makes a name that tells nothing of who it is about. What cannot be told is counted
    in this process alone.
    """

    STORAGE_SCHEME = None

    def __init__(
        self, counters: Counters, pseudonym: Callable[[str], str], at_a_time: int = 1
    ) -> None:
        super().__init__()
        self._counters = counters
        self._pseudonym = pseudonym
        self._at_a_time = at_a_time
        self._guard = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """Return what counting may raise: nothing."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count up; return the number as far as it is known here."""
        with self._guard:
            seen = self._alive(key, expiry)
            seen.untold += amount
            if seen.untold < self._at_a_time:
                return seen.number + seen.untold
            untold, seen.untold = seen.untold, 0
            seen.number += untold
        told = self._counters.count(self._pseudonym(key), untold, expiry)
        if told is None:
            return seen.number
        number, left = told
        with self._guard:
            seen.number, seen.ends = number, time.monotonic() + left
        return number

    def get(self, key: str) -> int:
        """Return the number."""
        told = self._counters.counted(self._pseudonym(key))
        seen = self._seen.get(key)
        return (seen.number if seen else 0) if told is None else told

    def get_expiry(self, key: str) -> float:
        """Return when the number begins anew, in seconds since 1970."""
        seen = self._seen.get(key)
        left = seen.ends - time.monotonic() if seen else 0.0
        return time.time() + left

    def check(self) -> bool:
        """Say that there is always a way to count."""
        return True

    def reset(self) -> None:
        """Forget what is known here."""
        self._seen.clear()

    def clear(self, key: str) -> None:
        """Forget what is known here of one."""
        self._seen.pop(key, None)

    def _alive(self, key: str, expiry: int) -> _Seen:
        now = time.monotonic()
        seen = self._seen.get(key)
        if seen is None or seen.ends <= now:
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            seen = self._seen[key] = _Seen(0, now + expiry)
        return seen


class RateLimiter:
    """Counts hits by minute; `refusal` is the sentence for those who come too often.

    Without a storage it counts in this process alone.
    """

    def __init__(self, refusal: str, storage: Storage | None = None) -> None:
        self._refusal = refusal
        self._storage = storage or MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)

    def hit(self, limit: RateLimitItem, *who: str) -> None:
        """Count a hit; raise RateLimited when there were too many."""
        if not self._limiter.hit(limit, *who):
            raise self._refuse(limit, who)

    def check(self, limit: RateLimitItem, *who: str) -> None:
        """Raise RateLimited when another hit would be one too many; count nothing."""
        if not self._limiter.test(limit, *who):
            raise self._refuse(limit, who)

    def _refuse(self, limit: RateLimitItem, who: tuple[str, ...]) -> RateLimited:
        ends = self._storage.get_expiry(limit.key_for(*who))
        return RateLimited(self._refusal, max(1, math.ceil(ends - time.time())))


def per_minutes(number: int, minutes: int = 1) -> RateLimitItem:
    """Return the limit of so many in so many minutes."""
    return RateLimitItemPerMinute(number, minutes)


def network(address: str | None) -> str:
    """Return what counts as one caller: an IPv4 address, or the network of an IPv6 one.

    Some proxies tell the port besides (`192.0.2.1:5000`, `[2001:db8::1]:5000`).
    """
    host = WITH_PORT.sub(r"\1\2", address or "")
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        # A socket for both versions writes IPv4 like this: all of it would be one network.
        parsed = parsed.ipv4_mapped or parsed
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
