"""Answers that are ready go out at the door: the application's own, and only while they hold."""

from datetime import timedelta

import pytest

from tests.web.conftest import start_site

QUERY = "/v1/slots?from=2026-12-01&to=2026-12-31&service=1&location=1"
HOW_LONG = "public, max-age=0, s-maxage={shared}, stale-while-revalidate={old}, stale-if-error=3600"
ORIGIN = "http://localhost:3000"


def asked_of_the_application(site):
    """Return how often the application itself was asked, by a counter in it."""
    counted = []
    site.app.before_request_funcs.setdefault(None, []).append(lambda: counted.append(1))
    return counted


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept-Encoding": "br"},
        {"Accept-Encoding": "gzip", "Origin": ORIGIN},
        {"Origin": "https://elsewhere.example"},
        {"If-None-Match": "*"},
    ],
)
def test_the_door_answers_as_the_application_does(make_site, headers):
    site = make_site()
    site.get(QUERY)
    asked = asked_of_the_application(site)
    first, again = (site.get(QUERY, headers=headers) for _ in range(2))
    assert (first.status, first.headers.to_wsgi_list(), first.data) == (
        again.status, again.headers.to_wsgi_list(), again.data,
    )  # fmt: skip
    assert len(asked) == (1 if headers else 0)


def test_a_caller_who_has_it_gets_a_304_at_the_door(make_site):
    site = make_site()
    tag = site.get(QUERY).headers["ETag"]
    site.get(QUERY, headers={"If-None-Match": tag})
    asked = asked_of_the_application(site)
    again = site.get(QUERY, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"], asked) == (304, b"", tag, [])


def test_a_booking_is_seen_at_the_door_at_once(make_site):
    site = make_site()
    slot = site.slots()[0]
    before = [site.get(QUERY).data for _ in range(2)]
    assert site.book(slot, "a").status_code == 201
    after = site.get(QUERY)
    assert (before[0] == before[1], before[1] == after.data) == (True, False)


def test_an_answer_stays_ready_however_old_the_offer_is(make_site):
    site = make_site()
    site.get(QUERY)
    # The busy times are loaded anew, what the business offers is not.
    site.clock.advance(timedelta(minutes=2))
    assert not site.get(QUERY).get_json()["stale"]
    asked = asked_of_the_application(site)
    site.clock.advance(timedelta(seconds=6))
    assert (site.get(QUERY).status_code, asked) == (200, [])
    site.clock.advance(timedelta(seconds=3))
    assert (site.get(QUERY).status_code, asked) == (200, [1])


@pytest.mark.parametrize(("age", "old"), [(0, None), (8, None), (11, 29), (37, 3)])
def test_what_is_old_already_may_be_passed_on_for_what_is_left_of_its_time(make_site, age, old):
    site = make_site()
    site.get(QUERY)
    site.clock.advance(timedelta(seconds=age))
    told = site.get(QUERY)
    how_long = HOW_LONG.format(shared=0, old=old) if old else HOW_LONG.format(shared=10, old=30)
    assert (told.get_json()["stale"], told.headers["Cache-Control"]) == (bool(old), how_long)


def test_when_the_clock_makes_it_wrong_it_is_not_repeated(make_site):
    site = make_site()
    first = site.get(QUERY).get_json()
    site.clock.advance(timedelta(hours=30))
    later = site.get(QUERY).get_json()
    dates = [answer["days"][0]["date"] for answer in (first, later)]
    assert dates == ["2026-12-01", "2026-12-02"]


def test_the_door_counts_for_the_limits(tmp_path):
    site = start_site(tmp_path, RATE_LIMITS="on")
    codes = [site.get(QUERY).status_code for _ in range(605)]
    assert (codes.count(200), codes[-1]) == (600, 429)
    assert site.get(QUERY).get_json()["code"] == "rate_limited"


def test_nobody_fills_the_memory_by_asking_in_many_ways(make_site):
    site = make_site()
    answers = [site.get(QUERY, headers={"Origin": f"https://{n}.example"}) for n in range(50)]
    query = QUERY.partition("?")[2].encode()
    kept = site.app.extensions["widget_server"].ready_answers.find(query, site.clock.now())
    assert ({answer.status_code for answer in answers}, len(kept.sent)) == ({200}, 16)


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS"])
def test_other_methods_pass_the_door(make_site, method):
    site = make_site()
    site.get(QUERY)
    answer = site.app.test_client().open(QUERY, method=method)
    assert answer.status_code == {"HEAD": 200, "OPTIONS": 204}.get(method, 405)
