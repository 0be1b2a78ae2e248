"""What the wire shows, compared whole."""

from typing import Any

import pytest

from widget_server.backend.models import Customer

SERVICE: dict[str, Any] = {
    "id": 1,
    "name": "Haircut",
    "description": "",
    "category": "Hair",
    "picture": None,
    "duration": 30,
    "price": 45,
    "buffer_time_before": 0,
    "buffer_time_after": 10,
    "min_capacity": 1,
    "max_capacity": 1,
    "allow_below_min": True,
    "slot_step": None,
    "minimum_notice": None,
    "booking_window_days": None,
    "private": False,
    "max_per_day": None,
    "recurring": None,
    "extras": [{"id": 1, "name": "Wash", "duration": 10, "price": 5.5, "max_quantity": 1}],
}
PERIOD = {"start": "09:00", "end": "24:00", "services": None, "location": None}
EMPLOYEE: dict[str, Any] = {
    "id": 1,
    "first_name": "Ada",
    "last_name": "Berg",
    "email": "ada@example.org",
    "phone_country_code": "DE",
    "phone_number": "+49 30 123456",
    "timezone": "Europe/Berlin",
    "description": "",
    "picture": None,
    "location": 1,
    "services": [{"id": 1, "price": 50, "duration": None, "capacity": None}],
    "working_hours": [{"weekday": 1, "periods": [PERIOD]}],
    "special_days": [{"start_date": "2026-12-24", "end_date": "2026-12-24", "periods": [PERIOD]}],
    "days_off": [
        {
            "name": "Holiday",
            "start_date": "2026-12-25",
            "end_date": "2026-12-26",
            "repeat_yearly": True,
        }
    ],
    "max_per_day": None,
}
LOCATION = {
    "id": 1,
    "name": "Main street",
    "address": "Main street 1",
    "phone": "+49 30 1",
    "timezone": "Europe/Berlin",
    "virtual": False,
}
CUSTOMER = {
    "id": 1,
    "first_name": "Mia",
    "last_name": "Keller",
    "email": "mia@example.org",
    "phone_country_code": "DE",
    "phone_number": "+49 30 123456",
    "gender": None,
    "birthday": "1990-05-04",
}
COUPON = {
    "id": 1,
    "code": "SPRING10",
    "discount_type": "percent",
    "discount_value": 10,
    "expiration_date": "2026-12-31",
    "usage_limit": None,
    "limit_per_user": None,
    "booking_limit_amount": None,
    "services": None,
    "used": 0,
}
CUSTOM_FIELD = {
    "id": 1,
    "label": "Allergies",
    "type": "text",
    "required": False,
    "options": None,
    "services": None,
}
ALL: dict[str, dict[str, Any]] = {
    "services": SERVICE,
    "locations": LOCATION,
    "employees": EMPLOYEE,
    "customers": CUSTOMER,
    "coupons": COUPON,
    "custom-fields": CUSTOM_FIELD,
}
# As another system may have numbered it.
ELSEWHERE: dict[str, Any] = {"id": 77}


@pytest.fixture
def full(api):
    for path, record in ALL.items():
        assert record == api.make(f"/{path}", {**record, **ELSEWHERE})
    return api


@pytest.mark.parametrize("path", ALL)
def test_a_record_is_read_as_it_was_written(full, path):
    assert ALL[path] == full.get(f"/{path}/1")
    pagination = {"total": 1, "page": 1, "limit": 20, "pages": 1}
    assert {"data": [ALL[path]], "pagination": pagination} == full.get(f"/{path}")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("path", ALL)
def test_a_record_replaced_by_itself_stays(full, path, method):
    for body in (full.get(f"/{path}/1"), without_id(ALL[path])):
        answer = full.call(method, f"/{path}/1", body)
        assert (200, ALL[path]) == (answer.status_code, answer.json)


@pytest.mark.parametrize("path", ALL)
def test_a_record_that_was_got_can_be_written_as_another_one(full, path):
    other = {"code": "SUMMER10"} if path == "coupons" else {}
    for wrong in (ELSEWHERE, {"id": None}, {"id": "x"}):
        answer = full.call("POST", f"/{path}", {**full.get(f"/{path}/1"), **other, **wrong})
        if "code" in other:
            other["code"] += "0"
        assert answer.status_code == 201, answer.json
    assert [row["id"] for row in full.get(f"/{path}")["data"]] in ([1, 2, 3, 4], [4, 3, 2, 1])


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("path", ALL)
def test_an_id_does_not_change(full, path, method):
    for wrong in (2, None, "1", True, [1]):
        answer = full.call(method, f"/{path}/1", {**ALL[path], "id": wrong})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["id"])
    assert ALL[path] == full.get(f"/{path}/1")


@pytest.mark.parametrize("path", [*ALL, "settings"])
def test_a_field_that_nobody_knows_is_refused(full, path):
    one = "/settings" if path == "settings" else f"/{path}/1"
    record = {**full.get(one), "created_at": "2026-11-30T13:00:00+01:00"}
    calls = [("PUT", one), ("PATCH", one), *([] if path == "settings" else [("POST", f"/{path}")])]
    for method, where in calls:
        answer = full.call(method, where, record)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["created_at"])


def without_id(record):
    return {name: value for name, value in record.items() if name != "id"}


def test_the_uses_of_a_coupon_are_counted_not_written(full):
    for method, path in (("PUT", "/coupons/1"), ("PATCH", "/coupons/1")):
        assert full.call(method, path, {**COUPON, "used": 9}).json == COUPON
    assert full.make("/coupons", {**COUPON, "code": "NEW", "used": 9})["used"] == 0


