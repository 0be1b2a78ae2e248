"""How often one address may call."""

from flask import request
from limits.storage import Storage

from widget_server.rate_limits import (
    RateLimited,
    RateLimiter,
    Refused,
    network,
    nobody_minds,
    per_minutes,
)

READS_PER_MINUTE = 600
BOOKINGS_PER_MINUTE = 10
DEMO_BOOKINGS_PER_MINUTE = 60
# So many reads of one address are told to other workers at once: a hit must stay cheap.
READS_AT_A_TIME = 10
REFUSAL = "Too many requests from your address. Please wait a minute."
WATCHED = ("/v1/", "/book", "/manage/", "/decide/")


class Limits:
    """Refuses what comes too often; `on=False` counts nothing (load tests only).

    Reads and writes are counted in a storage each; without, in this process alone.
    """

    def __init__(
        self,
        *,
        on: bool,
        demo: bool,
        reads: Storage | None = None,
        writes: Storage | None = None,
        refused: Refused = nobody_minds,
    ) -> None:
        self._on = on
        self._refused = refused
        self._reads = RateLimiter(REFUSAL, reads)
        self._writes = RateLimiter(REFUSAL, writes)
        self._of_reads = per_minutes(READS_PER_MINUTE)
        self._of_writes = per_minutes(DEMO_BOOKINGS_PER_MINUTE if demo else BOOKINGS_PER_MINUTE)

    def check(self) -> None:
        """Count the present request; raise RateLimited when there were too many."""
        if not self._on or not request.path.startswith(WATCHED) or request.method == "OPTIONS":
            return
        is_read = request.method in ("GET", "HEAD")
        try:
            (self.count_read if is_read else self._count_write)(request.remote_addr)
        except RateLimited:
            self._refused("read" if is_read else "write")
            raise

    def count_read(self, address: str | None) -> None:
        """Count a read of an address; raise RateLimited when there were too many."""
        if self._on:
            self._reads.hit(self._of_reads, "read", network(address))

    def _count_write(self, address: str | None) -> None:
        self._writes.hit(self._of_writes, "write", network(address))
