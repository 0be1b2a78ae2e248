"""Both stores that workers share, by the same rules."""

import sqlite3
import threading
import time
from pathlib import Path

from widget_server.caching import shared_file, shared_redis
from widget_server.caching.shared_file import SharedFileCache
from widget_server.caching.store import UNLOCKED


def test_bytes_come_back_as_they_are(open_store):
    one, other = open_store(), open_store()
    one.set("a", b"\x00\xff text", 60, 1.0)
    assert (other.get("a"), other.get("b")) == (b"\x00\xff text", None)


def test_entries_end(open_store):
    store = open_store()
    store.set("a", b"1", 0.05, 1.0)
    time.sleep(0.1)
    assert store.get("a") is None


def test_what_began_earlier_does_not_replace_what_began_later(open_store):
    store = open_store()
    for value, began in ((b"new", 1_764_500_000.2), (b"old", 1_764_500_000.1)):
        store.set("a", value, 60, began)
    assert store.get("a") == b"new"


def test_what_began_in_the_future_is_replaced_by_anything(open_store):
    """The clock was put back since."""
    store, now = open_store(), time.time()
    store.set("a", b"of the future", 3600, now + 600)
    store.set("a", b"of now", 3600, now)
    assert store.get("a") == b"of now"


def test_what_has_ended_is_replaced_by_anything(open_store):
    store = open_store()
    store.set("a", b"new", 0.05, 2.0)
    time.sleep(0.1)
    store.set("a", b"old", 60, 1.0)
    assert store.get("a") == b"old"


def test_generations_count_bumps_and_never_come_back(open_store):
    one, other = open_store(), open_store()
    seen = [one.generations(["a", "b"])]
    for tags in (["a"], ["a", "b"], []):
        other.bump(tags)
        seen.append(one.generations(["a", "b"]))
    assert seen[2] == seen[3]
    assert [left == right for left, right in zip(seen[0], seen[1], strict=True)] == [False, True]
    assert len(set(seen)) == 3
    assert one.generations([]) == ()


def test_what_others_bump_in_redis_is_noticed_after_a_moment_and_the_own_at_once(
    open_store, monkeypatch
):
    monkeypatch.setattr(shared_redis, "REMEMBERED_SECONDS", 0.2)
    one, other = open_store(), open_store()
    before = one.generations(["a"])
    other.bump(["a"])
    time.sleep(0.25)
    after = one.generations(["a"])
    one.bump(["a"])
    assert len({before, after, one.generations(["a"])}) == 3


def test_one_at_a_time_has_the_lock(open_store):
    one, other = open_store(), open_store()
    token = one.lock("a", 60)
    assert token
    assert (other.lock("a", 60), other.lock("b", 60) is None) == (None, False)
    other.unlock("a", "of somebody else")
    assert other.lock("a", 60) is None
    one.unlock("a", token)
    assert other.lock("a", 60)


def test_a_lock_ends_by_itself(open_store):
    store = open_store()
    token = store.lock("a", 0.05)
    time.sleep(0.1)
    later = store.lock("a", 60)
    assert later
    store.unlock("a", token)
    assert store.lock("a", 60) is None


