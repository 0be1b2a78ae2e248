"""Open slots over HTTP: shape, freshness, caching, bad queries."""

from datetime import datetime, timedelta

import pytest

from widget_server.web.parts import EXTENSION

WINDOW = "from=2026-12-01&to=2026-12-31"


def test_the_shape_is_the_contract(site):
    answer = site.get(f"/v1/slots?service=1&{WINDOW}&timezone=America/New_York").get_json()

    assert list(answer) == ["timezone", "from", "to", "as_of", "stale", "days", "next_available"]
    assert answer["timezone"] == "America/New_York"
    assert (answer["from"], answer["to"]) == ("2026-12-01", "2026-12-31")
    first = answer["days"][0]["slots"][0]
    assert list(first) == ["start", "end", "employees", "locations", "places_left"]
    assert first["start"].endswith("-05:00")
    assert all(day["slots"] for day in answer["days"])


def test_the_visitors_zone_changes_dates_and_never_instants(site):
    def instants(zone):
        return [
            datetime.fromisoformat(slot["start"])
            for slot in site.slots(f"service=1&timezone={zone}")
        ]

    tokyo, berlin = instants("Asia/Tokyo"), instants("Europe/Berlin")
    inner = [start for start in berlin if start.day not in (1, 31)]
    assert inner == [start for start in tokyo if start in set(inner)]


def test_a_legacy_zone_name_is_accepted(site):
    assert site.slots("service=1&timezone=Asia/Calcutta")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"{WINDOW}", "service"),
        (f"service=x&{WINDOW}", "service.0"),
        ("service=1&from=2026-12-01", "to"),
        ("service=1&from=2026-12-31&to=2026-12-01", "to"),
        ("service=1&from=2026-12-01&to=2027-02-01", "to"),
        ("service=1&from=01.12.2026&to=2026-12-31", "from"),
        (f"service=1&{WINDOW}&timezone=Mars/Base", "timezone"),
        (f"service=1&{WINDOW}&persons=0", "persons"),
        (f"service=1&{WINDOW}&extras=1:99", "extras"),
        (f"service=1&{WINDOW}&extras=999:1", "extras"),
        (f"service=1&{WINDOW}&extras=1", "extras"),
        (f"service=1&{WINDOW}&extras=1:0", "extras"),
        (f"service=1&{WINDOW}&from=2026-12-02", "from"),
        (f"service=1&{WINDOW}&persons=1&persons=1", "persons"),
        (f"service=1&{WINDOW}&employe=1", "employe"),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_by_name(site, query, field):
    answer = site.get(f"/v1/slots?{query}")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid_input")
    assert [name for name in answer.get_json()["errors"] if name.startswith(field)], answer.text


@pytest.mark.parametrize(
    "query", ["service=999", "service=1&employee=999", "service=1&location=99"]
)
def test_unknown_ids_are_not_found(site, query):
    answer = site.get(f"/v1/slots?{WINDOW}&{query}")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_an_answer_is_as_of_when_its_busy_times_were_read(make_site):
    """The business was read before, and is not old."""
    site = make_site()
    site.get("/v1/business")
    site.clock.advance(timedelta(minutes=1))

    answer = site.get(f"/v1/slots?service=1&{WINDOW}").get_json()

    assert (answer["as_of"], answer["stale"]) == ("2026-11-30T12:01:00Z", False)


def test_after_a_quiet_time_the_first_visitor_is_not_told_old_times(make_site):
    site, url = make_site(), f"/v1/slots?service=1&{WINDOW}"
    site.get(url)
    site.clock.advance(timedelta(minutes=17))

    answer = site.get(url).get_json()

    assert (answer["as_of"], answer["stale"]) == ("2026-11-30T12:17:00Z", False)


def test_an_unchanged_answer_is_not_sent_again(site):
    url = f"/v1/slots?service=2&{WINDOW}"
    first = site.get(url)

    again = site.get(url, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    for name in ("Cache-Control", "Vary", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["Cache-Control"] == (
        "public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=3600"
    )


def test_a_kept_answer_ends_when_notice_takes_its_first_start_away(make_site):
    site = make_site()
    query = "service=1&from=2026-11-30&to=2026-11-30"
    notice = timedelta(
        minutes=site.get("/v1/business").get_json()["policies"]["minimum_notice_minutes"]
    )

    def first_start():
        day = site.get(f"/v1/slots?{query}").get_json()["days"][0]
        return datetime.fromisoformat(day["slots"][0]["start"])

    before = first_start()
    site.clock.moment = before - notice - timedelta(seconds=3)
    assert first_start() == before
    header = site.get(f"/v1/slots?{query}").headers["Cache-Control"]
    site.clock.moment = before - notice
    assert first_start() == before
    site.clock.advance(timedelta(seconds=1))
    assert first_start() > before
    assert "s-maxage=3," in header


def test_an_empty_window_tells_the_next_open_start(make_site):
    site = make_site()
    days = site.get("/v1/slots?service=1&from=2026-12-01&to=2026-12-31").get_json()["days"]
    sunday = next(
        day for day in ("2026-12-06", "2026-12-13") if day not in {one["date"] for one in days}
    )

    answer = site.get(f"/v1/slots?service=1&from={sunday}&to={sunday}").get_json()

    following = min(slot["start"] for day in days if day["date"] > sunday for slot in day["slots"])
    assert answer["days"] == []
    assert answer["next_available"] == following


def test_beyond_the_booking_window_there_is_no_next_start(site):
    answer = site.get("/v1/slots?service=1&from=2030-01-01&to=2030-01-31").get_json()

    assert (answer["days"], answer["next_available"]) == ([], None)


def test_the_last_dates_that_can_be_asked_for_have_an_answer(site):
    answer = site.get("/v1/slots?service=1&from=2198-12-01&to=2198-12-31")
    assert (answer.status_code, answer.get_json()["days"]) == (200, [])


def test_an_answer_kept_ready_is_that_of_its_own_address(site):
    query = f"service=1&{WINDOW}&persons=1&same_employee=false"
    assert site.get(f"/v1/slots?{query}").status_code == 200
    assert site.get(f"/v1/slots/series?{query}").status_code == 422


@pytest.mark.parametrize(("service", "stays"), [(7, False), (1, True)])
def test_a_change_makes_old_what_is_about_those_whose_time_it_is(make_site, service, stays):
    """Nobody who cuts hair in Berlin gives morning yoga."""
    site = make_site()
    path = f"/v1/slots?service=7&{WINDOW}"
    site.get(path)
    slot = site.slots(f"service={service}&location=1")[0]
    item = {"service": service, "employee": slot["employees"][0], "start": slot["start"]}
    assert site.book(slot, "key", items=[item]).status_code == 201

    answers = site.app.extensions[EXTENSION].ready_answers
    query = path.partition("?")[2].encode()
    assert (answers.find(query, site.clock.now()) is not None) == stays
