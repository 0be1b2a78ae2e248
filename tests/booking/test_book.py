"""Booking against a booking system that loses answers, is late, and has other writers."""

from datetime import timedelta

import pytest

from tests.booking.conftest import (
    ADA,
    BEN,
    COLOUR,
    HAIRCUT,
    NINE,
    YOGA,
    House,
    request_for,
)
from widget_server.booking import holds
from widget_server.booking.cancel import cancel
from widget_server.booking.errors import NotOpen, SlotTaken, StillProcessing
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.reschedule import reschedule


def customer(house: House, name: str) -> int:
    fields = {"first_name": name, "last_name": "Roth", "email": f"{name}@example.org"}
    return int(house.staff("POST", "/customers", fields)["id"])


def foreign(house: House, *, employee=ADA, start="09:00", service=HAIRCUT, day="2026-12-01"):
    """Book as staff do, past our ledger."""
    number = len(house.staff("GET", "/customers?limit=100")["data"])
    body = {"service": service, "employee": employee, "customer": customer(house, f"jo{number}"),
            "location": 1, "date": day, "time": start}  # fmt: skip
    return house.staff("POST", "/bookings", body)


def wait_and_settle(house: House) -> None:
    """Restart: another process finds what has been left behind."""
    desk = house.desk()
    house.clock.advance(desk.grace + desk.period)
    settle_all(desk)
    house.clock.advance(desk.grace + desk.period)
    settle_all(desk)


def states(house: House, *ids: str | None) -> list[str]:
    desk = house.desk()
    return [str(found.state) for one in ids if (found := desk.ledger.booking(one or ""))]


def invariants(house: House, key: str = "key") -> None:
    """Nothing is left open; what the ledger calls booked stands, and nothing else of ours does."""
    desk = house.desk()
    assert desk.ledger.unsettled() == []
    record = desk.ledger.keys.find(key)
    booking = desk.ledger.booking(record.booking_id) if record and record.booking_id else None
    ours = [one for one in house.standing() if one["customer"]["email"] == "mia@example.org"]
    if booking is None or booking.state != State.CONFIRMED:
        assert ours == []
        return
    claimed = {(claim.platform_booking, claim.employee, claim.start)
               for claim in booking.current_claims}  # fmt: skip
    assert claimed == {(one["id"], one["employee"], one["start"]) for one in ours}


def book_and_lose_answer(house: House, request, key: str) -> str:
    """Book so that the platform has it and nobody here knows; return its id."""
    house.script.lose_answer("POST", "/bookings")
    with pytest.raises(StillProcessing) as caught:
        book(house.desk(), request, key)
    assert caught.value.booking_id
    return caught.value.booking_id


def test_a_booking_stands_as_the_visitor_was_told(house):
    booking = book(house.desk(), request_for(), "key")

    [one] = house.standing()
    assert (booking.state, booking.status) == (State.CONFIRMED, "approved")
    assert (one["employee"], one["start"]) == (ADA, NINE)
    invariants(house)


def test_anyone_is_the_next_one_when_the_first_is_taken(house):
    book(house.desk(), request_for(employee=None), "a")
    second = book(house.desk(), request_for(employee=None, who="leo"), "b")

    assert {one["employee"] for one in house.standing()} == {ADA, BEN}
    with pytest.raises(SlotTaken):
        book(house.desk(), request_for(employee=None, who="kim"), "c")
    assert second.state == State.CONFIRMED


def test_a_foreign_booking_since_the_last_look_is_found_before_sending(house):
    desk = house.desk()
    desk.catalogue.busy_times(NINE, NINE, desk.catalogue.offer().value.zone)
    foreign(house)

    with pytest.raises(SlotTaken) as caught:
        book(desk, request_for(), "key")

    assert caught.value.alternatives
    assert ("POST", "/api/v2/bookings") not in house.script.calls
    invariants(house)


def squeeze_in(house: House, start: str = "09:00") -> None:
    """Let the platform take our next booking although somebody was there first."""

    def act(proceed):
        made = foreign(house, start=start)
        house.staff("PATCH", f"/appointments/{made['appointment']}", {"status": "canceled"})
        reply = proceed()
        # As a platform that accepts overlaps would have it: both stand.
        with house.app.extensions["widget_server.backend"].database.writing() as session:
            session.connection().exec_driver_sql(
                f"UPDATE appointments SET status='approved' WHERE id={made['appointment']}"
            )
            session.connection().exec_driver_sql(
                f"UPDATE bookings SET status='approved' WHERE id={made['id']}"
            )
        return reply

    house.script.on("POST", "/bookings", act)


