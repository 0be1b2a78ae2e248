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
    '<booking-widget><a href="http://localhost/book">Book your visit</a></booking-widget>\n'
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
    link = '<a href="http://localhost/book" data-booking-widget-open'
    link += ' data-service="2" data-theme="dark">Book your visit</a>'
    assert text.splitlines()[1:] == [link]


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
    assert re.findall(r'value="([^"]+)" (?:checked|selected)', page.text)[:1] == ["floating"]
    assert 'value="2" checked' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_it_is_there_for_every_business(make_site):
    site = make_site(DEMO="off", PUBLIC_URL="https://b.example", SECRET_KEY="k" * 40)
    assert 'src="https://b.example/widget.js"' in site.get("/snippet.txt").text
    assert site.page("/snippet").status_code == 200


def test_private_services_are_not_offered(site):
    assert "by invitation" not in site.page("/snippet").text
