"""Moving where the account cannot move: the old time in the way of the new one."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.booking.conftest import ADA, COLOUR, NINE, YOGA, Crash, House, request_for
from tests.booking.test_book import foreign, invariants, moved, squeeze_in, wait_and_settle
from widget_server.bookablesites.errors import PlatformError
from widget_server.booking.errors import SlotTaken, StillProcessing, VisitLost
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.booking.see import see

HALF_AN_HOUR = timedelta(minutes=30)
pytestmark = pytest.mark.parametrize("house", ["plain"], indirect=True)


@pytest.fixture
def booking(house):
    return book(house.desk(), request_for(COLOUR), "key")


@pytest.fixture
def eager(house):
    """An account that is to be cancelled at before anything is booked anew."""
    house.contract = replace(house.contract, cancels_first=True)
    return house


def mine(house: House):
    return [
        (one["employee"], one["start"] - NINE)
        for one in house.standing()
        if one["customer"]["email"] == "mia@example.org"
    ]


def writes(house: House):
    return [method for method, path in house.script.calls if method in ("POST", "DELETE")]


def view(house: House, booking):
    desk = house.desk()
    return see(desk, desk.links.issue(booking.id, 1))


def test_it_stays_with_whom_it_is(house, booking):
    moved(house, booking, 30)

    assert mine(house) == [(ADA, HALF_AN_HOUR)]
    assert (view(house, booking).state, view(house, booking).sequence) == (State.CONFIRMED, 1)
    invariants(house)


def test_whoever_takes_the_new_time_meanwhile_leaves_the_old_one(house, booking):
    """The new time is seen to be free but for ourselves; then somebody books past us."""
    house.script.on("POST", "/bookings", lambda proceed: proceed())
    house.script.before("POST", "/bookings", lambda: foreign(house, start="10:30"))

    with pytest.raises(SlotTaken):
        moved(house, booking, 30, ADA)

    assert mine(house) == [(ADA, timedelta())]
    assert view(house, booking).state == State.CONFIRMED
    invariants(house)


def test_a_foreign_booking_before_the_read_back_leaves_the_old_time(house, booking):
    house.script.on("POST", "/bookings", lambda proceed: proceed())
    squeeze_in(house, start="10:30")

    with pytest.raises(SlotTaken):
        moved(house, booking, 30, ADA)

    assert mine(house) == [(ADA, timedelta())]
    invariants(house)


def test_who_loses_both_times_is_told_so(house, booking):
    house.script.on("POST", "/bookings", lambda proceed: proceed())

    def take_both():
        foreign(house, start="10:30")
        foreign(house, start="09:00")

    house.script.before("POST", "/bookings", take_both)
    with pytest.raises(VisitLost) as told:
        moved(house, booking, 30)

    assert told.value.alternatives
    assert list(told.value.errors) == ["start"]

    assert mine(house) == []
    assert view(house, booking).state == State.CANCELED
    invariants(house)


def test_a_time_that_is_taken_is_not_worth_giving_up_the_old_one(house, booking):
    def taken(proceed):
        foreign(house, start="10:30")
        return proceed()

    house.script.on("POST", "/bookings", taken)
    with pytest.raises(SlotTaken):
        moved(house, booking, 30, ADA)

    assert "DELETE" not in writes(house)
    assert mine(house) == [(ADA, timedelta())]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(30))
def test_a_crash_at_any_call_comes_to_rest(house, booking, number, after):
    house.script.crash_at = len(house.script.calls) + number
    house.script.crash_after_call = after
    with suppress(Crash):
        moved(house, booking, 30, ADA)
    house.script.crash_at = None

    wait_and_settle(house)

    assert mine(house) in ([(ADA, timedelta())], [(ADA, HALF_AN_HOUR)])
    assert view(house, booking).state == State.CONFIRMED
    invariants(house)


@pytest.mark.parametrize("number", range(30))
def test_an_outage_from_any_call_on_comes_to_rest(house, booking, number):
    house.script.down_from = len(house.script.calls) + number
    with suppress(SlotTaken, StillProcessing, PlatformError):
        moved(house, booking, 30, ADA)
    house.script.down_from = None

    wait_and_settle(house)

    assert mine(house) in ([(ADA, timedelta())], [(ADA, HALF_AN_HOUR)])
    invariants(house)


def crash_once_the_old_time_is_gone(house, booking):
    def die(_proceed):
        raise Crash

    house.script.on("POST", "/bookings", lambda proceed: proceed())
    house.script.on("POST", "/bookings", die)
    with pytest.raises(Crash):
        moved(house, booking, 30, ADA)


def test_a_crash_after_the_old_time_is_gone_and_the_new_one_taken_brings_it_back(house, booking):
    crash_once_the_old_time_is_gone(house, booking)
    assert mine(house) == []
    foreign(house, start="10:30")

    wait_and_settle(house)

    assert mine(house) == [(ADA, timedelta())]
    assert view(house, booking).state == State.CONFIRMED
    invariants(house)


def test_a_crash_after_which_both_times_are_taken_ends_the_booking(house, booking):
    crash_once_the_old_time_is_gone(house, booking)
    for start in ("09:00", "10:30"):
        foreign(house, start=start)

    wait_and_settle(house)

    assert (mine(house), view(house, booking).state) == ([], State.CANCELED)
    invariants(house)


def test_what_staff_cancel_while_it_moves_is_not_booked_again(house, booking):
    """The move fails, and it was not we who gave the old time up."""

    def cancel_and_take(proceed):
        [one] = [one for one in house.standing() if one["start"] == NINE]
        house.staff("PATCH", f"/appointments/{one['appointment']}", {"status": "canceled"})
        foreign(house, start="11:00")
        return proceed()

    house.script.on("POST", "/bookings", cancel_and_take)
    with pytest.raises(SlotTaken):
        moved(house, booking, 120, ADA)

    assert mine(house) == []


def test_where_it_is_to_be_cancelled_first_it_always_is(eager, booking):
    eager.script.calls.clear()

    moved(eager, booking, 120)

    assert mine(eager) == [(ADA, timedelta(hours=2))]
    assert writes(eager) == ["DELETE", "POST"]
    invariants(eager)


def test_cancelled_first_it_comes_back_when_the_new_time_is_taken(eager, booking):
    eager.script.before("POST", "/bookings", lambda: foreign(eager, start="11:00"))

    with pytest.raises(SlotTaken):
        moved(eager, booking, 120, ADA)

    assert mine(eager) == [(ADA, timedelta())]
    invariants(eager)


@pytest.mark.parametrize("cancels_first", [False, True])
def test_of_a_group_nobody_is_moved_over_the_others(house, cancels_first):
    house.contract = replace(house.contract, cancels_first=cancels_first)
    mias = book(house.desk(), request_for(YOGA), "a")
    book(house.desk(), request_for(YOGA, who="leo"), "b")

    with pytest.raises(PlatformError):
        moved(house, mias, 120)

    assert len(house.standing()) == 2
    assert view(house, mias).state == State.CONFIRMED
