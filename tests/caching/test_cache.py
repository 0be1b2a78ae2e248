"""Freshness, one loader for many, and generations that hide what is old."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from widget_server.caching.cache import Cache
from widget_server.caching.flask_store import FlaskStore
from widget_server.caching.shared_file import SharedFileCache
from widget_server.clock import FixedClock
from widget_server.site import DEFAULT_SITE

FRESH = timedelta(seconds=10)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 30, 12, tzinfo=UTC))


@pytest.fixture
def worker(tmp_path: Path, clock: FixedClock):
    """Build a cache as each worker has its own, on one shared file."""

    def build() -> Cache:
        store = FlaskStore(SharedFileCache(tmp_path / "cache.sqlite"))
        return Cache(store, clock, DEFAULT_SITE)

    return build


class Source:
    """Something to load; counts how often it was."""

    def __init__(self) -> None:
        self.loads = 0

    def __call__(self) -> int:
        self.loads += 1
        return self.loads


def test_a_value_is_loaded_once_while_fresh(worker, clock):
    cache, source = worker(), Source()
    key = cache.versioned("thing", ["tag"])

    values = [cache.get_or_load(key, FRESH, source).value for _ in range(3)]
    clock.advance(FRESH)
    later = cache.get_or_load(key, FRESH, source).value

    assert values == [1, 1, 1]
    assert later == 2


def test_workers_share_what_one_has_loaded(worker):
    one, other, source = worker(), worker(), Source()

    assert one.get_or_load(one.versioned("thing", ["tag"]), FRESH, source).value == 1
    assert other.get_or_load(other.versioned("thing", ["tag"]), FRESH, source).value == 1


def test_what_one_worker_invalidates_is_old_for_all(worker):
    one, other, source = worker(), worker(), Source()
    other.get_or_load(other.versioned("thing", ["tag"]), FRESH, source)

    one.invalidate(["tag"])

    assert other.get_or_load(other.versioned("thing", ["tag"]), FRESH, source).value == 2


def test_a_slow_load_that_began_before_a_change_is_not_seen_after_it(worker):
    one, other = worker(), worker()
    key = one.versioned("thing", ["tag"])

    def slow() -> str:
        other.invalidate(["tag"])
        return "old"

    one.get_or_load(key, FRESH, slow)

    now = one.get_or_load(one.versioned("thing", ["tag"]), FRESH, lambda: "new")
    assert now.value == "new"


def test_other_tags_are_left_alone(worker):
    cache, source = worker(), Source()
    cache.get_or_load(cache.versioned("thing", ["tag"]), FRESH, source)

    cache.invalidate(["another"])

    assert cache.get_or_load(cache.versioned("thing", ["tag"]), FRESH, source).value == 1


def test_of_many_threads_one_loads(worker):
    cache, source = worker(), Source()
    key = cache.versioned("thing", ["tag"])
    start = threading.Barrier(20)
    values: list[int] = []

    def visit() -> None:
        start.wait()
        values.append(cache.get_or_load(key, FRESH, source).value)

    threads = [threading.Thread(target=visit) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert values == [1] * 20


def test_a_broken_file_reads_as_a_miss(tmp_path: Path, clock):
    (tmp_path / "cache.sqlite").write_bytes(b"this is no database, by far " * 100)
    cache = Cache(FlaskStore(SharedFileCache(tmp_path / "cache.sqlite")), clock, DEFAULT_SITE)
    source = Source()

    first: int = cache.get_or_load(cache.versioned("thing", ["tag"]), FRESH, source).value
    second: int = cache.get_or_load(cache.versioned("thing", ["tag"]), FRESH, source).value

    assert (first, second) == (1, 2)


def test_no_value_is_pickled(tmp_path: Path, worker):
    cache = worker()
    cache.get_or_load(cache.versioned("thing", ["tag"]), FRESH, lambda: {"a": [1]})

    files = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert b'"value":{"a":[1]}' in files
