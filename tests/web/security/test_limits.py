"""How often one address may call."""

import pytest

from widget_server.web.security.limits import network


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_household_counts_as_one(address, caller):
    assert network(address) == caller


def test_too_many_bookings_are_held_up_and_reading_goes_on(make_site):
    site = make_site(RATE_LIMITS="on")

    answers = [site.post("/v1/bookings", json={}) for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {422}
    refused = answers[60]
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) >= 1
    assert site.get("/v1/business").status_code == 200


def test_outside_the_demo_bookings_are_fewer(make_site):
    site = make_site(
        DEMO="off", PUBLIC_URL="https://b.example", SECRET_KEY="k" * 40, RATE_LIMITS="on"
    )

    answers = [site.post("/v1/bookings", json={}).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]
