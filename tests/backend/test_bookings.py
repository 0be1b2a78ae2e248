"""Making bookings: what overlaps, what a group takes, what it costs."""

from datetime import UTC, datetime

import pytest

from widget_server.backend.changes import Change


def refused(answer):
    body = answer.json
    return answer.status_code, body["code"], sorted(body["errors"])


@pytest.mark.parametrize(
    ("time", "status"),
    [
        ("08:19", 201),  # ends 08:49, its buffer of ten minutes at 08:59
        ("08:20", 201),
        ("08:21", 409),
        ("09:00", 409),
        ("09:39", 409),
        ("09:40", 201),  # when the buffer of the first ends
    ],
)
def test_buffers_of_both_visits_count(studio, time, status):
    assert studio.book().status_code == 201
    assert status == studio.book(time=time).status_code


def test_another_employee_is_not_concerned(studio):
    assert [studio.book(employee=n).status_code for n in (1, 2)] == [201, 201]


def test_a_taken_slot_says_so(studio):
    studio.book()
    answer = studio.book()
    assert refused(answer) == (409, "slot_taken", [])
    assert answer.json["detail"] == answer.json["message"]
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("status", ["canceled", "rejected", "no-show", "Cancelled", "noShow"])
def test_what_does_not_take_place_frees_the_time(studio, status):
    studio.book()
    assert studio.call("PATCH", "/appointments/1", {"status": status}).status_code == 200
    assert studio.book().status_code == 201
    answer = studio.call("PATCH", "/appointments/1", {"status": "approved"})
    assert refused(answer) == (409, "slot_taken", [])


def test_extras_lengthen_and_cost(studio):
    extras = [{"id": 1, "quantity": 2}]
    made = studio.book(extras=extras).json
    assert (made["end_date_time"], made["price"]) == ("2026-12-01T09:50:00+01:00", 56)
    assert studio.book(time="09:55").status_code == 409
    assert studio.book(time="10:00").status_code == 201


def test_the_employees_own_terms(studio):
    own = {"services": [{"id": 1, "price": 60, "duration": 45}, {"id": 2, "capacity": 3}]}
    studio.call("PATCH", "/employees/1", own)
    made = studio.book().json
    assert (made["end_date_time"], made["price"]) == ("2026-12-01T09:45:00+01:00", 60)
    crowd = studio.book(service=2, time="12:00", additional_persons=3)
    assert refused(crowd) == (422, "invalid_input", ["additional_persons"])


def test_a_group_fills_up_and_takes_place(studio):
    first = studio.book(service=2).json
    assert (first["status"], first["price"]) == ("pending", 12)
    second = studio.book(service=2, customer=2, additional_persons=1).json
    assert (second["status"], second["price"]) == ("approved", 24)
    assert [first["appointment"]] * 2 == [first["appointment"], second["appointment"]]
    assert studio.book(service=2, additional_persons=1).status_code == 409
    assert studio.book(service=2).status_code == 201
    appointment = studio.get("/appointments/1")
    assert [booking["status"] for booking in appointment["bookings"]] == ["approved"] * 3
    assert appointment["price"] == 48


def test_one_guest_cancels_the_others_stay(studio):
    for customer in (1, 2, 1):
        studio.book(service=2, customer=customer)
    assert studio.call("DELETE", "/bookings/1").json["status"] == "canceled"
    appointment = studio.get("/appointments/1")
    assert appointment["status"] == "approved"
    assert [b["status"] for b in appointment["bookings"]] == ["canceled", "approved", "approved"]
    studio.call("DELETE", "/bookings/2")
    assert studio.get("/appointments/1")["status"] == "pending"
    studio.call("DELETE", "/bookings/3")
    assert studio.get("/appointments/1")["status"] == "canceled"


def test_without_allow_below_min_each_brings_enough(studio):
    studio.call("PATCH", "/services/2", {"allow_below_min": False})
    assert refused(studio.book(service=2)) == (422, "invalid_input", ["additional_persons"])
    assert studio.book(service=2, additional_persons=1).json["status"] == "approved"


def test_another_location_does_not_share(studio):
    studio.make("/locations", {"name": "Annex"})
    assert studio.book(service=2).status_code == 201
    assert studio.book(service=2, location=2).status_code == 409


def test_the_business_may_want_to_approve(studio):
    studio.call("PATCH", "/settings", {"default_status": "pending"})
    assert studio.book().json["status"] == "pending"
    assert studio.book(time="12:00", status="approved").json["status"] == "approved"


