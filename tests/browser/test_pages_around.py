"""The widget on pages that others write: several of it, removed and put back, in other zones."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import requests
from babel.dates import format_time
from playwright.sync_api import Page, expect

from tests.browser.widget import PAGE

pytestmark = pytest.mark.browser


def widget(**attributes: str) -> str:
    said = "".join(f' {name.replace("_", "-")}="{text}"' for name, text in attributes.items())
    return f'<booking-widget{said}><a href="/">Book</a></booking-widget>'


@pytest.fixture
def show(page: Page, website, server):
    def shown(name: str, body: str, lang: str = "en") -> Page:
        page.goto(website(name, PAGE.format(lang=lang, style="", server=server.url, body=body)))
        return page

    return shown


def heading(page: Page, which: str):
    return page.locator(which).get_by_role("heading", level=2)


def test_several_widgets_go_their_own_ways(show):
    bodies = widget(id="a"), widget(id="b", service="7"), widget(id="c", mode="floating")
    page = show("several", "".join(bodies))
    expect(heading(page, "#a")).to_have_text("Choose a service")
    page.locator("#a").get_by_role("button", name=re.compile("^Beard trim")).click()
    expect(heading(page, "#a")).not_to_have_text("Choose a service")
    other = heading(page, "#b").inner_text()
    page.locator("#a").get_by_role("button", name="Back").click()
    expect(heading(page, "#a")).to_have_text("Choose a service")
    assert heading(page, "#b").inner_text() == other
    page.locator("#c").get_by_role("button").click()
    expect(heading(page, "#c")).to_be_visible()
    page.keyboard.press("Escape")
    expect(heading(page, "#c")).not_to_be_visible()


def test_a_page_that_is_exchanged_without_loading_keeps_working(show):
    page = show("single", widget(id="a"))
    expect(heading(page, "#a")).to_be_visible()
    page.evaluate("() => { window.kept = document.querySelector('#a'); kept.remove() }")
    markup = widget(id="b", service="7")
    page.evaluate("(text) => document.querySelector('main').insertAdjacentHTML('beforeend', text)",
                  markup)  # fmt: skip
    expect(heading(page, "#b")).to_be_visible()
    page.evaluate("() => document.querySelector('main').append(kept)")
    expect(heading(page, "#a")).to_have_text("Choose a service")


def test_a_change_of_attributes_begins_anew(show):
    page = show("attributes", widget(id="a"))
    expect(heading(page, "#a")).to_have_text("Choose a service")
    page.evaluate("() => document.querySelector('#a').setAttribute('service', '3')")
    expect(heading(page, "#a")).not_to_have_text("Choose a service")
    page.evaluate("() => document.querySelector('#a').removeAttribute('service')")
    expect(heading(page, "#a")).to_have_text("Choose a service")
    page.evaluate("() => document.querySelector('#a').setAttribute('lang', 'de')")
    expect(heading(page, "#a")).not_to_have_text("Choose a service")


ZONES = ["Asia/Kolkata", "America/Los_Angeles", "Asia/Tokyo", "Australia/Lord_Howe", "Africa/Cairo"]
LOCALES = ["de-DE", "ar-EG", "ja-JP"]


def visitor(zone: str, locale: str):
    """Return a test's parameters for somebody whose browser says so."""
    how = pytest.mark.browser_context_args(timezone_id=zone, locale=locale)
    return pytest.param(zone, locale, marks=how, id=f"{zone}-{locale}")


@pytest.mark.parametrize(
    ("zone", "locale"),
    [
        *(visitor(zone, "en-US") for zone in ZONES),
        *(visitor("Asia/Kolkata", locale) for locale in LOCALES),
    ],
)
def test_times_are_told_in_the_visitors_zone_and_language(
    page: Page, website, server, zone, locale
):
    """The last time that is shown is the last of its day, as the API tells it.

    The first one may have become too near while this test runs.
    """
    language = locale.partition("-")[0]
    body = widget(service="9", employee="any", location="3", locked="service employee location")
    text = PAGE.format(lang=locale, style="", server=server.url, body=body)
    url = website(f"zone-{language}", text)
    page.goto(url)
    shown = page.locator("booking-widget [part~=time]").last
    expect(shown).to_be_visible()
    day = page.locator('booking-widget [role=gridcell][aria-selected="true"]').first
    date = day.get_attribute("data-date")
    query = {"service": 9, "location": 3, "from": date, "to": date, "timezone": zone}
    answer = requests.get(f"{server.url}/v1/slots", params=query, timeout=60).json()
    [listed] = [one for one in answer["days"] if one["date"] == date]
    start = datetime.fromisoformat(listed["slots"][-1]["start"]).astimezone(ZoneInfo(zone))
    assert digits(shown.inner_text()) == digits(format_time(start, "short", locale=language))
    root = page.locator("booking-widget [part~=root]")
    assert root.get_attribute("dir") == ("rtl" if language == "ar" else "ltr")


def digits(text: str) -> list[int]:
    """Return the numbers of a time, whatever digits it is written in."""
    return [int(number) for number in re.findall(r"\d+", text)]
