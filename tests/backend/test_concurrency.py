"""Many writers, one slot: one gets it."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from random import Random

from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from widget_server.backend.models import Appointment, Event
from widget_server.backend.rules.statuses import OPEN, USING
from widget_server.backend.work import NO_OVERLAP

SLOT = {"service": 1, "employee": 1, "customer": 1, "date": "2026-12-01", "time": "09:00"}


def book(**fields):
    return ("POST", "/api/v2/bookings", {**SLOT, **fields})


def test_of_64_writers_for_one_slot_one_gets_it(studio, race):
    statuses = race(studio, [book()] * 64)
    assert Counter({409: 63, 201: 1}) == Counter(statuses)
    assert studio.get("/appointments")["pagination"]["total"] == 1


def take_the_last_line_away(studio):
    """Drop the constraint that PostgreSQL has besides the guard."""
    if studio.database.engine.dialect.name == "postgresql":
        with studio.database.writing() as session:
            session.execute(text(f"ALTER TABLE appointments DROP CONSTRAINT {NO_OVERLAP}"))


def test_without_the_guard_the_same_race_double_books(studio, race):
    take_the_last_line_away(studio)
    statuses = race(studio, [book()] * 16, guard=False)
    assert Counter(statuses)[201] > 1


def test_overlapping_starts_leave_no_overlap(studio, race):
    times = [f"{hour:02}:{minute:02}" for hour in range(9, 13) for minute in range(0, 60, 10)]
    statuses = race(studio, [book(time=at) for at in times * 2])
    assert {201, 409} == set(statuses)
    with studio.database.reading() as session:
        rows = list(session.scalars(select(Appointment).order_by(Appointment.start)))
    assert statuses.count(201) == len(rows)
    gaps = [b.occupied_from - a.occupied_to for a, b in pairwise(rows)]
    assert [gap for gap in gaps if gap < timedelta()] == []


def test_the_places_of_a_group_are_sold_once(studio, race):
    statuses = race(studio, [book(service=2, customer=n % 2 + 1) for n in range(32)])
    assert Counter({201: 4, 409: 28}) == Counter(statuses)
    (appointment,) = studio.get("/appointments")["data"]
    assert len(appointment["bookings"]) == 4


def test_the_last_use_of_a_coupon_is_used_once(studio, race):
    studio.make("/coupons", {"code": "ONCE", "discount_value": 10, "usage_limit": 1})
    calls = [book(time=f"{hour:02}:00", coupon="once") for hour in range(6, 22)]
    statuses = race(studio, calls)
    assert Counter({201: 1, 422: 15}) == Counter(statuses)
    assert studio.get("/coupons/1")["used"] == 1


def test_each_change_has_its_event(studio, race):
    statuses = race(studio, [book(time=f"{hour:02}:00") for hour in range(6, 22)])
    assert statuses == [201] * 16
    with studio.database.reading() as session:
        events = session.scalars(select(Event).where(Event.kind == "appointment")).all()
    assert [("appointment_booked", n, 1) for n in range(1, 17)] == sorted(
        (event.type, event.aggregate_id, event.sequence) for event in events
    )


def test_a_thousand_changes_leave_every_promise_kept(studio, race):
    studio.make("/coupons", {"code": "FEW", "discount_value": 10, "usage_limit": 5})
    dice = Random(7)
    statuses = race(studio, [anything(dice) for _ in range(1000)])
    assert [status for status in statuses if status >= 500] == []
    assert {200, 201, 404, 409} <= set(statuses)
    with studio.database.reading() as session:
        rows = list(
            session.scalars(
                select(Appointment).options(
                    selectinload(Appointment.bookings), selectinload(Appointment.service)
                )
            )
        )
        events = list(session.scalars(select(Event).where(Event.kind == "appointment")))
    assert overlaps(rows) == []
    check_places(rows)
    check_events(studio, events)
    held = [
        booking
        for row in rows
        for booking in row.bookings
        if booking.coupon_id and booking.status in USING
    ]
    assert len(held) <= 5
    assert studio.get("/coupons/1")["used"] == len(held)


def test_coupons_of_two_groups_that_are_canceled_at_once_end_in_no_deadlock(studio, race):
    for code in ("A", "B"):
        studio.make("/coupons", {"code": code, "discount_value": 10})
    for employee, codes in ((1, "AB"), (2, "BA")):
        seats = [{"customer": n + 1, "coupon": code} for n, code in enumerate(codes)]
        when = {"date": "2026-12-01", "time": "09:00"}
        studio.make(
            "/appointments", {"service": 2, "employee": employee, "bookings": seats, **when}
        )
    turns = [
        ("PATCH", f"/api/v2/appointments/{number}", {"status": status})
        for status in ["canceled", "approved"] * 20
        for number in (1, 2)
    ]
    assert set(race(studio, turns)) == {200}
    used = {one["code"]: one["used"] for one in studio.get("/coupons")["data"]}
    held = [
        booking["coupon"]
        for row in studio.get("/appointments")["data"]
        for booking in row["bookings"]
        if booking["status"] == "approved"
    ]
    assert used == {code: held.count(code) for code in "AB"}


def test_what_moves_to_and_fro_between_employees_never_ends_in_a_deadlock(studio, race):
    for hour in range(8, 12):
        studio.book(time=f"{hour:02}:00", employee=hour % 2 + 1)
    moves = [
        ("PATCH", f"/api/v2/{kind}/{number}", {"employee": employee, "note": f"To {employee}."})
        for _ in range(15)
        for kind in ("appointments", "bookings")
        for number in range(1, 5)
        for employee in (1, 2)
    ]
    Random(3).shuffle(moves)
    assert {status for status in race(studio, moves) if status not in (200, 409)} == set()


def test_on_postgresql_the_database_itself_refuses_what_the_guard_let_pass(studio, race):
    statuses = race(studio, [book()] * 16, guard=False)
    last_line = studio.database.engine.dialect.name == "postgresql"
    assert (Counter(statuses)[201] == 1) is last_line
    assert {201, 409} >= set(statuses)


def test_without_the_guard_the_promises_break(studio, race):
    take_the_last_line_away(studio)
    dice = Random(7)
    race(studio, [anything(dice) for _ in range(200)], guard=False)
    with studio.database.reading() as session:
        assert overlaps(session.scalars(select(Appointment))) != []


def anything(dice):
    number = dice.randrange(1, 60)
    at = {"date": f"2026-12-0{dice.randrange(1, 4)}", "time": f"{dice.randrange(8, 18):02}:00"}
    where = {"employee": dice.randrange(1, 3)}
    coupon = dice.choice(["FEW", None])
    status = dice.choice(["approved", "canceled", "no-show", "pending"])
    return dice.choice(
        [
            book(**at, **where, coupon=coupon),
            book(**at, **where, service=2, additional_persons=dice.randrange(2)),
            ("PATCH", f"/api/v2/appointments/{number}", {**at, **where}),
            ("PATCH", f"/api/v2/bookings/{number}", {**at, **where}),
            ("PATCH", f"/api/v2/appointments/{number}", {"status": status}),
            ("PATCH", f"/api/v2/bookings/{number}", {"status": status}),
            ("DELETE", f"/api/v2/bookings/{number}", None),
        ]
    )


def overlaps(rows):
    blocking = sorted(
        (row for row in rows if row.status in OPEN),
        key=lambda row: (row.employee_id, row.occupied_from),
    )
    return [
        (one.id, two.id)
        for one, two in pairwise(blocking)
        if one.employee_id == two.employee_id and two.occupied_from < one.occupied_to
    ]


def check_places(rows):
    taken = {
        row.id: sum(booking.persons for booking in row.bookings if booking.status in OPEN)
        for row in rows
    }
    assert [row.id for row in rows if taken[row.id] > row.service.max_capacity] == []
    assert [row.id for row in rows if (row.status in OPEN) != (taken[row.id] > 0)] == []


def check_events(api, events):
    """The events of each appointment are numbered without a gap, and the last tells its state."""
    last: dict[int, Event] = {}
    for event in sorted(events, key=lambda event: (event.aggregate_id, event.sequence)):
        before = last.get(event.aggregate_id)
        assert event.sequence == (before.sequence + 1 if before else 1)
        last[event.aggregate_id] = event
    told = {
        number: event.payload["appointment"]["status"]
        for number, event in last.items()
        if event.payload["appointment"]["id"] == number
    }
    assert told == {number: api.get(f"/appointments/{number}")["status"] for number in told}