@pytest.mark.parametrize(
    ("date", "time", "start"),
    [
        ("2027-03-28", "02:30", "2027-03-28T03:30:00+02:00"),  # a time that does not exist
        ("2027-10-31", "02:30", "2027-10-31T02:30:00+02:00"),  # one that occurs twice
    ],
)
def test_clock_changes(studio, date, time, start):
    assert start == studio.book(date=date, time=time).json["start_date_time"]


def test_an_instant_names_the_second_of_two(studio):
    body = {"service": 1, "employee": 1, "customer": 1}
    made = studio.make("/bookings", {**body, "start_date_time": "2027-10-31T02:30:00+01:00"})
    assert made["start_date_time"] == "2027-10-31T02:30:00+01:00"


def test_items_are_made_all_or_none(studio):
    item = {"service": 1, "employee": 1, "date": "2026-12-01", "time": "09:00"}
    follow = {**item, "time": "09:30"}
    late = {**item, "service": 2, "employee": 2, "time": "10:00"}
    made = studio.make("/bookings", {"items": [item, follow, late], "customer": 1})
    assert [made["id"], made["appointment"]] == [1, 1]
    assert [one["appointment"] for one in made["items"]] == [1, 2, 3]
    free = {**item, "employee": 2, "time": "08:00"}
    answer = studio.call("POST", "/bookings", {"items": [free, item], "customer": 1})
    assert refused(answer) == (409, "slot_taken", [])
    assert studio.get("/appointments")["pagination"]["total"] == 3


def test_an_item_at_fault_is_named(studio):
    item = {"service": 1, "employee": 1, "date": "2026-12-01", "time": "09:00"}
    items = [item, {**item, "time": "11:00", "service": 99}]
    answer = studio.call("POST", "/bookings", {"items": items, "customer": 1})
    assert refused(answer) == (422, "invalid_input", ["items.1.service"])
    assert studio.get("/appointments")["pagination"]["total"] == 0


def test_an_appointment_with_several_bookings(studio):
    body = {"service": 2, "employee": 1, "date": "2026-12-01", "time": "09:00"}
    made = studio.make("/appointments", {**body, "bookings": [{"customer": 1}, {"customer": 2}]})
    assert (made["status"], len(made["bookings"])) == ("approved", 2)
    crowd = {**body, "time": "12:00", "bookings": [{"customer": 1}] * 5}
    assert studio.call("POST", "/appointments", crowd).status_code == 409


@pytest.mark.parametrize(
    ("coupon", "price"),
    [
        ({"discount_value": 10}, 40.5),
        ({"discount_value": 33.33}, 30),
        ({"discount_type": "fixed", "discount_value": 5.25}, 39.75),
        ({"discount_type": "fixed", "discount_value": 99}, 0),
    ],
)
def test_a_coupon_takes_off(studio, coupon, price):
    studio.make("/coupons", {"code": "Less", **coupon})
    assert price == studio.book(coupon="LESS").json["price"]
    assert studio.get("/coupons/1")["used"] == 1
    studio.call("DELETE", "/bookings/1")
    assert studio.get("/coupons/1")["used"] == 0


@pytest.mark.parametrize(
    "limits",
    [
        {"expiration_date": "2026-11-29"},
        {"usage_limit": 0},
        {"limit_per_user": 0},
        {"services": [2]},
        {"code": "OTHER"},
    ],
)
def test_a_coupon_that_is_not_good(studio, limits):
    studio.make("/coupons", {"code": "LESS", "discount_value": 10, **limits})
    assert refused(studio.book(coupon="LESS")) == (422, "coupon_invalid", ["coupon"])
    assert studio.get("/appointments")["pagination"]["total"] == 0


def test_a_customer_uses_a_coupon_so_often(studio):
    studio.make("/coupons", {"code": "LESS", "discount_value": 10, "limit_per_user": 1})
    assert studio.book(coupon="LESS").status_code == 201
    assert studio.book(coupon="LESS", time="12:00").status_code == 422
    assert studio.book(coupon="LESS", time="12:00", customer=2).status_code == 201


def test_listeners_hear_after_the_commit(studio):
    studio.book()
    span = (datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 8, 40, tzinfo=UTC))
    assert [Change("appointment_booked", "appointment", (1,), (1,), (span,))] == studio.changes
    studio.book()
    assert len(studio.changes) == 1
