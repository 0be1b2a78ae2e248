"""How values stand, who loads them, and what answers when they cannot be loaded."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from widget_server.bulkhead import Bulkhead
from widget_server.caching.cache import Cache, Entry, Key, Older, Window
from widget_server.caching.failures import FAILED_SECONDS, Failures
from widget_server.caching.flask_store import FlaskStore
from widget_server.caching.flights import MOST_BEHIND
from widget_server.caching.observing import Nobody
from widget_server.caching.shared_file import SharedFileCache
from widget_server.caching.standing import BEHIND
from widget_server.clock import FixedTicks
from widget_server.site import DEFAULT_SITE

THING, OTHER = Key("thing", ("tag",)), Key("other", ("another",))
FRESH, STALE = timedelta(seconds=10), timedelta(minutes=1)
WINDOW = Window(FRESH, STALE)
EARLY, OLD, LAPSED = FRESH * 0.85, FRESH * 1.01, FRESH + BEHIND


class Down(Exception):
    """The platform does not answer."""


class Crowded(Exception):
    """There is no place to wait in."""


class Source:
    """Something to load; counts how often it was, and may be down."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.is_down = False

    def __call__(self, keys: Sequence[Key]) -> dict[Key, int]:
        self.asked.append([key.name for key in keys])
        if self.is_down:
            raise Down
        return dict.fromkeys(keys, len(self.asked))

    @property
    def loads(self) -> int:
        return len(self.asked)


