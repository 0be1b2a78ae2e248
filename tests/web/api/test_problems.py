"""Errors: JSON for programs, a page for people."""

import sqlite3

import pytest

from tests.web.conftest import MIA

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("PUT", "/v1/slots", 405, "method_not_allowed"),
        ("GET", "/v1/slots", 422, "invalid_input"),
        ("GET", "/v1/services/99999", 404, "not_found"),
        ("POST", "/v1/bookings", 400, "idempotency_key_missing"),
        ("POST", "/v1/coupons/check", 422, "invalid_input"),
        ("GET", "/v1/bookings/short", 404, "not_found"),
    ],
)
def test_an_error_is_a_problem_document(site, method, path, status, code):
    answer = site.app.test_client().open(path, method=method)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.json
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"http://localhost/problems/{code}"
    assert problem["title"]
    assert problem["detail"]


def test_a_person_gets_a_page(site):
    answer = site.get("/nothing", headers=HTML)

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_api_answers_json_whatever_it_is_asked_for(site):
    assert site.get("/v1/nothing", headers=HTML).mimetype == "application/problem+json"


def test_a_wrong_method_is_told_the_right_ones(site):
    answer = site.app.test_client().put("/v1/slots")

    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("body", ["[1]", "null", "{", '"text"', "1", "{}" * 40000, "\xff"])
def test_a_body_that_is_no_booking_is_refused(site, body):
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}

    answer = site.post("/v1/bookings", data=body.encode("latin-1"), headers=headers)

    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.json["code"] in ("invalid_input", "too_large")


def test_a_booking_without_a_key_is_refused(site):
    slot = site.slots()[0]
    item = {"service": 1, "start": slot["start"]}
    customer = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}

    answer = site.post("/v1/bookings", json={"items": [item], "customer": customer})

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_missing")


def test_a_few_of_many_fields_at_fault_are_named(site):
    unknown = dict.fromkeys(map(str, range(1000)))

    problem = site.post("/v1/bookings", json=unknown, headers={"Idempotency-Key": "k"}).json

    assert len(problem["errors"]) == 20
    assert "Fields at fault besides these: " in problem["detail"]


@pytest.mark.parametrize("path", ["//v1/slots", "/v1//slots", "/api/v2//customers"])
def test_an_address_with_a_slash_too_many_is_not_found(site, path):
    answer = site.app.test_client().get(f"http://localhost{path}")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_ledger_that_cannot_be_used_is_for_later(make_site):
    """Full, locked or away: what cannot be kept is refused, and nothing of why is told."""
    site = make_site()
    slot = site.slots()[0]
    with sqlite3.connect(site.data_dir / "ledger.sqlite") as ledger:
        ledger.execute("DROP TABLE idempotency")

    answer = site.book(slot, "key")

    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "10"
    assert "idempotency" not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/business"),
        ("GET", "/v1/services"),
        ("GET", "/v1/services/1"),
        ("GET", "/v1/employees"),
        ("GET", "/v1/locations"),
        ("GET", "/v1/slots"),
        ("GET", "/v1/slots/series"),
        ("POST", "/v1/holds"),
        ("PATCH", "/v1/holds/x"),
        ("DELETE", "/v1/holds/x"),
        ("POST", "/v1/bookings"),
        ("GET", "/v1/bookings/x"),
        ("GET", "/v1/bookings/x.ics"),
        ("GET", "/v1/bookings/x/slots"),
        ("POST", "/v1/bookings/x/reschedule"),
        ("POST", "/v1/bookings/x/cancel"),
        ("POST", "/v1/coupons/check"),
        ("GET", "/v1/challenge"),
    ],
)
def test_what_a_route_does_not_know_of_a_query_is_refused_by_name(site, method, path):
    answer = site.app.test_client().open(f"{path}?odd=1", method=method)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
    assert answer.json["errors"]["odd"] == ["Unknown field."]


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/v1/bookings", {"customer": MIA}),
        ("/v1/bookings", {"customer": MIA, "coupon": "WELCOME10"}),
        ("/v1/holds", {}),
        ("/v1/coupons/check", {"code": "WELCOME10"}),
    ],
)
@pytest.mark.parametrize(
    ("field", "value"),
    [("service", 999), ("employee", 999), ("location", 999), ("extras", [{"id": 999}])],
)
def test_what_is_not_offered_is_bad_input_of_a_body(site, path, more, field, value):
    good = {"service": 1, "start": "2026-12-01T10:00:00+01:00"}
    body = {"items": [good, good | {field: value}], **more}

    answer = site.post(path, json=body, headers={"Idempotency-Key": f"{path}{field}{len(more)}"})

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
    assert list(answer.json["errors"]) == [f"items.1.{field}"]
