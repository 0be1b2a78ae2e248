"""The snippet builder, and what it reads and writes."""

import html
import re
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from widget_server.web.pages.looks import read_look
from widget_server.web.pages.snippet import Snippet

PLAIN = (
    '<script async type="module" src="http://localhost/widget.js"></script>\n'
    '<booking-widget><a href="http://localhost/book">Book a visit</a></booking-widget>\n'
)


def look(query):
    return read_look(MultiDict(pair.split("=", 1) for pair in query.split("&") if pair))


def test_nothing_chosen_is_the_plain_tag(site):
    answer = site.get("/snippet.txt")
    assert (answer.mimetype, answer.text) == ("text/plain", PLAIN)


def test_choices_become_attributes_and_properties(site):
    query = "mode=floating&service=2&service=1&employee=any&theme=dark&lang=de&accent=%23ff8800"
    text = site.get(f"/snippet.txt?{query}&radius=4&font=serif").text
    assert text.startswith(
        "<style>\nbooking-widget {\n  --bw-accent: #ff8800;\n  --bw-radius: 4px;"
    )
    assert (
        '<booking-widget service="2 1" employee="any" lang="de" mode="floating" theme="dark">'
        in text
    )


def test_a_dialog_is_a_link_that_opens_it(site):
    """Nothing else of it is seen, and without scripts it leads to the page that needs none."""
    text = site.get("/snippet.txt?mode=popup&service=2&theme=dark").text
    link = '<a href="http://localhost/book?service=2" class="booking-opener"'
    link += ' data-booking-widget-open data-service="2" data-theme="dark">Book a visit</a>'
    assert text.splitlines()[-1] == link
    assert "booking-widget {" not in text


def test_the_link_that_opens_a_dialog_has_the_colours_too(site):
    text = site.get("/snippet.txt?mode=popup&accent=%23ffdd00").text
    assert text.startswith(
        "<style>\nbooking-widget, .booking-opener {\n  --bw-accent: #ffdd00;\n}\na.booking-opener {"
    )


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("service=2&employee=3&location=1", "/book?service=2&employee=3&location=1"),
        ("service=2&service=1&employee=any", "/book"),
        ("mode=floating&theme=dark&service=7", "/book?service=7"),
    ],
)
def test_without_scripts_a_link_leads_to_what_was_chosen(site, query, address):
    """Of several the page without scripts lets the visitor choose among all."""
    link = re.search(r'href="http://localhost(/book[^"]*)"', site.get(f"/snippet.txt?{query}").text)
    assert link
    assert html.unescape(link[1]) == address
    assert site.page(html.unescape(link[1])).status_code == 200


@pytest.mark.parametrize(
    ("mode", "language"),
    [("inline", '<booking-widget lang="ar"'), ("popup", 'data-booking-widget-open lang="ar"')],
)
def test_the_link_speaks_the_language_that_was_chosen(site, mode, language):
    text = site.get(f"/snippet.txt?mode={mode}&lang=ar").text
    assert 'href="http://localhost/book?lang=ar"' in text
    assert "احجز زيارة</a>" in text
    assert language in text


def test_a_frame_has_room_and_shows_what_was_chosen(site):
    frame = site.get("/frame.txt?service=2&accent=%23ff8800&lang=de").text
    assert frame == (
        '<iframe src="http://localhost/embed?lang=de&amp;service=2&amp;accent=%23ff8800"'
        ' title="Termin buchen"\n'
        '        style="width: 100%; height: 44rem; border: 0"></iframe>\n'
    )


def test_a_frame_stands_in_the_page_and_nothing_else_needs_to_be_said(site):
    """A dialog in it would have no more room than the frame."""
    plain = site.get("/frame.txt").text
    assert plain.startswith('<iframe src="http://localhost/embed" title="Book a visit"')
    assert site.get("/frame.txt?mode=popup").text == plain


@pytest.mark.parametrize(
    "query",
    [
        "mode=upside-down",
        "theme=<b>",
        "lang=xx",
        "service=one",
        "service=1;2",
        "employee=%22",
        "accent=red;}",
        "accent=#fff",
        "radius=33",
        "radius=-1",
        "radius=²",
        "font=comic",
        "location=" + "1 " * 150,
        "something=else",
    ],
)
def test_what_makes_no_sense_is_left_out(query):
    assert str(look(query).snippet("http://localhost")) + "\n" == PLAIN


def test_a_look_and_its_query_say_the_same():
    full = "mode=popup&service=1 2&employee=3&location=2&lang=ar&theme=light&accent=#123abc"
    one = look(f"{full}&radius=0&font=round")
    assert one.radius == "0"
    assert read_look(MultiDict(parse_qsl(one.query))) == one


def test_nothing_in_a_snippet_breaks_out_of_it():
    snippet = Snippet("http://x", {"service": '1"><script>'}, link="<b>")
    assert "<script>" not in str(snippet).replace("</script>", "").partition("\n")[2]
    assert "&lt;b&gt;" in str(snippet)


def test_the_page_shows_what_was_chosen_and_the_same_tag(site):
    query = "mode=floating&service=2&theme=dark"
    page = site.page(f"/snippet?{query}")
    shown = re.search(r'<code id="tag">(.*?)</code>', page.text, re.DOTALL)
    assert shown
    assert html.unescape(shown[1]) + "\n" == site.get(f"/snippet.txt?{query}").text
    frame = re.search(r'<code id="frame">(.*?)</code>', page.text, re.DOTALL)
    assert frame
    assert html.unescape(frame[1]) + "\n" == site.get(f"/frame.txt?{query}").text
    assert re.findall(r'value="([^"]+)" (?:checked|selected)', page.text)[:1] == ["floating"]
    assert 'value="2" checked' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_it_is_there_for_every_business(make_site):
    site = make_site(DEMO="off", PUBLIC_URL="https://b.example", SECRET_KEY="k" * 40)
    assert 'src="https://b.example/widget.js"' in site.get("/snippet.txt").text
    assert site.page("/snippet").status_code == 200


def test_private_services_are_not_offered(site):
    assert "by invitation" not in site.page("/snippet").text
