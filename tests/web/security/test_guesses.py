"""How often one may guess."""

from typing import Any

import pytest

from tests.web.conftest import MIA
from widget_server.web.security.guesses import (
    COUPONS_OF_ONE_ADDRESS,
    COUPONS_OF_ONE_PREFIX,
    REFUSALS_OF_ONE_ADDRESS,
)

KNOWN: dict[str, Any] = {
    "discount_type": "percent", "discount_value": 50, "expiration_date": "2026-12-31",
    "usage_limit": None, "limit_per_user": None, "booking_limit_amount": None,
}  # fmt: skip
USELESS: dict[str, dict[str, Any] | None] = {
    "EXPIRED": {"expiration_date": "2026-11-01"},
    "EXHAUSTED": {"usage_limit": 0},
    "FOROTHERS": {"services": [7]},
    "UNKNOWN": None,
}


@pytest.fixture
def site(make_site):
    return make_site(RATE_LIMITS="on")


@pytest.fixture
def staff(site):
    def call(method, path, body):
        client = site.app.test_client()
        form = (site.data_dir / "credentials.json").read_text()
        token = client.post("/api/v2/auth/token", data=form, content_type="application/json")
        headers = {"Authorization": f"Bearer {token.get_json()['access_token']}"}
        answer = client.open(f"/api/v2{path}", method=method, headers=headers, json=body)
        assert answer.status_code < 300, answer.text

    return call


def check(site, code, address="192.0.2.1"):
    item = {"service": 1, "start": "2026-12-01T10:00:00+01:00"}
    body = {"code": code, "items": [item], "email": "mia@example.org"}
    return site.post("/v1/coupons/check", json=body, environ_base={"REMOTE_ADDR": address})


def test_whatever_is_wrong_with_a_coupon_the_answer_is_the_same_byte_for_byte(site, staff):
    for code, fields in USELESS.items():
        if fields is not None:
            staff("POST", "/coupons", KNOWN | fields | {"code": code})

    answers = [check(site, code) for code in USELESS]

    assert {(answer.status_code, answer.data) for answer in answers} == {(200, b'{"valid": false}')}
    assert len({tuple(answer.headers.keys()) for answer in answers}) == 1


def test_an_address_has_few_tries_and_others_have_theirs(site, staff):
    staff("POST", "/coupons", KNOWN | {"code": "HALF"})
    answers = [check(site, f"{number}-guess") for number in range(COUPONS_OF_ONE_ADDRESS)]

    assert {answer.status_code for answer in answers} == {200}
    for code in ("another", "HALF"):
        refused = check(site, code)
        assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert check(site, "HALF", "192.0.2.2").get_json()["valid"] is True


def test_who_has_a_coupon_may_look_as_often_as_they_like(site, staff):
    staff("POST", "/coupons", KNOWN | {"code": "HALF"})

    answers = {check(site, "half").status_code for _ in range(COUPONS_OF_ONE_ADDRESS + 5)}

    assert answers == {200}


def test_many_addresses_together_have_few_tries_at_codes_that_begin_alike(site):
    codes = [f"SPRING{number}" for number in range(COUPONS_OF_ONE_PREFIX + 1)]
    answers = [
        check(site, code, f"198.51.100.{number}").status_code for number, code in enumerate(codes)
    ]

    assert answers == [200] * COUPONS_OF_ONE_PREFIX + [429]
    assert check(site, "AUTUMN", "203.0.113.1").status_code == 200


def test_a_coupon_is_not_guessed_by_booking_either(site):
    slot = site.slots()[0]

    answers = [
        site.book(slot, f"key {number}", coupon=f"{number}-guess").status_code
        for number in range(COUPONS_OF_ONE_ADDRESS + 1)
    ]

    assert answers == [422] * COUPONS_OF_ONE_ADDRESS + [429]
    assert site.book(slot, "without").status_code == 201


def test_nobody_finds_out_address_by_address_who_has_bookings(site, staff):
    staff("PATCH", "/settings", {"max_active_bookings": 1})
    slots = site.slots()[::8]
    assert site.book(slots[0], "first").status_code == 201

    answers = [site.book(slots[1], f"key {number}") for number in range(REFUSALS_OF_ONE_ADDRESS)]
    stranger = site.book(slots[1], "stranger", customer=MIA | {"email": "leo@example.org"})

    assert {(one.status_code, one.get_json()["code"]) for one in answers} == {
        (409, "limit_reached")
    }
    assert len({one.data for one in answers}) == 1
    assert (stranger.status_code, stranger.get_json()["code"]) == (429, "rate_limited")
