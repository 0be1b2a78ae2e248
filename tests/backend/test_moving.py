"""Changing what was booked."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from widget_server.backend.models import Event


def move(api, **to):
    return api.call("PATCH", "/appointments/1", {"date": "2026-12-01", "time": "09:00", **to})


def test_a_move_never_collides_with_itself(studio):
    studio.book()
    answer = move(studio, time="09:15")
    assert (
        answer.status_code,
        answer.json["start_date_time"],
    ) == (200, "2026-12-01T09:15:00+01:00")
    assert studio.get("/appointments")["pagination"]["total"] == 1
    assert studio.book(time="08:30").status_code == 201


def test_a_move_onto_another_is_refused_and_changes_nothing(studio):
    studio.book()
    studio.book(time="11:00")
    before = studio.get("/appointments/1")
    assert move(studio, time="10:45").status_code == 409
    assert before == studio.get("/appointments/1")


def test_a_move_to_another_employee_takes_their_terms(studio):
    studio.call("PATCH", "/employees/2", {"services": [{"id": 1, "duration": 45}]})
    studio.book()
    moved = studio.call("PATCH", "/appointments/1", {"employee": 2}).json
    assert [employee["id"] for employee in moved["employees"]] == [2]
    assert moved["end_date_time"] == "2026-12-01T09:45:00+01:00"
    assert studio.book().status_code == 201


def test_a_move_is_told_with_old_and_new_times(studio):
    studio.book()
    studio.changes.clear()
    studio.call("PATCH", "/appointments/1", {"employee": 2, "date": "2026-12-02", "time": "09:00"})
    (change,) = studio.changes
    old, new = (
        (datetime(2026, 12, day, 8, tzinfo=UTC), datetime(2026, 12, day, 8, 40, tzinfo=UTC))
        for day in (1, 2)
    )
    assert ("appointment_rescheduled", (1, 2), {old, new}) == (
        change.event,
        change.employees,
        set(change.spans),
    )


def test_what_is_canceled_cannot_be_moved(studio):
    studio.book()
    assert studio.call("DELETE", "/appointments/1").json["status"] == "canceled"
    assert studio.call("DELETE", "/appointments/1").json["status"] == "canceled"
    answer = move(studio, time="12:00")
    assert (answer.status_code, answer.json["code"]) == (409, "wrong_state")


def test_one_guest_moves_the_others_stay(studio):
    for customer in (1, 2, 1):
        studio.book(service=2, customer=customer)
    moved = studio.call("PATCH", "/bookings/1", {"date": "2026-12-02", "time": "09:00"}).json
    assert (moved["id"], moved["appointment"], moved["status"]) == (1, 2, "pending")
    stayed = studio.get("/appointments/1")
    assert ([b["id"] for b in stayed["bookings"]], stayed["status"]) == ([2, 3], "approved")


def test_a_guest_joins_the_group_at_the_new_time(studio):
    studio.book(service=2)
    studio.book(service=2, date="2026-12-02", customer=2)
    moved = studio.call("PATCH", "/appointments/1", {"date": "2026-12-02", "time": "09:00"}).json
    assert (
        moved["id"],
        moved["status"],
        [booking["id"] for booking in moved["bookings"]],
    ) == (2, "approved", [1, 2])
    assert (
        studio.get("/appointments/1")["status"],
        studio.get("/appointments/1")["bookings"],
    ) == ("canceled", [])


def test_what_all_have_left_does_not_come_back(studio):
    studio.book(service=2)
    studio.book(service=2, date="2026-12-02", customer=2)
    studio.call("PATCH", "/appointments/1", {"date": "2026-12-02", "time": "09:00"})
    answer = studio.call("PATCH", "/appointments/1", {"status": "approved"})
    assert (answer.status_code, answer.json["code"]) == (409, "wrong_state")


def test_a_full_group_takes_no_more(studio):
    studio.book(service=2, additional_persons=1)
    studio.book(service=2, date="2026-12-02", additional_persons=2)
    answer = studio.call("PATCH", "/bookings/1", {"date": "2026-12-02", "time": "09:00"})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("status", "event"),
    [("canceled", "appointment_canceled"), ("no-show", "appointment_status_changed")],
)
def test_each_change_is_kept_as_an_event(studio, status, event):
    studio.book()
    move(studio, time="09:15")
    studio.call("PATCH", "/appointments/1", {"status": status})
    with studio.database.reading() as session:
        rows = session.scalars(
            select(Event).where(Event.kind == "appointment").order_by(Event.id)
        ).all()
    expected = ["appointment_booked", "appointment_rescheduled", event]
    assert [(name, n) for n, name in enumerate(expected, 1)] == [
        (row.type, row.sequence) for row in rows
    ]
    assert studio.get("/appointments/1") == rows[-1].payload["appointment"]


def test_a_returned_coupon_may_be_gone(studio):
    studio.make("/coupons", {"code": "ONCE", "discount_value": 10, "usage_limit": 1})
    studio.book(coupon="ONCE")
    studio.call("DELETE", "/appointments/1")
    studio.book(coupon="ONCE", time="12:00")
    answer = studio.call("PATCH", "/appointments/1", {"status": "approved"})
    assert (answer.status_code, answer.json["code"]) == (422, "coupon_invalid")


def test_shorter_buffers_give_time_back(studio):
    studio.book()
    assert studio.book(time="09:30").status_code == 409
    studio.call("PATCH", "/services/1", {"buffer_time_after": 0})
    assert studio.book(time="09:30").status_code == 201


def test_what_appointments_need_is_not_deleted(studio):
    studio.book()
    for path in ("/customers/1", "/services/1", "/employees/1", "/locations/1"):
        answer = studio.call("DELETE", path)
        assert (answer.status_code, answer.json["code"]) == (409, "in_use")
    studio.call("DELETE", "/appointments/1")
    assert [
        studio.call("DELETE", path).status_code
        for path in ("/customers/1", "/services/1", "/employees/1", "/locations/1")
    ] == [409, 204, 204, 204]
    assert studio.get("/appointments/1")["service"] == {"id": 1, "name": "Haircut"}