def test_a_webhook_that_was_got_can_be_subscribed_anew(full):
    body = {"event": "customer_created", "url": "https://hooks.example.org/in"}
    made = full.make("/webhooks", body)
    got = full.get(f"/webhooks/{made['id']}")
    assert full.make("/webhooks", got)["id"] == made["id"] + 1


def test_a_note_about_a_customer_that_nobody_reads_back_is_not_lost(full):
    def note():
        with full.database.reading() as session:
            return session.get_one(Customer, 1).description

    full.call("PATCH", "/customers/1", {"description": "Likes tea."})
    full.call("PUT", "/customers/1", full.get("/customers/1"))
    assert note() == "Likes tea."
    full.call("PUT", "/customers/1", {**CUSTOMER, "description": ""})
    assert note() == ""


def test_an_extra_of_another_service_is_copied_not_taken(full):
    other = full.make("/services", {"name": "Wash", "duration": 10, "extras": SERVICE["extras"]})
    assert other["extras"] == [{**SERVICE["extras"][0], "id": 2}]
    for number, method in ((3, "PUT"), (4, "PATCH")):
        body = {**other, "extras": [{**SERVICE["extras"][0], "price": 7}]}
        answer = full.call(method, "/services/2", body)
        assert answer.json["extras"] == [{**SERVICE["extras"][0], "price": 7, "id": number}]
    assert full.get("/services/1") == SERVICE


def test_an_extra_is_named_once(full):
    body = {"extras": SERVICE["extras"] * 2}
    answer = full.call("PATCH", "/services/1", body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["extras.1.id"])
    assert len(full.make("/services", {**SERVICE, **body})["extras"]) == 2


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("services", {"price": 47.25}),
        ("locations", {"virtual": True}),
        ("employees", {"days_off": []}),
        ("customers", {"email": "keller@example.org"}),
        ("coupons", {"usage_limit": 3}),
        ("custom-fields", {"required": True}),
    ],
)
def test_a_partial_change_changes_nothing_else(full, path, change):
    answer = full.call("PATCH", f"/{path}/1", change)
    assert (200, {**ALL[path], **change}) == (answer.status_code, answer.json)
    assert {**ALL[path], **change} == full.get(f"/{path}/1")


@pytest.mark.parametrize("path", ALL)
def test_a_deleted_record_is_gone(full, path):
    answer = full.call("DELETE", f"/{path}/1")
    assert (answer.status_code, answer.data) == (204, b"")
    assert full.call("GET", f"/{path}/1").status_code == 404
    assert full.get(f"/{path}")["data"] == []


def test_an_appointment_with_its_booking(full):
    body = {
        "service": 1,
        "employee": 1,
        "customer": 1,
        "date": "2026-12-01",
        "time": "09:30",
        "location": 1,
        "extras": [{"id": 1, "quantity": 1}],
        "coupon": "spring10",
        "custom_fields": {"1": "nuts"},
        "note": "Ring twice.",
    }
    booked = {
        "id": 1,
        "status": "approved",
        "additional_persons": 0,
        "customer": {
            "id": 1,
            "first_name": "Mia",
            "last_name": "Keller",
            "email": "mia@example.org",
        },
        "extras": [{"id": 1, "name": "Wash", "quantity": 1, "duration": 10, "price": 5.5}],
        "custom_fields": {"1": "nuts"},
        "coupon": "SPRING10",
        "price": 49.95,
    }
    times = {
        "status": "approved",
        "start_date_time": "2026-12-01T09:30:00+01:00",
        "end_date_time": "2026-12-01T10:10:00+01:00",
        "service": {"id": 1, "name": "Haircut"},
        "location": {"id": 1, "name": "Main street"},
        "employees": [{"id": 1, "first_name": "Ada", "last_name": "Berg"}],
    }
    assert {**booked, **times, "appointment": 1, "note": "Ring twice."} == full.make(
        "/bookings", body
    )
    appointment = {
        "id": 1,
        **times,
        "created_at": "2026-11-30T13:00:00+01:00",
        "updated_at": "2026-11-30T13:00:00+01:00",
        "note": "Ring twice.",
        "price": 49.95,
        "bookings": [booked],
    }
    assert appointment == full.get("/appointments/1")
    pagination = {"total": 1, "page": 1, "limit": 20, "pages": 1}
    assert {"data": [appointment], "pagination": pagination} == full.get("/appointments")


def test_the_settings(full):
    settings = {
        "name": "Studio",
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "languages": ["en"],
        "slot_step": 30,
        "slot_alignment": "opening",
        "use_service_duration_as_step": False,
        "step_includes_buffers": False,
        "buffers_within_hours": False,
        "minimum_notice": 0,
        "booking_window_days": 365,
        "cancel_limit": 0,
        "reschedule_limit": 0,
        "assignment": "least_busy",
        "default_status": "approved",
        "phone_required": False,
        "consent_text": None,
        "max_active_bookings": None,
    }
    assert settings == full.get("/settings")
    changed = full.call("PATCH", "/settings", {"languages": ["en", "de"]}).json
    assert {**settings, "languages": ["en", "de"]} == changed == full.get("/settings")
    for method in ("PUT", "PATCH"):
        assert full.call(method, "/settings", changed).json == changed


@pytest.mark.parametrize("part", ["working_hours", "special_days", "days_off"])
def test_a_part_of_a_schedule(full, part):
    path = f"/employees/1/{part.replace('_', '-')}"
    assert {part: EMPLOYEE[part]} == full.get(path)
    bodies: list[Any] = [{part: []}, []]
    for empty in bodies:
        assert full.call("PUT", path, empty).json == {part: [], "stranded_appointments": []}
        assert {**EMPLOYEE, part: []} == full.get("/employees/1")
        told = {part: EMPLOYEE[part], "stranded_appointments": []}
        assert full.call("PUT", path, told).json == told
    assert full.get("/employees/1") == EMPLOYEE
