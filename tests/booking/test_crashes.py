"""A process dies at any call, and right before or right after each state of a booking.

Then it starts again, the grace passes, and the reconciler must set everything right: in one round,
where it died at a state.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.booking.conftest import ADA, COLOUR, HAIRCUT, NINE, Crash, House, request_for
from tests.booking.test_book import foreign, invariants, moved, squeeze_in, wait_and_settle
from widget_server.booking import holds
from widget_server.booking.cancel import cancel
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.states import State
from widget_server.booking.moves import OLD_FIRST
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.reschedule import reschedule
from widget_server.catalogue.find_slots import Busy, open_slot
from widget_server.catalogue.sources.told import Told
from widget_server.database import open_database, sqlite_url
from widget_server.site import DEFAULT_SITE

WHEN = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


class Dying(Ledger):
    """A ledger whose process dies at one transition: before it is committed, or after."""

    def __init__(self, database, state, *, after):
        super().__init__(database, DEFAULT_SITE)
        self.state, self.after = state, after

    def claim(self, *args, **how):
        held_until = args[0].expires_at
        return self._at(State.HELD if held_until else State.CLAIMED, super().claim, *args, **how)

    def claim_move(self, *args, **how):
        return self._at(State.MOVING, super().claim_move, *args, **how)

    def move(self, booking, target, *args, **how):
        return self._at(target, super().move, booking, target, *args, **how)

    def _at(self, state, act, *args, **how):
        if state != self.state:
            return act(*args, **how)
        if self.after:
            act(*args, **how)
        raise Crash


def dying_desk(house, state, *, after):
    database = open_database(sqlite_url(house.folder / "ledger.sqlite"))
    return replace(house.desk(), ledger=Dying(database, state, after=after))


def restart_and_settle_once(house):
    desk = house.desk()
    house.clock.advance(desk.grace + desk.period)
    settle_all(desk)


def as_it_is(_house):
    """Nothing else happens."""


def lose_answer(house):
    house.script.lose_answer("POST", "/bookings")


def lose_call(house):
    house.script.lose_call("POST", "/bookings")


def nobody_answers_for_customers(house):
    house.script.lose_call("GET", "/customers")
    house.script.lose_call("POST", "/customers")


def somebody_after_our_look(house):
    house.script.on("POST", "/customers", lambda proceed: (foreign(house), proceed())[1])


# State by state: what happens besides, and whether the visitor's booking stands in the end.
BOOKING = [
    (State.CLAIMED, as_it_is, {False}),
    (State.SENT, as_it_is, {False}),
    (State.CONFIRMED, as_it_is, {True}),
    (State.UNKNOWN, lose_answer, {True}),
    (State.UNKNOWN, lose_call, {False}),
    (State.COMPENSATING, squeeze_in, {False}),
    (State.LOST, squeeze_in, {False}),
    (State.REJECTED, somebody_after_our_look, {False}),
    (State.FAILED, nobody_answers_for_customers, {False}),
]


@WHEN
@pytest.mark.parametrize(
    ("state", "besides", "stands"), BOOKING, ids=[f"{s}-{b.__name__}" for s, b, _ in BOOKING]
)
def test_a_booking_whose_process_dies_comes_to_rest(house, state, besides, stands, after):
    besides(house)
    with pytest.raises(Crash):
        book(dying_desk(house, state, after=after), request_for(), "key")

    restart_and_settle_once(house)

    ours = [one for one in house.standing() if one["customer"]["email"] == "mia@example.org"]
    assert {bool(ours)} == stands
    invariants(house)


@WHEN
@pytest.mark.parametrize("state", [State.MOVING, State.MOVE_SENT, State.CONFIRMED])
def test_a_move_whose_process_dies_comes_to_rest(house, state, after):
    booking = book(house.desk(), request_for(), "key")
    desk = dying_desk(house, state, after=after)
    with pytest.raises(Crash):
        reschedule(desk, desk.links.issue(booking.id, 1), NINE + timedelta(hours=1), None)

    restart_and_settle_once(house)

    [one] = house.standing()
    sent = state == State.CONFIRMED or (state == State.MOVE_SENT and after)
    assert one["start"] == NINE + timedelta(hours=1 if sent else 0)
    invariants(house)
    other = NINE + timedelta(hours=0 if sent else 1)
    assert book(house.desk(), request_for(start=other, who="leo"), "b").state == State.CONFIRMED


@WHEN
def test_a_cancellation_whose_process_dies_is_finished_when_somebody_looks(house, after):
    booking = book(house.desk(), request_for(), "key")
    desk = dying_desk(house, State.CANCELED, after=after)
    with pytest.raises(Crash):
        cancel(desk, desk.links.issue(booking.id, 1))

    restart_and_settle_once(house)

    assert house.standing() == []
    assert book(house.desk(), request_for(who="leo"), "b").state == State.CONFIRMED
    again = house.desk()
    assert cancel(again, again.links.issue(booking.id, 1)).state == State.CANCELED


@WHEN
def test_a_hold_whose_process_dies_ends_by_itself(house, after):
    with pytest.raises(Crash):
        holds.hold(dying_desk(house, State.HELD, after=after), request_for().items, None, "mia")

    house.clock.advance(holds.LASTS)
    settle_all(house.desk())

    assert book(house.desk(), request_for(who="leo"), "b").state == State.CONFIRMED


# Call by call


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(16))
def test_a_crash_at_any_call_of_a_booking_comes_to_rest(house, number, after):
    house.script.crash_at, house.script.crash_after_call = number, after
    with suppress(Crash):
        book(house.desk(), request_for(HAIRCUT, COLOUR), "key")
    house.script.crash_at = None

    wait_and_settle(house)
    invariants(house)

    again = book(house.desk(), request_for(HAIRCUT, COLOUR), "key")
    assert again.state == State.CONFIRMED
    invariants(house)
    assert len(house.standing()) == 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(32))
def test_a_crash_at_any_call_of_a_move_comes_to_rest(house, number, after):
    booking = book(house.desk(), request_for(HAIRCUT, COLOUR), "key")
    house.script.crash_at = len(house.script.calls) + number
    house.script.crash_after_call = after
    with suppress(Crash):
        moved(house, booking, 30)
    house.script.crash_at = None

    wait_and_settle(house)

    invariants(house)
    starts = sorted(one["start"] for one in house.standing())
    assert starts in (
        [NINE, NINE + timedelta(minutes=30)],
        [NINE + timedelta(minutes=30), NINE + timedelta(minutes=60)],
    )
    assert open_again(house)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("method", "number"), [("POST", 0), ("POST", 1), ("DELETE", 0), ("DELETE", 1)]
)
def test_a_crash_while_a_visit_is_booked_anew_comes_to_rest(house, method, number, after):
    if house.contract.extended:
        return  # such an account moves what is there

    def die(proceed):
        if after:
            proceed()
        raise Crash

    booking = book(house.desk(), request_for(HAIRCUT, COLOUR), "key")
    path = "/bookings" if method == "POST" else ""
    for act in [*[lambda proceed: proceed()] * number, die]:
        house.script.on(method, path, act)
    with pytest.raises(Crash):
        moved(house, booking, 120)

    wait_and_settle(house)

    invariants(house)
    later = [NINE + timedelta(minutes=120), NINE + timedelta(minutes=150)]
    assert sorted(one["start"] for one in house.standing()) == later


def test_a_visit_that_can_only_be_moved_in_part_stays(house):
    """The sender died between two parts, and somebody else has the time of the second."""
    if house.contract.extended:
        return
    booking = book(house.desk(), request_for(HAIRCUT, COLOUR), "key")

    def die(proceed):
        proceed()
        raise Crash

    house.script.on("POST", "/bookings", die)
    with pytest.raises(Crash):
        moved(house, booking, 120)
    foreign(house, start="11:30", service=COLOUR)

    wait_and_settle(house)

    invariants(house)
    starts = sorted(one["start"] for one in house.standing())
    assert starts == [NINE, NINE + timedelta(minutes=30), NINE + timedelta(minutes=150)]


def open_again(house: House) -> bool:
    """Tell whether the time that the visit does not take can be had by others."""
    desk = house.desk()
    free = NINE + timedelta(minutes=150)
    search = request_for(start=free).search()
    offer = desk.catalogue.offer().value
    day = timedelta(days=1)
    rows = desk.catalogue.busy_times_now(ADA, NINE - day, NINE + day, offer.zone)
    busy = Busy.of(offer, Told(rows), desk.held_around(free))
    return open_slot(offer, search, free, busy, desk.now()) is not None


# Moving


@pytest.mark.parametrize("minutes", [15, -15])
def test_ten_oclock_moves_to_a_quarter_past(house, minutes):
    """For a visit of half an hour: the new time overlaps the old one."""
    house.staff("PATCH", f"/services/{HAIRCUT}", {"slot_step": 15})
    ten = NINE + timedelta(hours=1)
    booking = book(house.desk(), request_for(start=ten), "key")

    after = moved(house, booking, 60 + minutes, ADA)

    assert after.state == State.CONFIRMED
    assert [one["start"] for one in house.standing()] == [ten + timedelta(minutes=minutes)]
    assert OLD_FIRST not in after.details
    invariants(house)


def test_of_two_who_move_into_one_gap_at_once_one_gets_it(house):
    """Forced: the second one begins and ends between the first one's claim and its sending."""
    first = book(house.desk(), request_for(), "key")
    second = book(house.desk(), request_for(start=NINE + timedelta(hours=1), who="leo"), "b")
    told = []

    def other():
        with suppress(Exception):
            told.append(moved(house, second, 120, ADA))

    method = "PATCH" if house.contract.extended else "POST"
    house.script.before(method, "" if house.contract.extended else "/bookings", other)

    assert moved(house, first, 120, ADA).state == State.CONFIRMED

    assert told == []
    assert sorted(one["start"] for one in house.standing()) == [
        NINE + timedelta(hours=1), NINE + timedelta(hours=2),
    ]  # fmt: skip
    assert house.desk().ledger.unsettled() == []
