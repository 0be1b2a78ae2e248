"""The demo's gallery."""

import re

import pytest

from widget_server.web.pages.gallery import GALLERY

OUTSIDE = {"DEMO": "off", "PUBLIC_URL": "https://b.example", "SECRET_KEY": "k" * 40}


def test_the_gallery_leads_to_each_page(site):
    page = site.page("/demo")
    assert re.findall(r'href="/demo/(\w+)"', page.text) == list(GALLERY)
    assert site.get("/demo/gallery.css").mimetype == "text/css"


@pytest.mark.parametrize("name", list(GALLERY))
def test_each_page_shows_the_widget_as_its_tag_says(site, name):
    page = site.page(f"/demo/{name}")
    assert page.status_code == 200
    dress = GALLERY[name]
    said = dress.attributes | ({"mode": ""} if dress.mode == "popup" else {})
    for attribute, value in ((name, text) for name, text in said.items() if text):
        assert page.text.count(f'{attribute}="{value}"') == 1  # the widget
        assert f"{attribute}=&#34;{value}&#34;" in page.text  # the tag
    style = site.get(f"/demo/{name}.css").text
    assert all(f"{key}: {value};" in style for key, value in dress.style.items())


def test_looks_differ_in_all_that_the_gallery_is_for():
    for name in ("--bw-accent", "--bw-radius", "--bw-font"):
        assert len({dress.style[name] for dress in GALLERY.values()}) == len(GALLERY)
    assert {dress.mode for dress in GALLERY.values()} == {"inline", "popup", "floating"}


@pytest.mark.parametrize("path", ["/demo/nothing", "/demo/nothing.css", "/demo/"])
def test_what_is_not_there_is_said_plainly(site, path):
    assert site.page(path).status_code == 404


@pytest.mark.parametrize("path", ["/demo", "/demo/salon", "/demo/salon.css", "/demo/gallery.css"])
def test_outside_the_demo_there_is_no_gallery(make_site, path):
    assert make_site(**OUTSIDE).page(path).status_code == 404
