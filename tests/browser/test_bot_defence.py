"""Booking where a challenge must be solved first: nobody notices."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import HOST_PAGE
from tests.browser.widget import booked, steps, until, violations
from tests.conftest import SECRET_KEY, Server
from widget_server.clock import SystemClock
from widget_server.site import DEFAULT_SITE
from widget_server.web.security.challenge import LIFETIME, Challenges

pytestmark = pytest.mark.browser
WITHOUT_SCRIPTS = pytest.mark.browser_context_args(java_script_enabled=False, locale="en-GB")


@pytest.fixture
def page_of(defended_server, website):
    return website("defended", HOST_PAGE.format(server=defended_server.url))


@pytest.fixture
def asked(page):
    """Count what the browser asks the server for, by method and path."""
    counted: Counter[str] = Counter()
    page.on(
        "request",
        lambda request: counted.update([f"{request.method} /{request.url.split('/', 3)[3]}"]),
    )
    return counted


def book(page: Page, url: str) -> None:
    page.goto(url)
    for _step in steps(page):
        pass
    expect(booked(page)).to_be_visible()


def test_the_widget_solves_a_challenge_while_the_visitor_types(page, page_of, asked):
    page.goto(page_of)
    for step in steps(page):
        if step == "Your details":
            until(page, lambda: asked["GET /v1/challenge"])
        elif step in ("Choose a service", "Choose a date and time"):
            assert asked["GET /v1/challenge"] == 0

    expect(booked(page)).to_be_visible()
    assert (asked["GET /v1/challenge"], asked["POST /v1/bookings"]) == (1, 1)


def test_a_challenge_that_has_become_too_old_is_replaced_without_a_word(page, page_of, asked):
    old = Challenges([SECRET_KEY], DEFAULT_SITE).issue(SystemClock().now() - 2 * LIFETIME)
    answers = iter([old])

    def answer(route: Route) -> None:
        challenge = next(answers, None)
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(json=challenge, headers=headers) if challenge else route.continue_()

    page.route("**/v1/challenge", answer)
    book(page, page_of)

    assert (asked["GET /v1/challenge"], asked["POST /v1/bookings"]) == (2, 2)


def test_a_challenge_that_does_not_come_at_first_is_fetched_when_it_is_needed(page, page_of, asked):
    failures = iter([True])
    page.route(
        "**/v1/challenge",
        lambda route: route.abort() if next(failures, False) else route.continue_(),
    )
    book(page, page_of)

    assert (asked["GET /v1/challenge"], asked["POST /v1/bookings"]) == (2, 2)


def test_who_books_twice_solves_twice(page, page_of, asked):
    book(page, page_of)
    page.get_by_role("button", name="Book another").click()
    for _step in steps(page):
        pass

    expect(booked(page)).to_be_visible()
    assert (asked["GET /v1/challenge"], asked["POST /v1/bookings"]) == (2, 2)


def test_without_the_defence_nothing_of_it_is_fetched(page, host_page, asked):
    book(page, host_page)

    pieces = [path for path in asked if "chunk-" in path]
    assert (asked["GET /v1/challenge"], len(pieces)) == (0, 2)


def to_form(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/book?plain=1")
    page.get_by_role("link", name=re.compile("^Haircut")).click()
    page.get_by_role("link", name=re.compile(r"^\d+:\d\d")).last.click()
    page.get_by_label("First name").fill("Mia")
    page.get_by_label("Last name").fill("Keller")
    page.get_by_label("E-mail").fill("mia@example.org")


def test_the_unseen_input_is_in_nobodys_way(page, defended_server):
    to_form(page, defended_server)
    page.get_by_label("First name").press("Shift+Tab")

    assert page.evaluate("document.activeElement.name") != "website"
    assert violations(page) == []


@WITHOUT_SCRIPTS
def test_a_visitor_without_scripts_books(page, defended_server):
    to_form(page, defended_server)
    page.wait_for_timeout(2000)
    page.get_by_role("button", name="Book now").click()

    expect(page.get_by_role("status")).to_have_text("Confirmed")


@WITHOUT_SCRIPTS
def test_a_program_that_fills_in_all_is_refused_and_a_person_goes_on(page, defended_server):
    to_form(page, defended_server)
    trap = page.locator("input[name=website]")
    assert page.locator(".trap").bounding_box()["width"] == 1
    assert page.get_by_role("textbox", name="Leave this empty").count() == 0
    page.wait_for_timeout(2000)
    trap.fill("https://example.org", force=True)
    page.get_by_role("button", name="Book now").click()

    expect(page.get_by_role("alert")).to_contain_text("send the form again")
    expect(page.get_by_label("E-mail")).to_have_value("mia@example.org")
    page.get_by_role("button", name="Book now").click()
    expect(page.get_by_role("status")).to_have_text("Confirmed")
