"""Looking at what may never answer."""

import threading
import time

import pytest

from widget_server.observability.looks import Look


def soon() -> float:
    return time.monotonic() + 30


class Sight:
    """Something to look at; holds whoever looks until it is let go."""

    def __init__(self) -> None:
        self.looks = 0
        self.open = threading.Event()
        self.open.set()

    def __call__(self) -> int:
        self.looks += 1
        number = self.looks
        assert self.open.wait(60)
        return number


@pytest.fixture
def sight():
    sight = Sight()
    yield sight
    sight.open.set()


def test_what_was_found_a_moment_ago_is_told_again(sight):
    look = Look(sight, every_seconds=3600)

    assert [look.result(soon()) for _ in range(3)] == [1, 1, 1]


def test_later_it_is_looked_at_anew(sight):
    look = Look(sight, every_seconds=0)

    assert [look.result(soon()) for _ in range(3)] == [1, 2, 3]


def test_nobody_waits_longer_than_they_want_and_one_looks_for_all(sight):
    sight.open.clear()
    look = Look(sight, every_seconds=0)

    assert [look.result(time.monotonic()) for _ in range(20)] == [None] * 20
    assert sight.looks == 1
    sight.open.set()
    assert look.result(soon()) is not None


def test_while_it_takes_long_what_was_found_last_is_told(sight):
    look = Look(sight, every_seconds=0)
    look.result(soon())
    sight.open.clear()

    assert look.result(time.monotonic()) == 1


def test_a_look_that_breaks_finds_nothing_and_may_be_repeated():
    looks = []

    def find():
        looks.append(1)
        raise ValueError

    look = Look(find, every_seconds=3600)

    assert [look.result(soon()), look.result(soon()), len(looks)] == [None, None, 2]
