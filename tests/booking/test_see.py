"""What can still be done with one's own booking, as it stands."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from tests.booking.conftest import NINE, request_for
from widget_server.booking.cancel import cancel, cancel_series
from widget_server.booking.errors import NotYetBooked, TooLate
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import NEVER_MADE, NEXT, UNSETTLED, State
from widget_server.booking.once import book
from widget_server.booking.reschedule import open_moves, reschedule
from widget_server.booking.see import refuse_unbooked, see
from widget_server.database import open_database, sqlite_url

CANCELLED = "This booking has been cancelled. Please book again."
NOT_BOOKED = "The time could not be booked. Please choose another one."
DAY = date(2026, 12, 2)
MOVES = {
    "move": lambda desk, token: reschedule(desk, token, NINE + timedelta(hours=1), None),
    "stay": lambda desk, token: reschedule(desk, token, NINE, None),
    "look": lambda desk, token: open_moves(desk, token, DAY, DAY, None),
}
CANCELS = {"cancel": cancel, "cancel_series": cancel_series}


@pytest.fixture
def desk(house):
    return house.desk()


@pytest.fixture
def token(desk):
    return desk.links.issue(book(desk, request_for(), "key").id, 1)


def put(house, state):
    database = open_database(sqlite_url(house.folder / "ledger.sqlite"))
    with database.writing() as session:
        session.execute(update(Booking).values(state=state))
    database.close()


def refusal(act, desk, token):
    with pytest.raises(TooLate) as error:
        act(desk, token)
    return error.value.detail


@pytest.mark.parametrize("act", MOVES.values(), ids=MOVES)
def test_what_its_visitor_has_cancelled_does_not_move(desk, token, act):
    cancel(desk, token)

    assert refusal(act, desk, token) == CANCELLED


@pytest.mark.parametrize("house", ["extended"], indirect=True)
@pytest.mark.parametrize("status", ["canceled", "rejected"])
@pytest.mark.parametrize("act", MOVES.values(), ids=MOVES)
def test_what_staff_have_cancelled_or_declined_does_not_move(house, desk, token, act, status):
    [one] = house.standing()
    house.staff("PATCH", f"/appointments/{one['appointment']}", {"status": status})

    assert refusal(act, desk, token) == CANCELLED


@pytest.mark.parametrize("house", ["extended"], indirect=True)
@pytest.mark.parametrize("act", CANCELS.values(), ids=CANCELS)
def test_what_is_declined_may_be_cancelled_and_stays_declined(house, desk, token, act):
    [one] = house.standing()
    house.staff("PATCH", f"/appointments/{one['appointment']}", {"status": "rejected"})

    after = act(desk, token)

    assert (after.state, after.status) == (State.CANCELED, "rejected")
    assert see(desk, token).sequence == 1


@pytest.mark.parametrize("house", ["plain"], indirect=True)
@pytest.mark.parametrize("state", sorted(NEVER_MADE))
@pytest.mark.parametrize("act", [*MOVES.values(), *CANCELS.values()], ids=[*MOVES, *CANCELS])
def test_what_was_never_made_is_neither_moved_nor_cancelled(house, desk, token, act, state):
    put(house, state)

    assert refusal(act, desk, token) == NOT_BOOKED


@pytest.mark.parametrize("state", sorted({State.HELD, *UNSETTLED}))
def test_what_is_not_at_rest_may_be_tried_again(state):
    with pytest.raises(NotYetBooked):
        refuse_unbooked(Booking(state=state))


def test_over_is_what_leads_nowhere():
    assert {state for state in State if not NEXT.get(state)} == {State.CANCELED, *NEVER_MADE}
