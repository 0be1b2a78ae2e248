"""A change that comes with a key is made once, however often the request comes."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.booking.conftest import ADA, HAIRCUT, NINE, Crash, House, request_for
from tests.booking.test_book import foreign, invariants
from widget_server.bookablesites.errors import PlatformError
from widget_server.booking.cancel import cancel, cancel_series
from widget_server.booking.errors import HoldExpired, KeyReused, SlotTaken, StillProcessing
from widget_server.booking.holds import LASTS, give_back, hold
from widget_server.booking.ledger.keys import KEY_LIFETIME
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.repeats import wait_for_answer
from widget_server.booking.requests import Item
from widget_server.booking.reschedule import reschedule
from widget_server.booking.see import see

ITEMS = (Item(HAIRCUT, ADA, 1, NINE, 1, ()),)


@pytest.fixture
def booking(house):
    return book(house.desk(), request_for(HAIRCUT), "key")


def token_of(house: House, booking) -> str:
    return house.desk().links.issue(booking.id, 1)


def moved(house: House, booking, minutes: int, key: str | None, employee: int | None = None):
    start = NINE + timedelta(minutes=minutes)
    return reschedule(house.desk(), token_of(house, booking), start, employee, key)


def starts_at(booking) -> int:
    return int((booking.current_claims[0].start - NINE).total_seconds()) // 60


def test_a_move_that_is_repeated_late_undoes_no_newer_one(house, booking):
    assert starts_at(moved(house, booking, 60, "a")) == 60
    assert starts_at(moved(house, booking, 120, "b")) == 120

    assert starts_at(moved(house, booking, 60, "a")) == 120
    assert starts_at(moved(house, booking, 60, None)) == 60  # without a key it is a new one
    invariants(house)


@pytest.mark.parametrize(("minutes", "employee"), [(90, None), (60, ADA)])
def test_a_key_that_comes_with_another_time_is_refused(house, booking, minutes, employee):
    moved(house, booking, 60, "a")

    with pytest.raises(KeyReused):
        moved(house, booking, minutes, "a", employee)


def test_a_key_counts_for_one_booking_and_one_kind_of_change(house, booking):
    other = book(house.desk(), request_for(HAIRCUT, start=NINE + timedelta(hours=3)), "other")
    desk = house.desk()
    assert starts_at(moved(house, booking, 60, "key")) == 60
    assert starts_at(moved(house, other, 240, "key")) == 240
    assert cancel(desk, token_of(house, booking), "key").state == State.CANCELED
    assert hold(desk, ITEMS, None, "visitor", "key").state == State.HELD


def test_a_refusal_is_told_again_though_the_time_is_open_by_now(house, booking):
    there = foreign(house, start="10:00")["appointment"]
    for _ in range(2):
        with pytest.raises(SlotTaken) as told:
            moved(house, booking, 60, "a", ADA)
        house.staff("PATCH", f"/appointments/{there}", {"status": "canceled"})
        house.clock.advance(timedelta(minutes=1))

    assert told.value.errors == {"start": [SlotTaken.sentence]}
    assert len(told.value.alternatives) == 5
    assert starts_at(moved(house, booking, 60, "b", ADA)) == 60


def test_a_platform_that_is_down_leaves_the_key_unused(house, booking):
    house.script.down_from = len(house.script.calls)
    with pytest.raises(PlatformError):
        moved(house, booking, 60, "a")
    house.script.down_from = None

    assert starts_at(moved(house, booking, 60, "a")) == 60


def test_of_a_request_that_died_the_next_one_makes_the_change(house, booking):
    house.script.crash_at = len(house.script.calls)
    with pytest.raises(Crash):
        moved(house, booking, 60, "a")
    house.script.crash_at = None

    with pytest.raises(StillProcessing) as waiting:
        moved(house, booking, 60, "a")
    house.clock.advance(house.desk().grace)

    assert waiting.value.booking_id == booking.id
    assert starts_at(moved(house, booking, 60, "a")) == 60
    assert starts_at(moved(house, booking, 120, "b")) == 120
    assert starts_at(moved(house, booking, 60, "a")) == 120
    invariants(house)


def test_nobody_waits_for_a_request_that_died_long_ago(house):
    desk = replace(house.desk(), patience=timedelta(seconds=8))
    pauses: list[float] = []
    desk.ledger.keys.begin("key", "a body", desk.now())

    wait_for_answer(desk, "key", pauses.append)
    waited = sum(pauses)
    house.clock.advance(desk.grace)
    wait_for_answer(desk, "key", pauses.append)

    assert (round(waited), sum(pauses)) == (8, waited)


@pytest.mark.parametrize("how", ["answer lost", "dead after the last call"])
def test_a_move_whose_answer_nobody_got_undoes_no_newer_one_either(house, booking, how):
    calls = len(house.script.calls)
    moved(house, booking, 30, None)
    calls = len(house.script.calls) - calls
    if how == "answer lost":
        for method, path in (("POST", "/bookings"), ("PATCH", "/1")):
            house.script.lose_answer(method, path)
    else:
        house.script.crash_at = len(house.script.calls) + calls - 1
        house.script.crash_after_call = True
    with suppress(StillProcessing, Crash):
        moved(house, booking, 120, "a")
    house.script.entries.clear()
    house.script.crash_at = None
    house.clock.advance(house.desk().grace + timedelta(seconds=1))
    settled = see(house.desk(), token_of(house, booking))
    assert starts_at(moved(house, booking, 180, "b")) == 180

    assert starts_at(moved(house, booking, 120, "a")) == 180
    assert starts_at(settled) == 120
    invariants(house)


def test_keys_are_forgotten_after_a_day(house, booking):
    moved(house, booking, 60, "a")
    house.clock.advance(KEY_LIFETIME)
    settle_all(house.desk())

    with closing(sqlite3.connect(house.folder / "ledger.sqlite")) as ledger:
        assert ledger.execute("SELECT count(*) FROM idempotency").fetchall() == [(0,)]


def test_cancelling_again_answers_the_same(house, booking):
    desk, token = house.desk(), token_of(house, booking)
    states = [cancel(desk, token, "a").state for _ in range(2)]

    assert states == [State.CANCELED] * 2
    with pytest.raises(KeyReused):
        cancel_series(desk, token, "a")


def test_a_hold_that_is_asked_for_again_is_the_same_one(house):
    desk = house.desk()
    held = [hold(desk, ITEMS, None, "visitor", "a").id for _ in range(2)]

    assert held[0] == held[1]
    with pytest.raises(SlotTaken):
        hold(desk, ITEMS, None, "visitor", "b")
    with pytest.raises(SlotTaken):  # another visitor's key is another key
        hold(desk, ITEMS, None, "somebody else", "a")
    with pytest.raises(KeyReused):
        hold(desk, ITEMS, "Asia/Tokyo", "visitor", "a")


@pytest.mark.parametrize("how", ["given back", "over"])
def test_a_hold_that_has_ended_is_not_told_as_one(house, how):
    desk = house.desk()
    held = hold(desk, ITEMS, None, "visitor", "a")
    if how == "over":
        house.clock.advance(LASTS)
    else:
        give_back(desk, desk.hold_links.issue(held.id, held.token_version))

    with pytest.raises(HoldExpired):
        hold(desk, ITEMS, None, "visitor", "a")