class Watch(Nobody):
    """Notes for how long somebody waited, each time."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)


def read(cache: Cache, source: Any, *keys: Key, **more: Any) -> list[Entry[Any]]:
    return cache.read(keys or (THING,), WINDOW, source, **more)


def value(cache: Cache, source: Any, **more: Any) -> tuple[Any, bool]:
    """Read the thing; return its value, and whether it is stale."""
    [entry] = read(cache, source, **more)
    return entry.value, entry.stale


def test_a_value_is_loaded_once_while_fresh(worker):
    cache, source = worker(), Source()
    assert [value(cache, source) for _ in range(3)] == [(1, False)] * 3
    assert source.loads == 1


def test_what_is_about_to_be_old_is_loaded_anew_behind(worker, clock):
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(EARLY)
    assert (value(cache, source), source.loads) == ((1, False), 2)
    assert (value(cache, source), source.loads) == ((2, False), 2)


def test_what_is_old_answers_as_stale_and_nobody_waits(worker, clock):
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(OLD)
    assert (value(cache, source), source.loads) == ((1, True), 2)
    assert (value(cache, source), source.loads) == ((2, False), 2)


def test_what_nobody_has_asked_for_in_a_while_is_loaded_first(worker, clock):
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(LAPSED)
    assert (value(cache, source), source.loads) == ((2, False), 2)


def test_while_the_platform_is_down_what_has_lapsed_answers_as_stale(worker, clock, ticks):
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(LAPSED)
    source.is_down = True
    assert [value(cache, source) for _ in range(3)] == [(1, True)] * 3
    # What failed a moment ago is not tried again at once.
    assert source.loads == 2
    source.is_down = False
    ticks.sleep(FAILED_SECONDS)
    assert value(cache, source) == (3, False)


@pytest.mark.parametrize("why", ["lapsed", "changed"])
def test_a_load_that_hangs_keeps_nobody_for_long(open_store, clock, monkeypatch, why):
    """Who comes while it hangs does not wait at all."""
    monkeypatch.setattr("widget_server.caching.cache.PATIENCE_SECONDS", 0.2)
    hangs, source, ticks, watch = threading.Event(), Source(), FixedTicks(), Watch()
    failures = Failures(ticks=ticks)
    cache = Cache(open_store(), clock, DEFAULT_SITE, failures=failures, observer=watch)
    value(cache, source)
    if why == "lapsed":
        clock.advance(LAPSED)
    else:
        cache.invalidate(["tag"])

    def hanging(keys: Sequence[Key]) -> dict[Key, int]:
        hangs.wait(60)
        return source(keys)

    told = []
    for _ in range(10):
        told.append(value(cache, hanging))
        ticks.sleep(FAILED_SECONDS)
    assert (told, len(watch.waits)) == ([(1, True)] * 10, 1)
    hangs.set()
    until = time.monotonic() + 60
    while value(cache, source) != (2, False) and time.monotonic() < until:
        ticks.sleep(FAILED_SECONDS)
    assert value(cache, source) == (2, False)


def test_who_finds_no_place_to_wait_in_is_told_what_has_lapsed(open_store, clock):
    ticks = FixedTicks()
    loads: list[Any] = []
    room = Bulkhead(1, 1.0, ticks, Crowded)
    cache, source = Cache(open_store(), clock, DEFAULT_SITE, room, spawn=loads.append), Source()
    value(cache, source)
    clock.advance(LAPSED)
    with room.place():
        ticks.sleep(1.0)
        assert value(cache, source) == (1, True)


def test_what_has_lapsed_is_loaded_even_while_much_else_is(open_store, clock):
    keys = [Key(f"thing {number}", ("tag",)) for number in range(MOST_BEHIND)]
    loads: list[Any] = []
    cache, source = Cache(open_store(), clock, DEFAULT_SITE, spawn=loads.append), Source()
    for key in (*keys, THING):
        read(cache, source, key)
    clock.advance(OLD)
    for key in keys:
        read(cache, source, key)
    clock.advance(LAPSED - OLD)
    assert value(cache, source) == (MOST_BEHIND + 2, False)


def test_who_does_not_want_it_old_waits(worker, clock):
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(OLD)
    assert value(cache, source, old_will_do=False) == (2, False)


def test_past_its_stale_time_it_is_gone(worker, clock):
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(STALE)
    assert value(cache, source) == (2, False)


def test_after_the_clock_was_put_back_what_is_kept_is_loaded_anew_once(worker, clock):
    """And not taken for fresh until the clock has caught up."""
    cache, source = worker(), Source()
    value(cache, source)
    clock.advance(-2 * STALE)
    assert [value(cache, source) for _ in range(3)] == [(2, False)] * 3
    clock.advance(OLD)
    assert (value(cache, source), source.loads) == ((2, True), 3)


def test_what_has_changed_does_not_answer(worker):
    cache, source = worker(), Source()
    value(cache, source)
    cache.invalidate(["tag"])
    assert value(cache, source) == (2, False)


def test_other_tags_are_left_alone(worker):
    cache, source = worker(), Source()
    read(cache, source, THING, OTHER)
    cache.invalidate(["another"])
    assert [entry.value for entry in read(cache, source, THING, OTHER)] == [1, 2]
    assert source.asked == [["thing", "other"], ["other"]]


def test_workers_share_what_one_has_loaded(worker):
    one, other, source = worker(), worker(), Source()
    assert (value(one, source), value(other, source)) == ((1, False), (1, False))


def test_what_one_worker_invalidates_has_changed_for_all(worker):
    one, other, source = worker(), worker(), Source()
    value(other, source)
    one.invalidate(["tag"])
    assert value(other, source) == (2, False)


@pytest.mark.parametrize("passed", [OLD, None])
def test_while_the_platform_is_down_the_last_answer_stays(worker, clock, passed):
    cache, source = worker(), Source()
    value(cache, source)
    if passed:
        clock.advance(passed)
    else:
        cache.invalidate(["tag"])
    source.is_down = True
    assert [value(cache, source) for _ in range(3)] == [(1, True)] * 3
    # What failed a moment ago is not tried again at once.
    assert source.loads == 2
    assert value(cache, source, old_will_do=False) == (1, True)


def test_with_nothing_to_fall_back_on_the_failure_is_told_once_tried(worker):
    cache, source = worker(), Source()
    source.is_down = True
    for _ in range(3):
        with pytest.raises(Down):
            value(cache, source)
    assert source.loads == 1


def test_a_failure_is_forgotten_after_a_moment(worker, ticks):
    cache, source = worker(), Source()
    source.is_down = True
    with pytest.raises(Down):
        value(cache, source)
    source.is_down = False
    ticks.sleep(FAILED_SECONDS / 2)
    with pytest.raises(Down):
        value(cache, source)
    ticks.sleep(FAILED_SECONDS / 2)
    assert value(cache, source) == (2, False)


def test_a_slow_load_that_began_before_a_change_is_not_seen_after_it(worker):
    one, other = worker(), worker()

    def slow(keys: Sequence[Key]) -> dict[Key, str]:
        other.invalidate(["tag"])
        return dict.fromkeys(keys, "old")

    read(one, slow)
    assert value(one, lambda keys: dict.fromkeys(keys, "new")) == ("new", False)


def many(visit: Any, count: int = 20) -> None:
    start = threading.Barrier(count)

    def run() -> None:
        start.wait()
        visit()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_many_threads_of_many_workers_one_loads(worker):
    workers, source = [worker() for _ in range(4)], Source()
    turn = iter(range(40))
    values: list[Any] = []

    def slow(keys: Sequence[Key]) -> dict[Key, int]:
        time.sleep(0.1)
        return source(keys)

    many(lambda: values.append(value(workers[next(turn) % 4], slow)), 40)
    assert (values, source.loads) == ([(1, False)] * 40, 1)


def test_of_many_visitors_of_a_platform_that_is_down_one_tries(worker):
    cache, source, told = worker(), Source(), []

    def slow_to_fail(keys: Sequence[Key]) -> dict[Key, int]:
        time.sleep(0.1)
        return source(keys)

    source.is_down = True

    def visit() -> None:
        with pytest.raises(Down):
            value(cache, slow_to_fail)
        told.append("down")

    many(visit)
    assert (len(told), source.loads) == (20, 1)


def test_of_those_who_wait_for_a_slow_load_only_a_few_may(open_store, clock):
    ticks, entered, done = FixedTicks(), threading.Semaphore(0), threading.Event()
    room = Bulkhead(2, 1.0, ticks, Crowded)
    cache = Cache(open_store(), clock, DEFAULT_SITE, room)

    def slow(keys: Sequence[Key]) -> dict[Key, int]:
        entered.release()
        done.wait()
        return dict.fromkeys(keys, 1)

    with ThreadPoolExecutor(3) as threads:
        loading = [threads.submit(value, cache, slow)]
        entered.acquire()
        loading += [threads.submit(value, cache, slow) for _ in range(2)]
        while room.taken < 2:
            time.sleep(0.01)
        ticks.sleep(1.0)
        with pytest.raises(Crowded):
            value(cache, slow)
        done.set()

    assert [one.result() for one in loading] == [(1, False)] * 3


@pytest.mark.parametrize(
    "raw",
    [b"", b"no JSON", b'{"began":"yesterday"}', b'{"began":"2026-11-30T12:00:00+00:00"}',
     b'{"began":"2026-11-30T12:00:00+00:00","generations":[0],"value":"none of ours"}'],
)  # fmt: skip
def test_what_makes_no_sense_in_the_store_is_loaded_anew(open_store, clock, raw):
    store, source = open_store(), Source()
    store.set(f"{DEFAULT_SITE.id}:thing", raw, 60, 0.0)
    cache = Cache(store, clock, DEFAULT_SITE)

    def build(json: int) -> int:
        return json + 1

    assert value(cache, source, build=build) == (2, False)


def test_a_value_is_built_once_in_each_process(worker):
    cache, source, built = worker(), Source(), []

    def build(json: int) -> str:
        built.append(json)
        return f"built of {json}"

    assert [value(cache, source, build=build)[0] for _ in range(3)] == ["built of 1"] * 3
    assert built == [1]


def test_a_file_that_cannot_be_used_reads_as_a_miss(tmp_path: Path, clock):
    (tmp_path / "cache.sqlite").mkdir()
    cache = Cache(FlaskStore(SharedFileCache(tmp_path / "cache.sqlite")), clock, DEFAULT_SITE)
    source = Source()
    assert (value(cache, source), value(cache, source)) == ((1, False), (2, False))


def test_no_value_is_pickled(tmp_path: Path, clock):
    cache = Cache(FlaskStore(SharedFileCache(tmp_path / "cache.sqlite")), clock, DEFAULT_SITE)
    read(cache, lambda keys: {key: {"a": [1]} for key in keys})
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert b'"value":{"a":[1]}' in files


def test_what_a_load_has_from_another_time_answers_as_stale(worker, clock, ticks):
    cache, since = worker(), clock.now() - FRESH * 2

    def load(keys):
        return dict.fromkeys(keys, Older("known", since))

    [entry] = read(cache, load)
    assert (entry.value, entry.stale, entry.loaded_at) == ("known", True, since)
    # What has nothing newer is not asked again at once.
    assert [value(cache, Source()) for _ in range(2)] == [("known", True)] * 2
    ticks.sleep(FAILED_SECONDS)
    assert value(cache, Source()) == ("known", True)
    # The one that it was given has been loaded behind.
    assert value(cache, Source()) == (1, False)
