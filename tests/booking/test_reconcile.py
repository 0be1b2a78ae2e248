"""Whatever is left behind comes to rest, and nothing that fails keeps the rest from it."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.booking.conftest import ADA, BEN, HAIRCUT, NINE, request_for
from tests.booking.test_book import book_and_lose_answer, invariants, moved, states
from widget_server.bookablesites.errors import PlatformError, Unreachable
from widget_server.booking import holds
from widget_server.booking.errors import StillProcessing
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.booking.reconcile import Round, settle_all, settle_for_ever, settle_in_turn
from widget_server.database import open_database, sqlite_url


def stumble(_proceed):
    raise RuntimeError("nobody has foreseen this")


def unreachable(_proceed):
    raise Unreachable("nobody is there")


def test_one_record_that_fails_does_not_stop_the_others(house):
    first = book_and_lose_answer(house, request_for(employee=ADA), "a")
    second = book_and_lose_answer(house, request_for(employee=BEN, who="leo"), "b")
    house.clock.advance(timedelta(minutes=1))
    house.script.on("GET", "/appointments", stumble)

    assert settle_all(house.desk()) == Round(2, 1)
    assert sorted(states(house, first, second)) == [State.CONFIRMED, State.UNKNOWN]

    assert settle_all(house.desk()) == Round(1, 0)
    assert states(house, first, second) == [State.CONFIRMED, State.CONFIRMED]


def test_a_hold_that_is_over_comes_to_rest_by_itself(house):
    desk = house.desk()
    held = holds.hold(desk, request_for().items, None, "somebody")
    house.clock.advance(holds.LASTS)

    settle_all(desk)

    assert states(house, held.id) == [State.FAILED]


def test_one_process_at_a_time_settles(house):
    desk = house.desk()

    assert settle_in_turn(desk, "one") == Round(0, 0)
    assert settle_in_turn(desk, "other") is None
    assert settle_in_turn(desk, "one") == Round(0, 0)
    house.clock.advance(3 * desk.period)
    assert settle_in_turn(desk, "other") == Round(0, 0)
    assert settle_in_turn(desk, "one") is None


def test_the_reconciler_outlives_a_database_that_is_away(house, caplog):
    booking = book_and_lose_answer(house, request_for(), "key")
    house.clock.advance(timedelta(minutes=1))
    desk = replace(house.desk(), period=timedelta(milliseconds=10))
    stop = threading.Event()
    thread = threading.Thread(target=settle_for_ever, args=(desk, stop), daemon=True)
    rename(house, "bookings", "away")
    thread.start()
    wait_for(lambda: "The reconciler stumbled" in caplog.text)
    rename(house, "away", "bookings")

    wait_for(lambda: states(house, booking) == [State.CONFIRMED])
    stop.set()
    thread.join()


def wait_for(happened):
    end = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def rename(house, table, name):
    database = open_database(sqlite_url(house.folder / "ledger.sqlite"))
    with database.writing() as session:
        session.connection().exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_a_move_of_what_staff_have_cancelled_meanwhile_comes_to_rest(house):
    booking = book(house.desk(), request_for(), "key")
    method, path = ("PATCH", "") if house.contract.extended else ("POST", "/bookings")
    house.script.lose_call(method, path)
    with pytest.raises(StillProcessing):
        moved(house, booking, 60)
    house.staff("DELETE", f"/appointments/{booking.current_claims[0].platform_appointment}")

    house.clock.advance(timedelta(minutes=2))
    settle_all(house.desk())

    assert house.desk().ledger.unsettled() == []


def test_a_new_time_is_not_forgotten_when_the_old_one_cannot_be_cancelled_yet(house):
    """Where a move is a booking and a cancellation: between the two the platform goes away."""
    booking = book(house.desk(), request_for(), "key")
    if house.contract.extended:
        return
    house.script.on("DELETE", "", unreachable)
    with pytest.raises(StillProcessing):
        moved(house, booking, 60)

    house.clock.advance(timedelta(minutes=2))
    settle_all(house.desk())

    assert [one["start"] for one in house.standing()] == [NINE + timedelta(hours=1)]
    invariants(house)


def test_what_cannot_be_cancelled_alone_is_not_booked_anew(house):
    booking = book(house.desk(), request_for(HAIRCUT), "key")
    if house.contract.extended:
        return
    appointment = booking.current_claims[0].platform_appointment
    with house.app.extensions["widget_server.backend"].database.writing() as session:
        copy = (
            "INSERT INTO bookings (appointment_id, customer_id, status, {0}) SELECT"
            " appointment_id, customer_id, status, {0} FROM bookings WHERE appointment_id = {1}"
        )
        columns = [
            row[1] for row in session.connection().exec_driver_sql("PRAGMA table_info(bookings)")
            if row[1] not in ("id", "appointment_id", "customer_id", "status")
        ]  # fmt: skip
        session.connection().exec_driver_sql(copy.format(", ".join(columns), appointment))

    with pytest.raises(PlatformError):
        moved(house, booking, 60)

    assert {one["start"] for one in house.standing()} == {NINE}
    assert states(house, booking.id) == [State.CONFIRMED]
