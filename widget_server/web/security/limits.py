"""How often one address may call.

Counted in each worker: the limit of a machine is its workers' together. A limit is there to stop a
flood, not to count to the last request.
"""

import ipaddress

from flask import request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from widget_server.errors import DomainError

READS_PER_MINUTE = 600
BOOKINGS_PER_MINUTE = 10
DEMO_BOOKINGS_PER_MINUTE = 60
# One household or office of IPv6 has at least this much to itself.
IPV6_PREFIX = 64
WATCHED = ("/v1/", "/book", "/manage/")


class RateLimited(DomainError):
    """Too many requests from one address."""

    code = "rate_limited"


class Limits:
    """Refuses what comes too often; `on=False` counts nothing (load tests only)."""

    def __init__(self, *, on: bool, demo: bool) -> None:
        self._on = on
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        bookings = DEMO_BOOKINGS_PER_MINUTE if demo else BOOKINGS_PER_MINUTE
        self._reads = RateLimitItemPerMinute(READS_PER_MINUTE)
        self._writes = RateLimitItemPerMinute(bookings)

    def check(self) -> None:
        """Count the present request; raise RateLimited when there were too many."""
        if not self._on or not request.path.startswith(WATCHED) or request.method == "OPTIONS":
            return
        writes = request.method not in ("GET", "HEAD")
        limit = self._writes if writes else self._reads
        if not self._limiter.hit(limit, network(request.remote_addr)):
            raise RateLimited("Too many requests from your address. Please wait a minute.")


def network(address: str | None) -> str:
    """Return what counts as one caller: an IPv4 address, or the network of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
