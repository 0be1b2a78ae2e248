"""Whatever comes in: refused with the field named, and nothing written."""

import json

import pytest

SERVICE = {"name": "Cut", "duration": 30}
EMPLOYEE = {"first_name": "Ada", "last_name": "Berg"}
CUSTOMER = {"first_name": "Mia", "last_name": "Keller"}
BOOKING = {"service": 1, "employee": 1, "customer": 1, "date": "2026-12-01", "time": "09:00"}
PERIOD = {"start": "09:00", "end": "17:00"}
DEEP = json.loads("[" * 200 + "]" * 200)

FIELDS = [
    ("/services", {"duration": 30}, "name"),
    ("/services", {**SERVICE, "name": ""}, "name"),
    ("/services", {**SERVICE, "name": "a\0b"}, "name"),
    ("/services", {**SERVICE, "name": "\ud800"}, "name"),
    ("/services", {**SERVICE, "name": "x" * 201}, "name"),
    ("/services", {**SERVICE, "name": 5}, "name"),
    ("/services", {**SERVICE, "name": None}, "name"),
    ("/services", {**SERVICE, "duration": 0}, "duration"),
    ("/services", {**SERVICE, "duration": -30}, "duration"),
    ("/services", {**SERVICE, "duration": "30"}, "duration"),
    ("/services", {**SERVICE, "duration": 30.5}, "duration"),
    ("/services", {**SERVICE, "duration": True}, "duration"),
    ("/services", {**SERVICE, "duration": 10**30}, "duration"),
    ("/services", {**SERVICE, "price": "45"}, "price"),
    ("/services", {**SERVICE, "price": -1}, "price"),
    ("/services", {**SERVICE, "price": 1e300}, "price"),
    ("/services", {**SERVICE, "price": 10**400}, "price"),
    ("/services", {**SERVICE, "price": 1.234}, "price"),
    ("/services", {**SERVICE, "min_capacity": 3, "max_capacity": 2}, "min_capacity"),
    ("/services", {**SERVICE, "extras": [{"price": 1}]}, "extras.0.name"),
    ("/services", {**SERVICE, "extras": [{"id": "7", "name": "x"}]}, "extras.0.id"),
    ("/services", {**SERVICE, "extras": {}}, "extras"),
    ("/services", {**SERVICE, "colour": "red"}, "colour"),
    ("/services", {**SERVICE, "private": "perhaps"}, "private"),
    ("/employees", {**EMPLOYEE, "timezone": "Mars/Olympus"}, "timezone"),
    ("/employees", {**EMPLOYEE, "timezone": "../etc/passwd"}, "timezone"),
    ("/employees", {**EMPLOYEE, "timezone": "localtime"}, "timezone"),
    ("/employees", {**EMPLOYEE, "timezone": "right/Europe/Berlin"}, "timezone"),
    ("/employees", {**EMPLOYEE, "email": "nobody"}, "email"),
    ("/employees", {**EMPLOYEE, "location": 99}, "location"),
    ("/employees", {**EMPLOYEE, "services": [{"id": 99}]}, "services.0.id"),
    ("/employees", {**EMPLOYEE, "services": [{"id": 1}, {"id": 1}]}, "services.1.id"),
    ("/employees", {**EMPLOYEE, "working_hours": [{"weekday": 8, "periods": []}]},
     "working_hours.0.weekday"),
    ("/employees", {**EMPLOYEE, "working_hours": [{"weekday": 1, "periods": [
        {"start": "09:00", "end": "09:00"}]}]}, "working_hours.0.periods.0.end"),
    ("/employees", {**EMPLOYEE, "working_hours": [{"weekday": 1, "periods": [
        {"start": "24:00", "end": "09:00"}]}]}, "working_hours.0.periods.0.start"),
    ("/employees", {**EMPLOYEE, "working_hours": [{"weekday": 1, "periods": [
        {**PERIOD, "services": [99]}]}]}, "working_hours.0.periods.0.services.0"),
    ("/employees", {**EMPLOYEE, "days_off": [
        {"start_date": "2026-12-02", "end_date": "2026-12-01"}]}, "days_off.0.end_date"),
    ("/employees", {**EMPLOYEE, "days_off": [
        {"start_date": "2026-02-30", "end_date": "2026-03-01"}]}, "days_off.0.start_date"),
    ("/customers", {**CUSTOMER, "phone": "call me"}, "phone"),
    ("/customers", {**CUSTOMER, "birthday": "0001-01-01"}, "birthday"),
    ("/customers", {**CUSTOMER, "first_name": DEEP}, "first_name"),
    ("/coupons", {"code": "A", "discount_value": 101}, "discount_value"),
    ("/coupons", {"code": "A", "discount_value": 1, "discount_type": "gift"}, "discount_type"),
    ("/custom-fields", {"label": "A", "type": "magic"}, "type"),
    ("/bookings", {}, "service"),
    ("/bookings", {**BOOKING, "service": 99}, "service"),
    ("/bookings", {**BOOKING, "employee": 99}, "employee"),
    ("/bookings", {**BOOKING, "customer": 99}, "customer"),
    ("/bookings", {**BOOKING, "location": 99}, "location"),
    ("/bookings", {**BOOKING, "service": 2**63}, "service"),
    ("/bookings", {**BOOKING, "service": None}, "service"),
    ("/bookings", {**BOOKING, "date": "01.12.2026"}, "date"),
    ("/bookings", {**BOOKING, "date": "9999-12-31"}, "date"),
    ("/bookings", {**BOOKING, "time": "9:00"}, "time"),
    ("/bookings", {**BOOKING, "time": "25:00"}, "time"),
    ("/bookings", {**BOOKING, "time": "\u0660\u0669:\u0660\u0660"}, "time"),
    ("/bookings", {**BOOKING, "status": "canceled"}, "status"),
    ("/bookings", {**BOOKING, "additional_persons": 1}, "additional_persons"),
    ("/bookings", {**BOOKING, "additional_persons": -1}, "additional_persons"),
    ("/bookings", {**BOOKING, "extras": [{"id": 99}]}, "extras.0.id"),
    ("/bookings", {**BOOKING, "extras": [{"id": 1, "quantity": 3}]}, "extras.0.quantity"),
    ("/bookings", {**BOOKING, "extras": [{"id": 1}, {"id": 1}]}, "extras.1.id"),
    ("/bookings", {**BOOKING, "custom_fields": {"99": "x"}}, "custom_fields.99"),
    ("/bookings", {**BOOKING, "custom_fields": {"1": {}}}, "custom_fields.1.value"),
    ("/bookings", {**BOOKING, "start_date_time": "2026-12-01T09:00:00Z"}, "date"),
    ("/bookings", {**BOOKING, "items": []}, "items"),
    ("/bookings", {"customer": 1, "items": [{"service": 1}]}, "items.0.employee"),
    ("/appointments", {**BOOKING, "bookings": [{"customer": 1}]}, "customer"),
    ("/appointments", {k: v for k, v in BOOKING.items() if k != "customer"}, "customer"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "field"), FIELDS)
