"""Many writers, one slot: one gets it."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select

from widget_server.backend.models import Appointment, Event

SLOT = {"service": 1, "employee": 1, "customer": 1, "date": "2026-12-01", "time": "09:00"}


def test_of_64_writers_for_one_slot_one_gets_it(studio, race):
    statuses = race(studio, [SLOT] * 64)
    assert Counter({409: 63, 201: 1}) == Counter(statuses)
    assert studio.get("/appointments")["pagination"]["total"] == 1


def test_without_the_guard_the_same_race_double_books(studio, race):
    statuses = race(studio, [SLOT] * 16, guard=False)
    assert Counter(statuses)[201] > 1


def test_overlapping_starts_leave_no_overlap(studio, race):
    times = [f"{hour:02}:{minute:02}" for hour in range(9, 13) for minute in range(0, 60, 10)]
    statuses = race(studio, [{**SLOT, "time": at} for at in times * 2])
    assert {201, 409} == set(statuses)
    with studio.database.reading() as session:
        rows = list(session.scalars(select(Appointment).order_by(Appointment.start)))
    assert statuses.count(201) == len(rows)
    gaps = [b.occupied_from - a.occupied_to for a, b in pairwise(rows)]
    assert [gap for gap in gaps if gap < timedelta()] == []


def test_the_places_of_a_group_are_sold_once(studio, race):
    statuses = race(studio, [{**SLOT, "service": 2, "customer": n % 2 + 1} for n in range(32)])
    assert Counter({201: 4, 409: 28}) == Counter(statuses)
    (appointment,) = studio.get("/appointments")["data"]
    assert len(appointment["bookings"]) == 4


def test_the_last_use_of_a_coupon_is_used_once(studio, race):
    studio.make("/coupons", {"code": "ONCE", "discount_value": 10, "usage_limit": 1})
    bodies = [{**SLOT, "time": f"{hour:02}:00", "coupon": "once"} for hour in range(6, 22)]
    statuses = race(studio, bodies)
    assert Counter({201: 1, 422: 15}) == Counter(statuses)
    assert studio.get("/coupons/1")["used"] == 1


def test_each_change_has_its_event(studio, race):
    statuses = race(studio, [{**SLOT, "time": f"{hour:02}:00"} for hour in range(6, 22)])
    assert statuses == [201] * 16
    with studio.database.reading() as session:
        events = session.scalars(select(Event).where(Event.kind == "appointment")).all()
    assert [("appointment_booked", n, 1) for n in range(1, 17)] == sorted(
        (event.type, event.aggregate_id, event.sequence) for event in events
    )
