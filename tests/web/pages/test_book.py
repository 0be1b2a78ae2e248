"""Booking with nothing but links and a form."""

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from widget_server.booking.ledger.keys import Key
from widget_server.booking.ledger.models import Booking
from widget_server.booking.manage_links import new_booking_id
from widget_server.booking.revoke import revoke_links
from widget_server.web.pages.choice import read_choice
from widget_server.web.pages.form import booking_request
from widget_server.web.parts import EXTENSION
from widget_server.web.security.limits import DEMO_BOOKINGS_PER_MINUTE

TYPED = {
    "customer.first_name": "Mia",
    "customer.last_name": "Keller",
    "customer.email": "mia@example.org",
    "note": "second floor, please",
}


def details_url(slot, **more):
    choices = {"service": 1, "location": 1, "start": slot["start"]}
    return "/book?" + urlencode(choices | more)


def key_of(page):
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found
    return found[1]


def typed_value(page, name):
    found = re.search(rf'<input id="{re.escape(name)}".*?value="([^"]*)"', page.text)
    assert found
    return html.unescape(found[1])


def test_services_lead_to_times_and_times_to_details(site):
    services = site.page("/book?plain=1")
    assert 'href="/book?service=1"' in services.text

    times = site.page("/book?service=1")
    links = re.findall(r'href="(/book\?service=1[^"]*start=[^"]+)"', times.text)
    assert len(links) > 10

    details = site.page(html.unescape(links[0]))
    assert '<form method="post"' in details.text
    assert {200} == {page.status_code for page in (services, times, details)}


def test_the_times_are_those_of_the_api(site):
    times = site.page("/book?service=1&location=1&day=2026-12-01")
    listed = re.findall(r'<time datetime="([^"]+)">', times.text)

    week = site.slots("service=1&location=1")
    expected = [slot["start"] for slot in week if slot["start"] < "2026-12-08"]
    assert expected == listed


def test_a_form_books_and_leads_to_the_booking(site):
    slot = site.slots()[0]
    form = site.page(details_url(slot, employee=slot["employees"][0]))

    sent = site.post(
        details_url(slot, employee=slot["employees"][0]), data={**TYPED, "key": key_of(form)}
    )

    assert sent.status_code == 303
    booking = site.page(sent.headers["Location"])
    assert "Confirmed" in booking.text
    assert "Haircut" in booking.text
    left = [one for one in site.slots() if one["start"] == slot["start"]]
    assert slot["employees"][0] not in [id_ for one in left for id_ in one["employees"]]


def test_sending_a_form_twice_books_once(site):
    slot = site.slots()[1]
    url = details_url(slot, employee=slot["employees"][0])
    data = {**TYPED, "key": key_of(site.page(url))}

    first, second = site.post(url, data=data), site.post(url, data=data)

    assert first.status_code == 303
    assert second.headers["Location"] == first.headers["Location"]


def test_a_form_sent_again_with_other_details_is_explained(site):
    slot = site.slots()[1]
    url = details_url(slot, employee=slot["employees"][0])
    data = {**TYPED, "key": key_of(site.page(url))}
    site.post(url, data=data)

    again = site.post(url, data=data | {"note": "first floor"})

    assert again.status_code == 422
    assert "has been sent before" in again.text
    assert key_of(again) != data["key"]


def test_wrong_fields_are_named_and_nothing_typed_is_lost(site):
    slot = site.slots()[2]
    typed = TYPED | {"customer.email": "mia@", "customer.first_name": '"><script>alert(1)</script>'}

    answer = site.post(details_url(slot), data=typed | {"key": "a-key"})

    assert answer.status_code == 422
    assert typed_value(answer, "customer.email") == "mia@"
    assert typed_value(answer, "customer.first_name") == typed["customer.first_name"]
    assert "second floor, please</textarea>" in answer.text
    assert 'id="customer.email-error">Please give a valid e-mail address.' in answer.text
    assert 'href="#customer.email"' in answer.text
    assert "<script>alert" not in answer.text


