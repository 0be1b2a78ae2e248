"""The outbox on a real database of each kind, its worker killed in the middle."""

import multiprocessing
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase

from tests.databases import Databases, kept
from widget_server.clock import FixedClock
from widget_server.database import open_database
from widget_server.outbox import (
    DEAD,
    DELIVERED,
    WAITING,
    Message,
    Outbox,
    OutboxRow,
    Patience,
    Undeliverable,
    Undelivered,
    deliver_due,
)
from widget_server.outbox.outbox import Lengths

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PATIENCE = Patience(attempts=3)


class Base(DeclarativeBase):
    pass


class Letter(OutboxRow, Base):
    __tablename__ = "letters"


@dataclass
class Post:
    """An outbox, and what its handler has seen; `failures` are raised first, one an attempt."""

    outbox: Outbox[Letter]
    clock: FixedClock
    url: str
    seen: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def add(self, *bodies: str, key: str = "a") -> None:
        with self.outbox.database.writing() as session:
            for body in bodies:
                self.outbox.add(session, "letter", key, {"body": body})
                session.flush()

    def handle(self, message: Message) -> str:
        self.seen.append((message.id, message.payload["body"]))
        if self.failures:
            raise self.failures.pop(0)
        return "200"

    def deliver(self) -> list[str]:
        before = len(self.seen)
        deliver_due(self.outbox, self.handle)
        return [body for _, body in self.seen[before:]]

    def states(self) -> list[tuple[str, int, str]]:
        with self.outbox.database.reading() as session:
            rows = session.scalars(select(Letter).order_by(Letter.id))
            return [(row.state, row.attempts, row.outcome) for row in rows]


def empty(databases: Databases) -> str:
    """Return the URL of an empty outbox, to be copied."""
    url = databases.new()
    database = open_database(url)
    Base.metadata.create_all(database.engine)
    database.close()
    return url


@pytest.fixture
def post(databases: Databases) -> Iterator[Post]:
    url = databases.copy(kept(databases, empty, lambda: empty(databases)))
    database = open_database(url)
    clock = FixedClock(NOW)
    yield Post(Outbox(database, Letter, clock, PATIENCE, chance=lambda: 0.5), clock, url)
    database.close()
    databases.drop(url)


def test_delivers_each_message_once_when_all_is_well(post: Post):
    post.add("one", "two")
    assert post.deliver() == ["one", "two"]
    assert post.deliver() == []
    assert post.states() == [(DELIVERED, 1, "200"), (DELIVERED, 1, "200")]


def test_a_change_that_is_undone_sends_nothing(post: Post):
    with pytest.raises(RuntimeError):
        _change_of_mind(post)
    assert post.deliver() == []


def test_a_failure_keeps_back_what_has_to_follow_and_nothing_else(post: Post):
    post.add("one", "two", key="a")
    post.add("other", key="b")
    post.failures = [Undelivered("503")]
    assert post.deliver() == ["one", "other"]
    post.clock.advance(timedelta(seconds=4))
    assert post.deliver() == []
    post.clock.advance(timedelta(seconds=1))
    assert post.deliver() == ["one", "two"]
    ids = [id_ for id_, body in post.seen if body == "one"]
    assert ids == [ids[0]] * 2


def test_gives_up_after_the_last_attempt_and_lets_the_next_one_go(post: Post):
    post.add("one", "two")
    post.failures = [Undelivered("503"), ValueError("private"), Undelivered("500")]
    for _ in range(3):
        post.deliver()
        post.clock.advance(timedelta(hours=1))
    assert [body for _, body in post.seen] == ["one", "one", "one", "two"]
    assert post.states() == [(DEAD, 3, "500"), (DELIVERED, 1, "200")]