def test_of_many_threads_one_gets_the_lock(open_store):
    stores, got = [open_store() for _ in range(8)], []
    start = threading.Barrier(8)

    def take(store):
        start.wait()
        got.append(store.lock("a", 60))

    threads = [threading.Thread(target=take, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([token for token in got if token]) == 1


def test_the_file_stays_bounded(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(shared_file, "MAX_ENTRIES", 50)
    monkeypatch.setattr(shared_file, "MAX_BYTES", 30_000)
    monkeypatch.setattr(shared_file, "SWEEP_EVERY", 10)
    cache = SharedFileCache(tmp_path / "cache.sqlite")
    for number in range(200):
        cache.set(f"{number}", b"x" * 1000, 60 + number)
    rows = sqlite3.connect(tmp_path / "cache.sqlite").execute("SELECT key FROM entries").fetchall()
    assert 20 <= len(rows) <= 40
    assert cache.get("199") == b"x" * 1000


def test_a_file_of_another_shape_is_begun_anew(tmp_path: Path):
    old = sqlite3.connect(tmp_path / "cache.sqlite")
    old.execute("CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB, expires REAL)")
    old.close()
    cache = SharedFileCache(tmp_path / "cache.sqlite")
    cache.set("a", b"1", 60)
    assert cache.get("a") == b"1"


def test_a_file_that_cannot_be_used_raises_nothing_and_knows_nothing(tmp_path: Path):
    (tmp_path / "cache.sqlite").mkdir()
    cache = SharedFileCache(tmp_path / "cache.sqlite")
    cache.set("a", b"1", 60)
    cache.bump(["a"])
    assert (cache.get("a"), cache.generations(["a"]), cache.lock("a", 1)) == (None, None, UNLOCKED)


def test_a_file_that_is_no_database_is_replaced(tmp_path: Path):
    (tmp_path / "cache.sqlite").write_bytes(b"this is no database, by far " * 100)
    cache = SharedFileCache(tmp_path / "cache.sqlite")
    cache.set("a", b"1", 60)
    assert cache.get("a") == b"1"


def test_workers_count_together_and_names_apart(open_store):
    one, other = open_store(), open_store()
    numbers = [one.count("a", 1, 60), other.count("a", 3, 60), other.count("b", 2, 60)]
    assert [number for number, _ in numbers] == [1, 4, 2]
    assert all(0 < left <= 60 for _, left in numbers)
    assert [one.counted(name) for name in "abc"] == [4, 2, 0]


def test_a_count_begins_anew_after_its_time_and_not_later_for_being_counted_up(open_store):
    store = open_store()
    store.count("a", 5, 0.2)
    _, left = store.count("a", 5, 60)
    assert left <= 0.2
    wait_until(lambda: store.counted("a") == 0)
    assert store.count("a", 2, 60)[0] == 2


def test_looking_does_not_count(open_store):
    store = open_store()
    assert [store.counted("a"), store.counted("a"), store.count("a", 1, 60)[0]] == [0, 0, 1]


def test_counts_that_have_ended_take_no_room(tmp_path, monkeypatch):
    monkeypatch.setattr(shared_file, "SWEEP_EVERY", 2)
    cache = SharedFileCache(tmp_path / "cache.sqlite")
    cache.count("ended", 1, 0.0)
    cache.count("going on", 1, 60.0)
    with sqlite3.connect(tmp_path / "cache.sqlite") as file:
        assert file.execute("SELECT name FROM counts").fetchall() == [("going on",)]


def test_a_file_that_cannot_be_written_counts_nothing(tmp_path):
    (tmp_path / "cache.sqlite").mkdir()
    cache = SharedFileCache(tmp_path / "cache.sqlite")
    assert (cache.count("a", 1, 60), cache.counted("a")) == (None, None)


def wait_until(has_come):
    """Wait for what comes with time, however slow the machine."""
    ends = time.monotonic() + 60
    while not has_come() and time.monotonic() < ends:
        time.sleep(0.01)


def damage(path):
    """Overwrite what is in the middle of the file, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 200_000)


def test_a_damaged_file_is_begun_anew_and_nothing_old_passes_for_known(tmp_path):
    path = tmp_path / "cache.sqlite"
    one, other = SharedFileCache(path), SharedFileCache(path)
    one.set("a", b"1" * 100_000)
    one.bump(["tag"])
    before = [one.generations(["tag", "never"]), other.generations(["tag", "never"])]
    assert before[0] == before[1]
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(path)

    for cache in (one, other) * 2:
        cache.get("a")
        cache.set("b", b"2")
    other.bump(["tag", "never"])

    assert (one.get("a"), one.get("b"), other.get("b")) == (None, b"2", b"2")
    after = one.generations(["tag", "never"])
    assert after == other.generations(["tag", "never"])
    pairs = zip(after or (), before[0] or (), strict=True)
    assert [now != then for now, then in pairs] == [True, True]
    assert SharedFileCache(path).get("b") == b"2"


def test_a_file_that_is_taken_away_is_made_anew_for_all(tmp_path):
    path = tmp_path / "cache.sqlite"
    one, other = SharedFileCache(path), SharedFileCache(path)
    one.set("a", b"1")
    assert other.get("a") == b"1"
    for file in tmp_path.glob("cache.sqlite*"):
        file.unlink()
    one.set("b", b"2")
    assert (one.get("b"), other.get("b"), other.get("a")) == (b"2", b"2", None)