def test_who_sends_too_often_is_told_beside_what_was_typed(make_site):
    site = make_site(RATE_LIMITS="on")
    url, typed = details_url(site.slots()[2]), TYPED | {"customer.email": "mia@", "key": "a-key"}

    answers = [site.post(url, data=typed) for _ in range(DEMO_BOOKINGS_PER_MINUTE + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {422}
    assert answers[-1].status_code == 429
    assert "Please wait a minute." in answers[-1].text
    assert typed_value(answers[-1], "customer.first_name") == "Mia"
    assert key_of(answers[-1]) == "a-key"


def send_elsewhere(site, url, typed):
    """Begin with a form as another worker does that is not done yet; return the desk."""
    parts = site.app.extensions[EXTENSION]
    desk = replace(parts.desk, patience=timedelta(0))
    site.app.extensions[EXTENSION] = replace(parts, desk=desk)
    choice = read_choice(MultiDict(parse_qsl(urlsplit(url).query)), parts.catalogue.offer().value)
    asked = booking_request(choice, typed, "en")
    desk.ledger.keys.begin(typed["key"], asked.fingerprint(), site.clock.now())
    return desk


def test_a_form_whose_booking_is_still_at_work_may_be_sent_again(make_site):
    site = make_site()
    url, typed = details_url(site.slots()[3]), TYPED | {"key": "a-key"}
    send_elsewhere(site, url, typed)

    told = site.post(url, data=typed)

    assert (told.status_code, key_of(told)) == (503, "a-key")
    assert "This booking is still being worked on. Please send the form again." in told.text
    assert typed_value(told, "customer.email") == "mia@example.org"


@pytest.mark.parametrize("revoked", [False, True])
def test_a_form_whose_booking_is_entered_leads_to_it_unless_its_links_were_revoked(
    make_site, revoked
):
    site = make_site()
    url, typed, now = details_url(site.slots()[3]), TYPED | {"key": "a-key"}, site.clock.now()
    desk = send_elsewhere(site, url, typed)
    booking = Booking(
        id=new_booking_id(), created_at=now, updated_at=now, token_version=1, sequence=0,
        generation=1, status="processing", details={},
    )  # fmt: skip
    desk.ledger.claim(booking, [], now, key=Key("a-key", now))
    link = revoke_links(desk, booking.id) if revoked else desk.links.issue(booking.id, 1)

    told = site.post(url, data=typed)

    leads_to = told.headers.get("Location")
    assert (told.status_code, leads_to) == ((404, None) if revoked else (303, f"/manage/{link}"))
    assert ("links to the booking have been revoked" in told.text) == revoked


def test_a_time_lost_on_the_way_is_said_with_others_that_book_at_once(site):
    slot = site.slots()[3]
    url = details_url(slot, employee=slot["employees"][0])
    form = site.page(url)
    assert site.book(slot, "somebody-else").status_code == 201

    told = site.post(url, data={**TYPED, "key": key_of(form)})
    others = [html.unescape(one) for one in re.findall(r'formaction="([^"]+)"', told.text)]

    assert told.status_code == 409
    assert "has just been taken" in told.text
    assert typed_value(told, "customer.email") == "mia@example.org"
    assert 1 <= len(others) <= 5
    booked = site.post(others[0], data={**TYPED, "key": key_of(told)})
    assert booked.status_code == 303


def test_a_week_without_times_tells_the_next_one(site):
    page = site.page("/book?service=1&location=1&day=2026-12-25")
    listed = re.findall(r'<time datetime="([^"]+)">', page.text)

    following = [slot["start"] for slot in site.slots() if slot["start"] >= "2026-12-25"]
    assert [start for start in following if start < "2027-01-01"] == listed


@pytest.mark.parametrize(
    "query",
    [
        "service=99999",
        "service=x",
        "service=1&start=tomorrow",
        "service=1&employee=999",
        "service=1&extra-999=1",
        "service=1&extra-1=many",
        "service=1&persons=0",
        "service=1&timezone=Mars/Base",
        "nonsense=1",
        "service=1&day=2026-02-30",
        "service=1&start=2026-12-01T09:00:00",
    ],
)
def test_an_address_that_makes_no_sense_is_answered_with_a_page(site, query):
    answer = site.page(f"/book?{query}")

    assert answer.status_code in (404, 422)
    assert answer.mimetype == "text/html"
    assert 'href="/book"' in answer.text


@pytest.mark.parametrize("query", ["", "?service=1"])
def test_details_without_a_time_are_refused(site, query):
    assert site.post(f"/book{query}", data=TYPED).status_code == 422


def test_dates_are_written_as_the_visitor_writes_them(site):
    slot = site.slots()[4]
    british = site.page(details_url(slot, lang="en-GB")).text
    american = site.page(details_url(slot, lang="en-US")).text

    start = datetime.fromisoformat(slot["start"])
    assert f"{start:%A} {start.day} {start:%B %Y}" in british.replace(",", "")
    assert f"{start:%A %B} {start.day} {start:%Y}" in american.replace(",", "")


def test_nothing_typed_is_in_an_address(site):
    slot = site.slots()[5]
    url = details_url(slot)
    form = site.page(url)

    sent = site.post(url, data={**TYPED, "key": key_of(form)})

    for value in TYPED.values():
        assert value not in sent.headers["Location"]
    assert form.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", ["x" * 256, "a\0b"])
def test_a_key_that_cannot_be_remembered_is_refused(site, key):
    refused = site.post(details_url(site.slots()[0]), data={**TYPED, "key": key})
    assert refused.status_code == 400
