"""How often one address may call."""

import secrets
import sqlite3

import pytest

from tests.redis_server import redis_url
from tests.web.conftest import start_site
from widget_server.rate_limits import network
from widget_server.web.security.guesses import COUPONS_OF_ONE_ADDRESS
from widget_server.web.security.limits import READS_AT_A_TIME


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:5000", "192.0.2.7"),
        ("[2001:db8:1:2::1]:5000", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
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

    assert {answer.status_code for answer in answers[:60]} == {400}
    refused = answers[60]
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) >= 1
    assert site.get("/v1/business").status_code == 200


def test_the_switch_holds_for_the_booking_system_too(make_site):
    for switch, status in (("on", 429), ("off", 401)):
        site = make_site(RATE_LIMITS=switch)
        form = {"client_id": "x", "client_secret": "wrong"}
        guesses = [site.post("/api/v2/token", data=form).status_code for _ in range(61)]
        assert guesses == [401] * 60 + [status]
        assert site.get("/v1/business").status_code == 200


def test_outside_the_demo_bookings_are_fewer(make_site):
    site = make_site(
        DEMO="off", PUBLIC_URL="https://b.example", SECRET_KEY="k" * 40, RATE_LIMITS="on"
    )

    answers = [site.post("/v1/bookings", json={}).status_code for _ in range(11)]

    assert answers == [400] * 10 + [429]


def statuses(sites, call, tries):
    return [call(sites[turn % len(sites)]).status_code for turn in range(tries)]


@pytest.fixture(params=["file", "redis"])
def workers(request, make_site, tmp_path):
    """Two servers as two workers: of one data directory, or of one Redis besides."""
    # With a key of its own it counts under names of its own.
    environ = {"RATE_LIMITS": "on", "SECRET_KEY": secrets.token_hex(32)}
    if request.param == "redis":
        environ["REDIS_URL"] = redis_url()
    one = make_site(**environ)
    return one, start_site(one.data_dir, **environ)


def test_workers_count_bookings_together(workers):
    answers = statuses(workers, lambda site: site.post("/v1/bookings", json={}), 62)
    assert answers == [400] * 60 + [429] * 2


def test_workers_count_reads_together_give_or_take_a_few(workers):
    answers = statuses(workers, lambda site: site.get("/v1/services?x=1"), 640)
    assert 600 <= answers.index(429) <= 600 + 2 * READS_AT_A_TIME
    assert set(answers[answers.index(429) + 2 * READS_AT_A_TIME :]) == {429}


def test_workers_count_guesses_together(workers):
    def guess(site):
        body = {"code": "WRONG", "items": [{"service": 1, "employee": 1}]}
        return site.post("/v1/coupons/check", json=body)

    answers = statuses(workers, guess, COUPONS_OF_ONE_ADDRESS + 2)
    assert answers[-2:] == [429, 429]
    assert 429 not in answers[:-2]


def test_no_address_is_in_what_workers_share(make_site):
    site = make_site(RATE_LIMITS="on")
    for _ in range(READS_AT_A_TIME):
        site.get("/v1/services", environ_base={"REMOTE_ADDR": "192.0.2.77"})
    with sqlite3.connect(site.data_dir / "cache.sqlite") as file:
        [[name, number]] = file.execute("SELECT name, number FROM counts").fetchall()
    assert (number, "192.0.2" in name) == (READS_AT_A_TIME, False)