def test_what_cannot_arrive_is_dead_at_once_and_can_be_replayed(post: Post):
    post.add("one")
    post.failures = [Undeliverable("410")]
    post.deliver()
    assert post.states() == [(DEAD, 1, "410")]
    with post.outbox.database.writing() as session:
        post.outbox.replay(session.scalars(select(Letter)).one())
    assert post.deliver() == ["one"]
    assert post.seen[0] == post.seen[1]
    assert post.states() == [(DELIVERED, 1, "200")]


def test_a_handler_that_breaks_is_tried_again_and_not_quoted(post: Post):
    post.add("one")
    post.failures = [ValueError("private")]
    post.deliver()
    assert post.states() == [(WAITING, 1, "The handler failed.")]


def test_a_lease_that_ran_out_goes_to_the_next_worker_alone(post: Post):
    post.add("one")
    (late,) = post.outbox.lease(1)
    assert post.outbox.lease(1) == []
    post.clock.advance(PATIENCE.lease)
    (second,) = post.outbox.lease(1)
    assert (second.id, second.attempt) == (late.id, 2)
    assert not post.outbox.put_off(late, "too late")
    assert post.outbox.delivered(second, "200")
    assert post.states() == [(DELIVERED, 2, "200")]


def test_a_worker_killed_before_it_could_acknowledge_leaves_the_message_to_others(post: Post):
    post.add("one")
    worker = multiprocessing.get_context("spawn").Process(target=_die_delivering, args=(post.url,))
    worker.start()
    worker.join(300)
    assert worker.exitcode == 9
    assert post.deliver() == []
    post.clock.advance(PATIENCE.lease)
    assert post.deliver() == ["one"]
    assert post.states() == [(DELIVERED, 2, "200")]


def test_many_workers_deliver_each_message_once_and_each_key_in_order(post: Post):
    wanted = {key: [f"{key}{number}" for number in range(10)] for key in "abcd"}
    for key, bodies in wanted.items():
        post.add(*bodies, key=key)
    workers = [threading.Thread(target=post.deliver) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(300)
    post.deliver()
    bodies = [body for _, body in post.seen]
    assert {key: [body for body in bodies if body[0] == key] for key in "abcd"} == wanted


def test_forgets_what_was_finished_long_ago(post: Post):
    post.add("one")
    post.deliver()
    post.add("two")
    assert post.outbox.forget() == 0
    post.clock.advance(PATIENCE.keep + timedelta(seconds=1))
    assert post.outbox.forget() == 1
    assert post.deliver() == ["two"]


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [(1, 0.5, 5), (2, 0.5, 20), (3, 0.5, 80), (1, 0, 4), (1, 1, 6), (9, 0.5, 86400)],
)
def test_pauses_grow_fourfold_up_to_a_day(attempt: int, chance: float, seconds: int):
    assert Patience().pause(attempt, chance) == timedelta(seconds=seconds)


def _change_of_mind(post: Post) -> None:
    with post.outbox.database.writing() as session:
        post.outbox.add(session, "letter", "a", {"body": "one"})
        session.flush()
        raise RuntimeError


def _die_delivering(url: str) -> None:
    outbox = Outbox(open_database(url), Letter, FixedClock(NOW), PATIENCE)
    deliver_due(outbox, lambda _message: os._exit(9))


def test_tells_how_much_waits_and_for_how_long(post: Post):
    before = post.outbox.lengths()
    post.add("late", key="a")
    post.add("dead", key="b")
    post.add("well", key="c")
    post.failures = [Undelivered("503"), Undeliverable("gone")]
    post.deliver()
    post.clock.advance(timedelta(seconds=3))
    waiting = post.outbox.lengths()
    post.add("new", key="d")
    post.clock.advance(timedelta(seconds=4))

    assert (before, waiting) == (Lengths(0, 0, 0, 0.0), Lengths(0, 1, 1, 0.0))
    # The one was due five seconds after it failed, the other when it came, four seconds ago.
    assert post.outbox.lengths() == Lengths(2, 0, 1, 4.0)
