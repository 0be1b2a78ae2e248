"""What is told of attempts to book, to move and to cancel."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.booking.conftest import ADA, HAIRCUT, NINE, request_for
from tests.booking.test_book import foreign
from widget_server.bookablesites.errors import PlatformError, Rejected, Unreachable
from widget_server.booking.cancel import cancel
from widget_server.booking.errors import (
    CouponInvalid,
    KeyReused,
    LimitReached,
    ManageLinkInvalid,
    NotOffered,
    SeriesTaken,
    SlotTaken,
    StillProcessing,
)
from widget_server.booking.observing import outcome_of, told
from widget_server.booking.once import book
from widget_server.booking.reschedule import reschedule
from widget_server.errors import InvalidInput

TEN = NINE + timedelta(hours=1)


class Watcher:
    """Notes everything."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def booked(self, outcome: str) -> None:
        self.told.append(("booked", outcome))

    def canceled(self, outcome: str) -> None:
        self.told.append(("canceled", outcome))

    def moved(self, outcome: str) -> None:
        self.told.append(("moved", outcome))


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def desk(house, watcher):
    return replace(house.desk(), observer=watcher)


def attempt(act, *given) -> None:
    with suppress(Exception):  # what it is, is what is told
        act(*given)


def token(desk, booking) -> str:
    return str(desk.links.issue(booking.id, 1))


def test_a_booking_is_told_once_and_its_repetition_as_such(desk, watcher):
    for _ in range(2):
        book(desk, request_for(), "key")

    assert watcher.told == [("booked", "confirmed"), ("booked", "replayed")]


def test_a_booking_that_the_team_has_to_confirm_is_told_as_pending(house, watcher):
    settings = {"name": "Studio", "timezone": "Europe/Berlin", "default_status": "pending"}
    house.staff("PUT", "/settings", settings)
    book(replace(house.desk(), observer=watcher), request_for(), "key")

    assert watcher.told == [("booked", "pending")]


def test_what_is_taken_or_was_never_open_is_told_apart(house, desk, watcher):
    foreign(house)
    attempt(book, desk, request_for(), "a")
    attempt(book, desk, request_for(start=NINE - timedelta(hours=5)), "b")

    assert watcher.told == [("booked", "conflict"), ("booked", "not_offered")]


def test_what_nobody_knows_yet_is_told_as_such(house, desk, watcher):
    house.script.lose_answer("POST", "/bookings")
    attempt(book, desk, request_for(), "a")

    assert watcher.told == [("booked", "processing")]


def test_without_a_platform_an_attempt_is_told_as_failed(house, desk, watcher):
    house.script.down_from = 0
    attempt(book, desk, request_for(), "a")

    assert watcher.told == [("booked", "failed")]


def test_moves_and_cancellations_are_told(desk, watcher):
    mine = token(desk, book(desk, request_for(), "a"))
    reschedule(desk, mine, TEN, None)
    reschedule(desk, mine, TEN, None)
    book(desk, request_for(who="leo"), "b")
    attempt(reschedule, desk, mine, NINE, ADA)
    cancel(desk, mine)
    cancel(desk, mine)
    attempt(cancel, desk, "no token")

    assert watcher.told == [
        ("booked", "confirmed"), ("moved", "done"), ("moved", "replayed"), ("booked", "confirmed"),
        ("moved", "conflict"), ("canceled", "done"), ("canceled", "replayed"),
        ("canceled", "refused"),
    ]  # fmt: skip


@pytest.mark.parametrize("key", [None, "key"])
def test_links_that_are_no_links_are_told_as_refused(desk, watcher, key):
    with suppress(ManageLinkInvalid):
        reschedule(desk, "no token", TEN, None, key)
    with suppress(ManageLinkInvalid):
        cancel(desk, "no token", key)

    assert watcher.told == [("moved", "refused"), ("canceled", "refused")]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SlotTaken(), "conflict"), (SeriesTaken(), "conflict"), (NotOffered(), "not_offered"),
        (StillProcessing(None), "processing"), (Rejected(422, "no"), "refused"),
        (Unreachable("gone"), "failed"), (PlatformError("slow"), "failed"),
        (LimitReached("many"), "refused"), (CouponInvalid(), "refused"),
        (KeyReused(), "refused"), (InvalidInput("no"), "refused"),
        (RuntimeError("a mistake of ours"), "error"),
    ],
)  # fmt: skip
def test_every_error_has_its_outcome(error, outcome):
    assert outcome_of(error) == outcome


def test_who_is_killed_on_the_way_is_told_as_an_error():
    outcomes: list[str] = []

    def act() -> tuple[str, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        told(outcomes.append, act)

    assert outcomes == ["error"]


def test_what_has_not_come_to_rest_is_counted_by_state(house, desk):
    house.script.lose_answer("POST", "/bookings")
    began = house.clock.now()
    attempt(book, desk, request_for(HAIRCUT), "a")
    house.clock.advance(timedelta(minutes=5))
    book(desk, request_for(HAIRCUT, start=TEN, who="leo"), "b")

    assert desk.ledger.restless() == {"unknown": (1, began)}
