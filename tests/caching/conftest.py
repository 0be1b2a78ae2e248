"""The stores that workers share, and a cache over each as every worker has its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.redis_server import redis_prefix, redis_url
from widget_server.caching import shared_redis
from widget_server.caching.cache import Cache
from widget_server.caching.failures import Failures
from widget_server.caching.flask_store import FlaskStore
from widget_server.caching.shared_file import SharedFileCache
from widget_server.caching.shared_redis import SharedRedisCache
from widget_server.caching.store import CountingStore, Store
from widget_server.clock import FixedClock, FixedTicks
from widget_server.site import DEFAULT_SITE


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 30, 12, tzinfo=UTC))


@pytest.fixture
def ticks() -> FixedTicks:
    return FixedTicks()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Redis be asked for generations each time."""
    monkeypatch.setattr(shared_redis, "REMEMBERED_SECONDS", 0.0)


@pytest.fixture(params=["file", "redis"])
def open_store(
    request: pytest.FixtureRequest, tmp_path: Path, at_once: None
) -> Iterator[Callable[[], Store]]:
    """Open the shared store as each worker does."""
    if request.param == "file":
        yield lambda: FlaskStore(SharedFileCache(tmp_path / "cache.sqlite"))
        return
    url = redis_url()
    with redis_prefix(url) as prefix, redis_stores(prefix) as open_one:
        yield lambda: open_one(url)


@contextmanager
def redis_stores(prefix: str) -> Iterator[Callable[[str], CountingStore]]:
    """Open stores in the Redis at an address, and close them in the end."""
    pools = []

    def open_one(url: str) -> CountingStore:
        config: dict[str, Any] = {
            "CACHE_REDIS_URL": url, "CACHE_KEY_PREFIX": prefix, "CACHE_DEFAULT_TIMEOUT": 300,
        }  # fmt: skip
        backend = SharedRedisCache.factory(None, config, [], {})
        pools.append(backend.pool)
        return FlaskStore(backend)

    yield open_one
    for pool in pools:
        pool.disconnect()


@pytest.fixture
def worker(
    open_store: Callable[[], Store], clock: FixedClock, ticks: FixedTicks
) -> Callable[[], Cache]:
    """Build a cache as each worker has its own; what is loaded behind is loaded at once."""
    return lambda: Cache(
        open_store(), clock, DEFAULT_SITE, spawn=lambda load: load(),
        failures=Failures(ticks=ticks),
    )  # fmt: skip
