"""The Redis for tests: each test has a prefix of its own, and leaves nothing behind.

Production goes on without a Redis that does not answer in a moment. A machine may have much else to
do while it tests: the address says that Redis is to be waited for.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from redis import BlockingConnectionPool, Redis, RedisError

from tests.databases import missing

URL = "redis://127.0.0.1:6379/0"
PATIENCE = "timeout=60&socket_timeout=60&socket_connect_timeout=60"


def redis_url() -> str:
    """Return the address of the server; without one, skip, or fail where one is demanded."""
    url = f"{os.environ.get('TEST_REDIS_URL', URL)}?{PATIENCE}"
    try:
        with redis_client(url) as client:
            client.ping()
    except RedisError:
        missing("No Redis answers; TEST_REDIS_URL can name one.")
    return url


@contextmanager
def redis_client(url: str) -> Iterator[Redis]:
    """Connect as the product does; no other pool knows how to wait."""
    pool = BlockingConnectionPool.from_url(url)
    yield Redis(connection_pool=pool)
    pool.disconnect()


@contextmanager
def redis_prefix(url: str) -> Iterator[str]:
    """Give a prefix that nobody else has; what was kept under it goes afterwards."""
    prefix = f"widget-test-{uuid.uuid4().hex}:"
    yield prefix
    with redis_client(url) as client:
        for key in client.scan_iter(match=f"{prefix}*"):
            client.delete(key)
