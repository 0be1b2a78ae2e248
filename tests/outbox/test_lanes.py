"""Receivers that never answer, beside others: each has its own lane."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.outbox.test_outbox import Letter, Post, post
from widget_server.outbox import Message, Outbox, Undelivered, deliver_due, deliver_for_ever

__all__ = ["post"]  # the fixture
WITHIN_SECONDS = 300


@dataclass
class Receivers:
    """Those of the lanes in `stuck` keep whoever comes until `release`, then refuse."""

    stuck: frozenset[str]
    release: threading.Event = field(default_factory=threading.Event)
    arrived: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    most_waiting: int = 0
    refused: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, message: Message) -> str:
        body: str = message.payload["body"]
        if body[0] not in self.stuck:
            self.arrived.append(body)
            return "200"
        with self.lock:
            self.waiting.append(body)
            self.most_waiting = max(self.most_waiting, len(self.waiting))
        self.release.wait(2 * WITHIN_SECONDS)
        with self.lock:
            self.waiting.remove(body)
            self.refused += 1
        raise Undelivered("No answer")

    def wait_for(self, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + WITHIN_SECONDS
        while not happened() and time.monotonic() < until:
            time.sleep(0.02)


@pytest.fixture
def outbox(post: Post) -> Outbox[Letter]:
    """A lane for each key."""
    return replace(post.outbox, lane=Letter.ordering_key)


def run(outbox: Outbox[Letter], receivers: Receivers, then: Callable[[], None]) -> None:
    """Deliver in the background while `then` happens."""
    stop = threading.Event()
    worker = threading.Thread(
        target=deliver_for_ever, args=(outbox, receivers.handle, stop, 0.05), daemon=True
    )
    worker.start()
    try:
        then()
    finally:
        stop.set()
        receivers.release.set()
        worker.join(WITHIN_SECONDS)
        deliver_due(outbox, receivers.handle)


def test_a_lane_that_is_stuck_holds_up_no_other(post: Post, outbox: Outbox[Letter]):
    post.add(*(f"a{number}" for number in range(20)), key="a")
    receivers = Receivers(frozenset("a"))

    def others_follow() -> None:
        receivers.wait_for(lambda: receivers.waiting == ["a0"])
        post.add("b0", "b1", key="b")
        post.add("c0", key="c")
        receivers.wait_for(lambda: len(receivers.arrived) == 3)
        assert sorted(receivers.arrived) == ["b0", "b1", "c0"]

    run(outbox, receivers, others_follow)
    assert receivers.most_waiting == 1


def test_lanes_that_failed_last_leave_threads_to_the_others(post: Post, outbox: Outbox[Letter]):
    dead = "abcdefgh"
    for key in dead:
        post.add(f"{key}0", key=key)
    receivers = Receivers(frozenset(dead))
    receivers.release.set()
    stop = threading.Event()

    def fail_once_then_be_stuck() -> None:
        receivers.wait_for(lambda: receivers.refused == len(dead))
        receivers.release.clear()
        receivers.most_waiting = 0
        post.clock.advance(timedelta(seconds=5))
        receivers.wait_for(lambda: len(receivers.waiting) == 2)
        post.add("z0", key="z")
        receivers.wait_for(lambda: receivers.arrived == ["z0"])
        assert (receivers.arrived, receivers.most_waiting) == (["z0"], 2)
        stop.set()

    run(outbox, receivers, fail_once_then_be_stuck)
    assert stop.is_set()


def test_all_that_is_due_goes_out_however_long_it_takes(post: Post, outbox: Outbox[Letter]):
    told = [f"a{number}" for number in range(8)]
    post.add(*told, key="a")
    arrived: list[str] = []

    def handle(message: Message) -> str:
        # Longer together than a lane's turn: the last of them need another one.
        time.sleep(0.35)
        arrived.append(message.payload["body"])
        return "200"

    assert deliver_due(outbox, handle) == len(told)
    assert arrived == told
