"""Recurring visits with nothing but links and forms."""

import html
import re

from tests.web.pages.test_book import TYPED, details_url, key_of

MASSAGE = 6
WEEKLY = {"recurrence.frequency": "weekly", "recurrence.count": "3"}


def starts(site):
    """Yield starts of massages with the query of their series."""
    for slot in site.slots(f"service={MASSAGE}"):
        query = {"service": MASSAGE, "employee": slot["employees"][0], "start": slot["start"],
                 "frequency": "weekly", "count": 3}  # fmt: skip
        found = site.get("/v1/slots/series", query_string=query).get_json()
        url = details_url(
            slot, service=MASSAGE, employee=slot["employees"][0], location=slot["locations"][0]
        )
        yield url, found["open"]


def url_with(site, how_many):
    return next(url for url, count in starts(site) if count in how_many)


def told(page):
    """Return the dates that the page shows as open and as not open."""
    listed = re.search(r'<ol class="dates" id="recurrence">(.*?)</ol>', page.text, re.DOTALL)
    assert listed
    return re.findall(r'<span class="muted">(open|not open)</span>', listed[1])


def test_a_service_without_series_asks_nothing(make_site):
    site = make_site()
    assert "recurrence.frequency" not in site.page(details_url(site.slots()[0])).text


def test_the_dates_are_looked_at_before_anything_is_booked(make_site):
    site = make_site()
    url = url_with(site, {1, 2})
    page = site.post(url, data={**TYPED, **WEEKLY, "look": "dates", "key": "k"})
    assert (page.status_code, sorted(set(told(page)))) == (200, ["not open", "open"])
    assert 'name="recurrence.only_open"' in page.text
    assert html.unescape(key_of(page)) == "k"
    assert 'value="mia@example.org"' in page.text


def test_a_series_is_booked_and_managed(make_site):
    site = make_site()
    url = url_with(site, {3})
    booked = site.post(url, data={**TYPED, **WEEKLY, "key": "k"})
    assert booked.status_code == 303
    page = site.page(booked.headers["Location"])
    others = re.findall(r'<a href="[^"]*(/manage/[^"/]+)">', page.text)
    assert (len(others), "€246<" in page.text) == (2, True)
    assert site.page(others[0]).text.count('aria-current="true"') == 1

    ended = site.post(f"{booked.headers['Location']}/cancel", data={"series": "1"})
    assert ended.status_code == 303
    page = site.page(booked.headers["Location"])
    assert page.text.count('<span class="muted">Canceled</span>') == 3
    assert 'name="series"' not in page.text


def test_a_date_taken_shows_which_and_books_the_open_ones(make_site):
    site = make_site()
    url = url_with(site, {1, 2})
    refused = site.post(url, data={**TYPED, **WEEKLY, "key": "k"})
    assert (refused.status_code, "not open" in told(refused)) == (409, True)
    again = {**TYPED, **WEEKLY, "recurrence.only_open": "1", "key": key_of(refused)}
    booked = site.post(url, data=again)
    assert booked.status_code == 303
    assert "Not booked, for they were not open:" in site.page(booked.headers["Location"]).text


def test_a_count_that_makes_no_sense_is_said_beside_it(make_site):
    site = make_site()
    url = url_with(site, {3})
    for more in ({}, {"look": "dates"}):
        page = site.post(url, data={**TYPED, **WEEKLY, "recurrence.count": "many", **more})
        assert page.status_code == 422
        assert 'id="recurrence.count-error"' in page.text
    page = site.post(url, data={**TYPED, "look": "dates"})
    assert (page.status_code, 'id="recurrence.frequency-error"' in page.text) == (422, True)


def test_more_of_an_extra_than_can_be_is_refused_whatever_is_asked(make_site):
    site = make_site()
    url = url_with(site, {3}) + "&extra-8=5000"
    for more in ({}, {"look": "dates"}):
        assert site.post(url, data={**TYPED, **WEEKLY, **more}).status_code == 422
