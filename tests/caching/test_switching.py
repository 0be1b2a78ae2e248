"""Redis goes away and comes back: slower, never wrong, never an error."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.caching.conftest import redis_stores
from tests.gate import CLOSED, OPEN, SILENT, gate
from tests.redis_server import PATIENCE, redis_prefix, redis_url
from widget_server.caching import switching
from widget_server.caching.flask_store import FlaskStore
from widget_server.caching.shared_file import SharedFileCache
from widget_server.caching.switching import Switching


@pytest.fixture
def redis(monkeypatch, at_once):
    """A gate before Redis; who was turned away asks again at once."""
    monkeypatch.setattr(switching, "AWAY_SECONDS", 0.0)
    url = urlsplit(redis_url())
    with gate(url.hostname or "127.0.0.1", url.port or 6379) as opened:
        yield opened


@pytest.fixture
def machine(tmp_path: Path, redis):
    """Open the stores as a worker of this or another machine does, before one Redis."""
    with redis_prefix(redis_url()) as prefix, redis_stores(prefix) as open_shared:

        def open_on(name: str, patience: str = PATIENCE) -> Switching:
            url = f"redis://127.0.0.1:{redis.port}/0?{patience}"
            own = FlaskStore(SharedFileCache(tmp_path / name / "cache.sqlite"))
            return Switching(open_shared(url), own)

        yield open_on


def test_machines_share_what_is_in_redis(machine):
    one, other = machine("a"), machine("b")
    one.set("key", b"1", 60, 1.0)
    token = one.lock("load", 60)
    assert (other.get("key"), other.lock("load", 60)) == (b"1", None)
    one.unlock("load", token)
    assert other.lock("load", 60)


@pytest.mark.parametrize(("mode", "patience"), [(CLOSED, PATIENCE), (SILENT, "")])
def test_while_redis_is_away_the_machine_goes_on_by_itself(machine, redis, mode, patience):
    one, neighbour, elsewhere = (machine(name, patience) for name in "aab")
    redis.set(mode)
    one.set("key", b"1", 60, 1.0)
    before = one.generations(["tag"])
    one.bump(["tag"])
    token = one.lock("load", 60)
    assert neighbour.get("key") == b"1"
    assert neighbour.generations(["tag"]) == one.generations(["tag"]) != before
    assert (neighbour.lock("load", 60), elsewhere.get("key")) == (None, None)
    one.unlock("load", token)
    assert neighbour.lock("load", 60)


def test_what_changed_while_redis_was_away_has_changed_when_it_is_back(machine, redis):
    one, other = machine("a"), machine("b")
    before = other.generations(["tag", "else"])
    redis.set(CLOSED)
    one.bump(["tag"])
    redis.set(OPEN)
    one.get("anything")
    after = other.generations(["tag", "else"])
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True]


def test_a_lock_of_before_does_no_harm(machine, redis):
    one = machine("a")
    token = one.lock("load", 60)
    redis.set(CLOSED)
    one.unlock("load", token)
    assert one.lock("load", 60)


def test_the_address_with_its_password_is_not_logged(tmp_path: Path, caplog):
    own = FlaskStore(SharedFileCache(tmp_path / "cache.sqlite"))
    with redis_stores("p:") as open_shared:
        shared = open_shared("redis://:a-secret@127.0.0.1:1/0")
        assert Switching(shared, own).get("key") is None
    assert [record.message for record in caplog.records] == [
        "Redis does not answer (ConnectionError); going on without."
    ]


def test_machines_count_together_and_each_alone_while_redis_is_away(machine, redis):
    one, other = machine("a"), machine("b")
    assert [one.count("x", 1, 60)[0], other.count("x", 1, 60)[0]] == [1, 2]
    redis.set(CLOSED)
    assert [one.count("x", 1, 60)[0], other.counted("x")] == [1, 0]
    redis.set(OPEN)
    assert [one.count("x", 1, 60)[0], other.counted("x")] == [3, 3]