def test_a_foreign_booking_before_our_read_back_makes_ours_yield(house):
    squeeze_in(house)

    with pytest.raises(SlotTaken):
        book(house.desk(), request_for(), "key")

    [stands] = house.standing()
    assert stands["customer"]["first_name"].startswith("jo")
    invariants(house)


def test_who_was_too_slow_to_confirm_is_told_what_the_reconciler_has_found(house):
    """Between sending and reading back our worker sleeps; another one finds the booking."""

    def sleep_through():
        house.clock.advance(timedelta(seconds=30))
        settle_all(house.desk())

    def send(proceed):
        reply = proceed()
        house.script.before("GET", "/appointments", sleep_through)
        return reply

    house.script.on("POST", "/bookings", send)

    booking = book(house.desk(), request_for(), "key")

    assert booking.state == State.CONFIRMED
    assert book(house.desk(), request_for(), "key").id == booking.id
    invariants(house)


def test_a_lost_answer_is_looked_up_and_never_sent_again(house):
    house.script.lose_answer("POST", "/bookings")
    with pytest.raises(StillProcessing) as caught:
        book(house.desk(), request_for(), "key")

    wait_and_settle(house)

    assert states(house, caught.value.booking_id) == [State.CONFIRMED]
    assert house.script.calls.count(("POST", "/api/v2/bookings")) == 1
    invariants(house)


def test_the_same_key_after_a_lost_answer_gets_the_booking(house):
    house.script.lose_answer("POST", "/bookings")
    with pytest.raises(StillProcessing) as caught:
        book(house.desk(), request_for(), "key")

    again = book(house.desk(), request_for(), "key")

    assert again.id == caught.value.booking_id
    assert house.script.calls.count(("POST", "/api/v2/bookings")) == 1


def test_a_lost_call_frees_the_time_after_a_while_and_not_before(house):
    house.script.lose_call("POST", "/bookings")
    with pytest.raises(StillProcessing):
        book(house.desk(), request_for(), "key")
    with pytest.raises(SlotTaken):
        book(house.desk(), request_for(who="leo"), "other")

    wait_and_settle(house)

    assert book(house.desk(), request_for(who="leo"), "another").state == State.CONFIRMED
    invariants(house)


def test_a_booking_that_arrives_late_is_adopted(house):
    house.script.delay("POST", "/bookings")
    with pytest.raises(StillProcessing) as caught:
        book(house.desk(), request_for(), "key")
    house.clock.advance(timedelta(seconds=30))
    house.script.arrive()

    wait_and_settle(house)

    assert states(house, caught.value.booking_id) == [State.CONFIRMED]
    invariants(house)


def test_what_staff_have_cancelled_can_be_booked_at_once(house):
    first = book(house.desk(), request_for(), "a")
    appointment = first.current_claims[0].platform_appointment
    house.staff("DELETE", f"/appointments/{appointment}")

    second = book(house.desk(), request_for(who="leo"), "b")

    assert second.state == State.CONFIRMED
    assert [one["customer"]["first_name"] for one in house.standing()] == ["Leo"]


def test_what_staff_have_cancelled_can_be_held_at_once(house):
    first = book(house.desk(), request_for(), "a")
    house.staff("DELETE", f"/appointments/{first.current_claims[0].platform_appointment}")

    assert holds.hold(house.desk(), request_for().items, None, "leo").state == State.HELD


def test_what_staff_have_moved_stays_booked_when_another_one_takes_its_old_time(house):
    first = book(house.desk(), request_for(), "a")
    if not house.contract.extended:
        return  # such an account does not show where it has gone
    appointment = first.current_claims[0].platform_appointment
    house.staff("PATCH", f"/appointments/{appointment}", {"date": "2026-12-01", "time": "12:00"})

    second = book(house.desk(), request_for(who="leo"), "b")

    known = house.desk().ledger.booking(first.id)
    assert known is not None
    assert (known.state, second.state) == (State.CONFIRMED, State.CONFIRMED)
    assert [claim.start for claim in known.current_claims] == [NINE + timedelta(hours=3)]
    with pytest.raises(SlotTaken):
        book(house.desk(), request_for(start=NINE + timedelta(hours=3), who="kim"), "c")


def test_the_seats_of_a_group_are_taken_once(house):
    house.contract = type(house.contract)(page_size=50, extended=True)
    book(house.desk(), request_for(YOGA, persons=2), "a")
    book(house.desk(), request_for(YOGA, who="leo"), "b")

    with pytest.raises(SlotTaken):
        book(house.desk(), request_for(YOGA, who="kim"), "c")
    assert len({one["appointment"] for one in house.standing()}) == 1


