"""Deleting and changing what others book at the same moment: one of the two has to give way."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.backend.conftest import Call
from widget_server.backend.models import Appointment

ROUNDS = 6
SEEN = {200, 201, 202, 204, 404, 409, 422}


def book(number, **fields):
    visit = {
        "service": 1, "employee": 1, "customer": 1, "date": f"2026-12-{number + 1:02}",
        "time": "09:00", **fields,
    }  # fmt: skip
    return ("POST", "/api/v2/bookings", visit)


def of(studio, path, body):
    return [studio.make(path, body)["id"] for _ in range(ROUNDS)]


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("employees", "employee", {"first_name": "Eve", "last_name": "Late"}),
        ("services", "service", {"name": "Short-lived", "duration": 30}),
        ("locations", "location", {"name": "Annexe"}),
    ],
)
def test_nothing_that_was_deleted_has_appointments_ahead(studio, race, path, kind, body):
    made = of(studio, f"/{path}", body)
    calls = []
    for number, id_ in enumerate(made):
        calls += [book(number, **{kind: id_}), ("DELETE", f"/api/v2/{path}/{id_}", None)]
        calls += [book(number, **{kind: id_, "time": f"{hour}:00"}) for hour in (11, 13)]
    assert set(race(studio, calls)) <= SEEN
    left = {row["id"] for row in studio.get(f"/{path}?limit=100")["data"]}
    ahead = {
        id_ for id_ in made if studio.get(f"/appointments?{kind}={id_}")["pagination"]["total"]
    }
    assert ahead <= left


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("customers", {"first_name": "A", "last_name": "B"}, "customer"),
        ("coupons", {"code": "X{}", "discount_value": 5}, "coupon"),
    ],
)
def test_what_a_booking_names_is_there_or_it_is_told_that_it_is_not(
    studio, race, path, body, field
):
    calls = []
    for number in range(ROUNDS):
        own = {name: str(value).format(number) for name, value in body.items()}
        own |= {name: value for name, value in body.items() if not isinstance(value, str)}
        made = studio.make(f"/{path}", own)
        name = made["code"] if field == "coupon" else made["id"]
        calls += [book(number, **{field: name, "time": f"{hour}:00"}) for hour in (11, 13)]
        calls += [("DELETE", f"/api/v2/{path}/{made['id']}", None)] * 2
        calls += [("PATCH", f"/api/v2/{path}/{made['id']}", own)] * 2
    assert set(race(studio, calls)) <= SEEN


def test_unsubscribing_fails_no_booking(studio, race):
    hook = {"event": "appointment_booked", "url": "https://hooks.example.org/in"}
    calls = []
    for number, id_ in enumerate(of(studio, "/webhooks", hook)):
        calls += [book(number), ("DELETE", f"/api/v2/webhooks/{id_}", None)]
        calls += [("POST", f"/api/v2/webhooks/{id_}/test", None)]
    statuses = Counter(race(studio, calls))
    assert set(statuses) <= SEEN
    assert statuses[201] == ROUNDS


def test_one_code_is_given_once(studio, race):
    coupons = [{"code": code, "discount_value": 5} for code in "aAaA" * 4]
    calls = [("POST", "/api/v2/coupons", coupon) for coupon in coupons]
    assert Counter(race(studio, calls)) == {201: 1, 422: 15}


def test_changes_of_one_thing_follow_each_other(studio, race):
    extras = studio.get("/services/1")["extras"]
    calls = [("PATCH", "/api/v2/employees/1", {"services": [{"id": 1}, {"id": 2}]})] * 12
    calls += [("PATCH", "/api/v2/employees/1", {"services": [{"id": 2, "price": 5}]})] * 12
    calls += [("PATCH", "/api/v2/services/1", {"extras": extras})] * 12
    calls += [("PATCH", "/api/v2/services/1", {"extras": []})] * 12
    assert set(race(studio, calls)) <= SEEN


def test_shorter_buffers_never_move_an_appointment_back(studio, race):
    """What an appointment occupies is its own time and buffers, wherever it was moved meanwhile."""
    service = {"name": "Wide", "duration": 20, "buffer_time_before": 60, "buffer_time_after": 60}
    studio.make("/services", service)
    for number in range(8):
        studio.book(service=3, date=f"2026-12-{number + 1:02}", time="12:00")
    calls: list[Call] = []
    for turn in range(10):
        calls += [
            ("PATCH", f"/api/v2/appointments/{number + 1}",
             {"date": f"2026-12-{number + 1:02}", "time": f"{8 + turn}:30"})
            for number in range(8)
        ]  # fmt: skip
        buffers = {"buffer_time_before": 50 - 5 * turn, "buffer_time_after": 50 - 5 * turn}
        calls += [("PATCH", "/api/v2/services/3", buffers)]
    assert set(race(studio, calls)) <= SEEN
    with studio.database.reading() as session:
        rows = session.scalars(select(Appointment)).all()
    minute = timedelta(minutes=1)
    assert [
        row.id
        for row in rows
        if row.occupied_from != row.start - row.buffer_before * minute
        or row.occupied_to != row.end + row.buffer_after * minute
    ] == []
