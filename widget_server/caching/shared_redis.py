"""A Flask-Caching backend that machines share: Redis.

It keeps bytes as they are, as does the file that the workers of one machine share. What goes wrong
with Redis is raised; `switching` takes care that nobody minds.
"""

import secrets
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from flask_caching.backends.base import BaseCache
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from widget_server.caching.store import AHEAD_SECONDS

# A Redis that takes longer than this is away: a visitor waits for it once, not again and again.
ANSWER_SECONDS = 0.25
CONNECTIONS = 20
# So long what others have bumped may go unnoticed: a question each time would cost each visitor as
# much as the rest of an answer.
REMEMBERED_SECONDS = 0.1
REMEMBERED = 1000
# Counters of weeks that nobody asks for any more end some day; later than all they are of.
COUNTED_DAYS = 60
# When loading began, as so many characters before the bytes: text in order of time.
BEGAN = "{:020.6f}"
BEGAN_LENGTH = 20

SET_NEWER = """
local kept = redis.call('GETRANGE', KEYS[1], 0, tonumber(ARGV[3]) - 1)
if kept == '' or kept <= ARGV[2] or kept > ARGV[5] then
  redis.call('SET', KEYS[1], ARGV[2] .. ARGV[1], 'PX', ARGV[4])
  return 1
end
return 0
"""
# A counter that got lost starts where it has never been: at the present time.
BUMP = """
for _, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[1], 'NX')
  redis.call('INCR', key)
  redis.call('EXPIRE', key, ARGV[2])
end
"""
UNLOCK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
COUNT = """
local number = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {number, left}
"""


def connected(url: str, seconds: float) -> Redis:
    """Return the client of a Redis that has so many seconds to answer; nothing connects yet.

    What the address says of pool and connections holds before what is said here.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=seconds,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)


class SharedRedisCache(BaseCache):
    """Entries, generation counters, locks and counts in one Redis, under one prefix."""

    def __init__(self, client: Redis, prefix: str, default_timeout: int = 300) -> None:
        super().__init__(default_timeout)
        self._client = client
        self.pool = client.connection_pool
        self._prefix = prefix
        self._known: dict[tuple[str, ...], tuple[float, tuple[int, ...]]] = {}
        self._set_newer = client.register_script(SET_NEWER)
        self._bump = client.register_script(BUMP)
        self._unlock = client.register_script(UNLOCK)
        self._count = client.register_script(COUNT)

    @classmethod
    def factory(
        cls, _app: Any, config: dict[str, Any], _args: list[Any], _kwargs: dict[str, Any]
    ) -> "SharedRedisCache":
        """Build the backend as Flask-Caching asks for it; nothing connects yet."""
        client = connected(config["CACHE_REDIS_URL"], ANSWER_SECONDS)
        return cls(client, config["CACHE_KEY_PREFIX"], config["CACHE_DEFAULT_TIMEOUT"])

    def get(self, key: str) -> bytes | None:
        """Return the bytes kept under the key, unless expired."""
        value: Any = self._client.get(self._of("e", key))
        return None if value is None else bytes(value[BEGAN_LENGTH:])

    def set(self, key: str, value: bytes, timeout: int | timedelta | None = None) -> bool:
        """Keep the bytes; tell whether that worked."""
        seconds = self.default_timeout if timeout is None else timeout
        lasting = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        return self.set_newer(key, value, lasting, time.time())

    def set_newer(self, key: str, value: bytes, timeout: timedelta, began: float) -> bool:
        """Keep the bytes, unless what is kept began later, and not in the future."""
        lasting = max(1, int(timeout.total_seconds() * 1000))
        ahead = BEGAN.format(time.time() + AHEAD_SECONDS)
        values: list[bytes | str | int] = [
            value, BEGAN.format(began), BEGAN_LENGTH, lasting, ahead,
        ]  # fmt: skip
        return bool(self._set_newer(keys=[self._of("e", key)], args=values))

    def delete(self, key: str) -> bool:
        """Forget one entry."""
        return bool(self._client.delete(self._of("e", key)))

    def generations(self, tags: Sequence[str]) -> tuple[int, ...]:
        """Return how often each tag has been bumped."""
        if not tags:
            return ()
        now = time.monotonic()
        read_at, numbers = self._known.get(tuple(tags), (0.0, ()))
        if now - read_at >= REMEMBERED_SECONDS:
            found: Any = self._client.mget([self._of("g", tag) for tag in tags])
            numbers = tuple(int(number or 0) for number in found)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[tuple(tags)] = now, numbers
        return numbers

    def bump(self, tags: Iterable[str]) -> None:
        """Count each tag up by one."""
        keys = [self._of("g", tag) for tag in tags]
        if keys:
            seconds = int(timedelta(days=COUNTED_DAYS).total_seconds())
            self._bump(keys=keys, args=[time.time_ns() // 1_000_000, seconds])
        # What this process has changed it sees at once.
        self._known.clear()

    def lock(self, name: str, seconds: float) -> str | None:
        """Return a token if nobody else has the lock."""
        token = secrets.token_hex(8)
        taken = self._client.set(self._of("l", name), token, nx=True, px=int(seconds * 1000))
        return token if taken else None

    def unlock(self, name: str, token: str) -> None:
        """Give the lock back, if it is still this one's."""
        self._unlock(keys=[self._of("l", name)], args=[token])

    def count(self, name: str, by: int, seconds: float) -> tuple[int, float]:
        """Count up; return the number and the seconds until it begins anew."""
        lasting = max(1, int(seconds * 1000))
        number, left = self._count(keys=[self._of("c", name)], args=[by, lasting])
        return int(number), left / 1000

    def counted(self, name: str) -> int:
        """Return the number, 0 when nothing was counted."""
        number: Any = self._client.get(self._of("c", name))
        return int(number or 0)

    def _of(self, kind: str, name: str) -> str:
        return f"{self._prefix}{kind}:{name}"