def test_the_field_at_fault_is_named(studio, path, body, field):
    before = everything(studio)
    answer = studio.call("POST", path, body)
    assert answer.status_code == 422, answer.json
    assert field in answer.json["errors"]
    assert answer.json["code"] == "invalid_input"
    assert before == everything(studio)


def everything(api):
    paths = ("services", "employees", "customers", "locations", "coupons", "appointments")
    return [api.get(f"/{path}") for path in paths]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b'{"price": NaN}', 400),
        (b'{"price": Infinity}', 400),
        (b"[" * 100_000, 400),
        (b'{"duration": ' + b"9" * 5000 + b"}", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"", 422),
    ],
)
@pytest.mark.parametrize("path", ["/services", "/bookings", "/appointments", "/employees"])
def test_a_body_that_is_no_message(studio, path, raw, status):
    answer = studio.call("POST", path, data=raw, content_type="application/json")
    assert status == answer.status_code, answer.json
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=x", "page=99999999999999999999", "limit=0", "limit=101",
        "limit=1e3", "status=lost", "employee=0", "employee=99999999999", "date_from=tomorrow",
        "date_from=0001-01-01", "date_to=9999-12-31", "updated_since=12:00",
        "updated_since=0001-01-01T00:00:00%2B14:00", "sort_by=price", "sort_order=up", "colour=red",
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense(studio, query):
    answer = studio.call("GET", f"/appointments?{query}")
    assert (422, [query.split("=")[0]]) == (answer.status_code, list(answer.json["errors"]))


def test_the_ways_of_http(studio):
    no_json = studio.call("POST", "/services", data="x", content_type="text/plain")
    assert (no_json.status_code, no_json.json["code"]) == (415, "unsupported_media_type")
    large = studio.call("POST", "/services", data=b" " * 2_000_000, content_type="application/json")
    assert (large.status_code, large.json["code"]) == (413, "too_large")
    wrong = studio.call("PUT", "/services")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method_not_allowed")
    assert {"GET", "HEAD", "OPTIONS", "POST"} == set(wrong.headers["Allow"].split(", "))
    for path in (
        "/nowhere",
        "//customers",
        "/services/99",
        "/services/x",
        "/services/99999999999999999999",
    ):
        missing = studio.call("GET", path)
        assert (missing.status_code, missing.json["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["appointments", "bookings"])
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"date": "2026-12-01"}, "time"),
        ({"employee": 99}, "employee"),
        ({"location": 99}, "location"),
        ({"price": 1}, "price"),
    ],
)
def test_a_change_that_makes_no_sense(studio, path, change, field):
    studio.book()
    before = studio.get("/appointments/1")
    answer = studio.call("PATCH", f"/{path}/1", change)
    assert (422, [field]) == (answer.status_code, list(answer.json["errors"]))
    assert before == studio.get("/appointments/1")


def test_an_answer_names_a_few_of_many_fields_at_fault(studio):
    unknown = {f"{number}": number for number in range(1000)}
    answer = studio.call("POST", "/services", {**SERVICE, **unknown, "x" * 10_000: 1})
    assert len(answer.json["errors"]) == 20
    assert answer.json["detail"].endswith("Unknown field. Fields at fault besides these: 981.")
    assert len(answer.data) < 5_000


def test_the_name_of_a_field_at_fault_is_not_repeated_without_end(studio):
    answer = studio.call("POST", "/services", {**SERVICE, "x" * 10_000: 1})
    assert list(answer.json["errors"]) == ["x" * 200]


@pytest.mark.parametrize("way", ["data", "json"])
def test_nobody_without_a_token_can_send_much(studio, way):
    fields = {f"field-{number}": "x" for number in range(2000)}
    answer = studio.app.test_client().post("/api/v2/token", **{way: fields})
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


def test_a_form_of_many_parts_is_not_taken_apart(studio):
    fields = {f"field-{number}": "x" for number in range(50)}
    kind = "multipart/form-data"
    answer = studio.app.test_client().post("/api/v2/token", data=fields, content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
