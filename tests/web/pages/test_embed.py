"""The widget on a page of its own."""

import re

import pytest


def policy(page):
    rules = page.headers["Content-Security-Policy"].split("; ")
    return dict(rule.split(" ", 1) for rule in rules)


def test_in_the_demo_this_machine_may_frame_it(site):
    page = site.page("/embed")
    framed_by = "'self' http://localhost:* http://127.0.0.1:*"
    assert policy(page)["frame-ancestors"] == framed_by
    assert "X-Frame-Options" not in page.headers


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        ("", "'self'"),
        ("https://a.example,https://*.b.example", "'self' https://a.example https://*.b.example"),
    ],
)
def test_elsewhere_those_that_are_allowed(make_site, origins, expected):
    site = make_site(
        DEMO="off", PUBLIC_URL="https://s.example", SECRET_KEY="k" * 40, ALLOWED_ORIGINS=origins
    )
    page = site.page("/embed")
    assert policy(page)["frame-ancestors"] == expected


def test_other_pages_are_framed_by_nobody(site):
    for path in ("/", "/book?plain=1", "/snippet", "/demo", "/docs"):
        assert policy(site.page(path))["frame-ancestors"] == "'none'"


def test_the_widget_is_as_the_query_says(site):
    page = site.page("/embed?service=1&service=2&theme=dark&lang=ar&mode=floating&accent=%23aa0000")
    assert '<booking-widget service="1 2" lang="ar" mode="floating" theme="dark">' in page.text
    assert 'lang="ar" dir="rtl"' in page.text
    sheet = re.search(r'href="(/embed\.css[^"]*)"', page.text)
    assert sheet
    style = site.get(sheet[1].replace("&amp;", "&"))
    assert ("--bw-accent: #aa0000;" in style.text, style.mimetype) == (True, "text/css")


def test_nonsense_reaches_neither_page_nor_style(site):
    query = "theme=%22%3E%3Cscript%3E&accent=red%3B%7D&lang=%3C"
    assert "<script>" not in site.page(f"/embed?{query}").text
    assert "red" not in site.get(f"/embed.css?{query}").text


def test_without_scripts_a_link_leads_to_the_pages_that_need_none(site):
    assert 'href="http://localhost/book" target="_blank"' in site.page("/embed").text


def test_search_engines_leave_it_alone(site):
    assert site.page("/embed").headers["X-Robots-Tag"] == "noindex"


def test_a_dialog_has_a_link_that_opens_it(site):
    page = site.page("/embed?mode=popup&service=2&theme=dark")
    assert 'data-booking-widget-open data-service="2" data-theme="dark">' in page.text
    assert "<booking-widget" not in page.text
    assert 'class="booking-opener" href="http://localhost/book?service=2"' in page.text
    assert "a.booking-opener {" in site.get("/embed.css").text