def test_a_visit_of_two_services_is_two_bookings_or_none(house):
    visit = request_for(HAIRCUT, COLOUR)
    booking = book(house.desk(), visit, "key")

    assert [one["start"] for one in sorted(house.standing(), key=lambda one: one["start"])] == [
        NINE,
        NINE + timedelta(minutes=30),
    ]
    assert len(booking.details["items"]) == 2
    invariants(house)


def test_a_visit_whose_second_part_is_lost_is_taken_back(house):
    if house.contract.extended:
        house.script.lose_call("POST", "/bookings")
    else:
        house.script.before("POST", "/bookings", lambda: None)
        house.script.lose_call("POST", "/bookings")
    with pytest.raises(StillProcessing):
        book(house.desk(), request_for(HAIRCUT, COLOUR), "key")

    wait_and_settle(house)

    assert house.standing() == []
    invariants(house)


def test_a_visit_is_cancelled_whole(house):
    desk = house.desk()
    booking = book(desk, request_for(HAIRCUT, COLOUR), "key")

    cancel(desk, desk.links.issue(booking.id, 1))

    assert house.standing() == []
    assert book(house.desk(), request_for(who="leo"), "other").state == State.CONFIRMED


# Moving


def moved(house: House, booking, minutes: int, employee=None):
    desk = house.desk()
    start = NINE + timedelta(minutes=minutes)
    return reschedule(desk, desk.links.issue(booking.id, 1), start, employee)


def test_after_an_error_that_nobody_foresaw_the_key_leads_to_what_was_booked(house):
    def break_down(_proceed):
        raise RuntimeError("out of the blue")

    def book_and_break(proceed):
        reply = proceed()
        house.script.on("GET", "/appointments", break_down)
        return reply

    house.script.on("POST", "/bookings", book_and_break)
    with pytest.raises(RuntimeError):
        book(house.desk(), request_for(), "key")
    wait_and_settle(house)

    again = book(house.desk(), request_for(), "key")

    assert (again.state, len(house.standing())) == (State.CONFIRMED, 1)
    invariants(house)


@pytest.mark.parametrize("house", ["plain"], indirect=True)
def test_a_foreign_booking_before_a_moves_read_back_leaves_ours_where_it_was(house):
    booking = book(house.desk(), request_for(), "key")
    squeeze_in(house, start="11:00")

    with pytest.raises(SlotTaken):
        moved(house, booking, 120, ADA)

    stands = {one["customer"]["first_name"]: one["start"] for one in house.standing()}
    assert stands == {"Mia": NINE, "jo1": NINE + timedelta(hours=2)}
    invariants(house)


@pytest.mark.parametrize("minutes", [30, 120, 24 * 60])
def test_a_booking_moves(house, minutes):
    booking = book(house.desk(), request_for(COLOUR), "key")

    after = moved(house, booking, minutes)

    assert [one["start"] for one in house.standing()] == [NINE + timedelta(minutes=minutes)]
    assert (after.state, after.sequence) == (State.CONFIRMED, 1)
    invariants(house)


@pytest.mark.parametrize("minutes", [30, -30, 90])
@pytest.mark.parametrize("employee", [ADA, None])
def test_a_visit_moves_over_its_own_old_time(house, minutes, employee):
    ten = NINE + timedelta(hours=1)
    booking = book(house.desk(), request_for(HAIRCUT, COLOUR, start=ten), "key")

    moved(house, booking, 60 + minutes, employee)

    assert {one["employee"] for one in house.standing()} == {ADA}
    starts = sorted(one["start"] for one in house.standing())
    shift = timedelta(minutes=minutes)
    assert starts == [ten + shift, ten + shift + timedelta(minutes=30)]
    invariants(house)


def test_of_two_that_move_into_one_gap_one_gets_it(house):
    first = book(house.desk(), request_for(), "key")
    second = book(house.desk(), request_for(start=NINE + timedelta(hours=1), who="leo"), "b")
    moved(house, first, 120, ADA)

    with pytest.raises(NotOpen):
        moved(house, second, 120, ADA)
    assert {one["start"] for one in house.standing()} == {
        NINE + timedelta(hours=1),
        NINE + timedelta(hours=2),
    }


def test_a_move_whose_answer_is_lost_comes_to_rest(house):
    booking = book(house.desk(), request_for(), "key")
    method = "PATCH" if house.contract.extended else "POST"
    path = (
        f"/bookings/{booking.current_claims[0].platform_booking}"
        if method == "PATCH"
        else ("/bookings")
    )
    house.script.lose_answer(method, path)
    with pytest.raises(StillProcessing):
        moved(house, booking, 60)

    wait_and_settle(house)

    assert [one["start"] for one in house.standing()] == [NINE + timedelta(hours=1)]
    invariants(house)
