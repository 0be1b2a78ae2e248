"""Redis, where it is set: whether it answers soon, and what it does when it is full."""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from redis import AuthenticationError, Redis, RedisError

from widget_server.caching.shared_redis import ANSWER_SECONDS, connected
from widget_server.doctor.findings import Finding, fix, ok, warning
from widget_server.settings import Settings

PATIENCE_SECONDS = 3
TRIES = 5
SLOW_SECONDS = ANSWER_SECONDS / 5
KEEPS_ALL = "noeviction"


def redis(settings: Settings) -> Iterator[Finding]:
    """Ask it a few times."""
    if settings.redis_url is None:
        yield _without(settings)
        return
    try:
        # As the server connects, so that an address that works there works here.
        with connected(settings.redis_url, PATIENCE_SECONDS) as client:
            yield from _answers(client)
    except AuthenticationError:
        yield fix("Redis", "refuses the user or the password", "Look at REDIS_URL.")
    except (RedisError, OSError) as error:
        # Its text may tell the address with the password.
        do = "See whether it runs, and look at REDIS_URL. Until then each machine goes by itself."
        yield fix("Redis", f"does not answer ({type(error).__name__})", do)


def _without(settings: Settings) -> Finding:
    if settings.database_url:
        do = "One machine needs none; for several, set REDIS_URL."
        return ok("Redis", "none: the workers of this machine share a file", do=do)
    return ok("Redis", "none: the workers of this machine share a file")


def _answers(client: Redis) -> Iterator[Finding]:
    seconds = median(_ping(client) for _ in range(TRIES))
    told: Any = client.info()
    seen = f"version {told.get('redis_version', '?')}, answers in {seconds * 1000:.1f} ms"
    do = "Move it closer: visitors wait for it."
    if seconds > ANSWER_SECONDS:
        yield fix("Redis", f"{seen}: it counts as away", do)
    elif seconds > SLOW_SECONDS:
        yield warning("Redis", seen, do)
    else:
        yield ok("Redis", seen)
    yield _when_full(told)


def _ping(client: Redis) -> float:
    began = time.perf_counter()
    client.ping()
    return time.perf_counter() - began


def _when_full(told: dict[str, Any]) -> Finding:
    policy, most = str(told.get("maxmemory_policy", "?")), told.get("maxmemory") or 0
    if policy == KEEPS_ALL and most:
        do = "Set maxmemory-policy to volatile-lru: when it is full, nothing new can be kept."
        return warning("Redis when full", f"{policy}, at {most // 1024 // 1024} MB", do)
    return ok("Redis when full", policy if most else f"{policy}, and no limit is set")
