"""What is told of reads, loads and waits."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest

from tests.caching.test_cache import EARLY, OLD, OTHER, STALE, THING, Down, Source, read, value
from widget_server.bulkhead import Bulkhead
from widget_server.caching.cache import Cache, Key
from widget_server.caching.observing import kind_of
from widget_server.clock import FixedTicks
from widget_server.site import DEFAULT_SITE


class Watcher:
    """Notes everything."""

    def __init__(self) -> None:
        self.reads: list[tuple[str, str, str]] = []
        self.loads: list[tuple[str, str]] = []
        self.waits: list[float] = []

    def read(self, kind: str, standing: str, result: str) -> None:
        self.reads.append((kind, standing, result))

    def loaded(self, kind: str, outcome: str) -> None:
        self.loads.append((kind, outcome))

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def cache(open_store, clock, watcher):
    return Cache(open_store(), clock, DEFAULT_SITE, spawn=lambda load: load(), observer=watcher)


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(), ("fresh", "hit", None)),
        (EARLY, ("early", "hit", "loaded")),
        (EARLY, ("early", "hit", "failed")),
        (OLD, ("old", "stale", "loaded")),
        (STALE, ("missing", "miss", "loaded")),
        (STALE, ("missing", "nothing", "failed")),
        (None, ("changed", "miss", "loaded")),
        (None, ("changed", "stale", "failed")),
    ],
)
def test_each_read_is_told_by_how_the_value_stood_and_what_was_got(
    cache, watcher, clock, passed, told
):
    (standing, result, load), source = told, Source()
    read(cache, source)
    assert (watcher.reads, watcher.loads) == ([("thing", "missing", "miss")], [("thing", "loaded")])
    if passed is None:
        cache.invalidate(["tag"])
    else:
        clock.advance(passed)
    source.is_down = load == "failed"
    watcher.reads, watcher.loads = [], []

    with pytest.raises(Down) if result == "nothing" else nullcontext():
        value(cache, source)

    assert watcher.reads == [("thing", standing, result)]
    assert watcher.loads == ([("thing", load)] if load else [])


def test_of_several_values_each_is_told(cache, watcher):
    source = Source()
    read(cache, source, THING)
    read(cache, source, THING, OTHER)

    assert watcher.reads[1:] == [("thing", "fresh", "hit"), ("other", "missing", "miss")]
    assert watcher.loads == [("thing", "loaded"), ("other", "loaded")]


def test_what_tells_a_value_from_its_like_is_not_told(cache, watcher):
    read(cache, Source(), Key("busy:2026-11-30", ("busy",)))

    assert watcher.reads == [("busy", "missing", "miss")]
    assert kind_of("offer") == "offer"


def test_who_waits_for_another_ones_load_is_told(open_store, clock, watcher):
    entered, done = threading.Semaphore(0), threading.Event()
    room = Bulkhead(10, 60.0, FixedTicks(), Down)
    cache = Cache(open_store(), clock, DEFAULT_SITE, room, observer=watcher)

    def slow(keys):
        entered.release()
        assert done.wait(60)
        return dict.fromkeys(keys, 1)

    with ThreadPoolExecutor(3) as threads:
        loading = threads.submit(value, cache, slow)
        entered.acquire()
        waiting = [threads.submit(value, cache, slow) for _ in range(2)]
        while room.taken < 2:
            time.sleep(0.01)
        done.set()

    assert [one.result() for one in (loading, *waiting)] == [(1, False)] * 3
    assert len(watcher.waits) == 2
    assert all(seconds > 0 for seconds in watcher.waits)
    assert Counter(watcher.reads) == {("thing", "missing", "miss"): 3}
