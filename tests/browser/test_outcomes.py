"""The answer is no, not yet, or lost on the way: nothing typed is lost, nothing booked twice."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.widget import (
    ANYONE,
    SOMEONE,
    a_time,
    book,
    booked,
    fill_in,
    go_on,
    until,
    until_times,
)
from tests.conftest import PATIENCE_SECONDS

pytestmark = pytest.mark.browser

MAYBE = "Your booking may already have gone through. Please check your email before you try again."


@pytest.fixture
def made(server):
    """Count the appointments that are there beyond those at the beginning."""

    def count() -> int:
        return int(server.api("/appointments?limit=1")["pagination"]["total"])

    before = count()
    return lambda: count() - before


class Keys:
    """The keys under which the browser has tried to book."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        page.on("request", self.note)

    def note(self, request: Any) -> None:
        if request.url.endswith("/v1/bookings") and request.method == "POST":
            self.seen.append(request.headers["idempotency-key"])


def to_review(
    page: Page, host_page: str, name: str = "Mia", employee: re.Pattern[str] = ANYONE
) -> None:
    page.goto(host_page)
    until_times(page, employee=employee)
    a_time(page).last.click()
    fill_in(page, name, note="second floor")
    go_on(page)


def alert(page: Page) -> Locator:
    return page.get_by_role("alert")


def again(page: Page) -> None:
    page.get_by_role("button", name="Try again").click()


def test_a_booking_to_be_confirmed_is_shown_as_waiting(page, host_page, server, settings):
    settings(default_status="pending")
    to_review(page, host_page)
    book(page)

    expect(page.get_by_role("heading", name="Your request has been sent")).to_be_visible()
    expect(page.get_by_text("Waiting for the business to confirm it.")).to_be_visible()
    file = page.get_by_role("link", name="Calendar file (.ics)").get_attribute("href")
    assert "STATUS:TENTATIVE" in requests.get(str(file), timeout=PATIENCE_SECONDS).text
    page.goto(str(page.get_by_role("link", name="Change or cancel").get_attribute("href")))
    expect(page.get_by_role("status")).to_have_text("Waiting for confirmation")
    expect(page.get_by_text("The business has yet to confirm this booking.")).to_be_visible()


def test_who_has_enough_bookings_is_told_what_to_do(page, host_page, settings, made):
    settings(max_active_bookings=1)
    to_review(page, host_page, "Ida")
    book(page)
    expect(booked(page)).to_be_visible()
    page.get_by_role("button", name="Book another appointment").click()
    until_times(page)
    a_time(page).last.click()
    go_on(page)
    book(page)

    expect(alert(page)).to_contain_text("You have as many bookings as are possible at a time.")
    expect(page.get_by_text("ida@example.org")).to_be_visible()
    settings(max_active_bookings=None)
    again(page)
    expect(booked(page)).to_be_visible()
    assert made() == 2


def answer_once(page: Page, path: str, status: int, body: Any) -> None:
    """Answer the next request for the server."""

    def answer(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(status=status, headers=headers, json=body)

    page.route(path, answer, times=1)


def test_who_tries_too_often_is_told_to_wait(page, host_page, made):
    to_review(page, host_page)
    answer_once(page, "**/v1/bookings", 429, {"code": "rate_limited", "errors": {}})
    book(page)

    expect(alert(page)).to_contain_text("Too many tries. Please wait a moment.")
    again(page)
    expect(booked(page)).to_be_visible()
    assert made() == 1


def test_too_many_coupons_are_told_beside_the_form(page, host_page):
    page.goto(host_page)
    until_times(page)
    a_time(page).last.click()
    fill_in(page)
    answer_once(page, "**/v1/coupons/check", 429, {"code": "rate_limited", "errors": {}})
    page.get_by_label("Discount code").fill("TEN")
    page.get_by_role("button", name="Apply").click()

    expect(alert(page)).to_contain_text("Too many tries. Please wait a moment.")
    expect(page.get_by_label("Email")).to_have_value("mia@example.org")


def test_offline_in_the_middle_tries_under_the_same_key(page, host_page, made):
    keys = Keys(page)
    to_review(page, host_page)
    page.context.set_offline(True)
    book(page)
    expect(alert(page)).to_contain_text("You are offline.")
    page.context.set_offline(False)
    again(page)

    expect(booked(page)).to_be_visible()
    assert (len(keys.seen), len(set(keys.seen)), made()) == (2, 1, 1)


def lose_answer(page: Page) -> None:
    """Let the next booking arrive and its answer be lost."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/v1/bookings", lose, times=1)


def test_a_lost_answer_books_once(page, host_page, made):
    keys = Keys(page)
    to_review(page, host_page)
    lose_answer(page)
    book(page)
    expect(alert(page)).to_contain_text("Something went wrong.")
    again(page)

    expect(booked(page)).to_be_visible()
    assert (len(set(keys.seen)), made()) == (1, 1)


def test_who_comes_back_after_a_lost_answer_books_once(page, host_page, made):
    to_review(page, host_page)
    lose_answer(page)
    book(page)
    expect(alert(page)).to_contain_text("Something went wrong.")

    # Another time would be a second booking: the first one is not known to have failed. The same
    # time with anyone, if somebody else is free then, would be the first one again.
    to_review(page, host_page, employee=SOMEONE)
    book(page)

    expect(alert(page)).to_contain_text(MAYBE)
    assert made() == 1
    again(page)
    expect(booked(page)).to_be_visible()
    assert made() == 2


def processing_first(page: Page, looks: int) -> list[str]:
    """Let the booking be made, and the answer be 202 for so many looks; return what was asked."""
    asked: list[str] = []
    headers = {"Access-Control-Allow-Origin": "*"}

    def look(route: Route) -> None:
        asked.append("look")
        if asked.count("look") > looks:
            route.continue_()
            return
        body = {"id": "b", "status": "processing", "status_url": route.request.url}
        route.fulfill(headers=headers, json=body)

    def send(route: Route) -> None:
        asked.append("book")
        made = route.fetch().json()
        assert "ics_url" in made, made
        url = made["ics_url"].removesuffix(".ics")
        body = {"id": made["id"], "status": "processing", "status_url": url}
        route.fulfill(status=202, headers=headers, json=body)

    page.route(re.compile(r"/v1/bookings/[^/]+$"), look)
    page.route("**/v1/bookings", send)
    return asked


def let_pass(page: Page, milliseconds: int, happened: Callable[[], bool]) -> None:
    """Let time pass in the page, so much at a time, until something has happened."""

    def look() -> bool:
        page.clock.run_for(milliseconds)
        return happened()

    until(page, look)


def test_an_outcome_that_is_not_known_yet_is_waited_for(page, host_page, made):
    page.clock.install()
    to_review(page, host_page)
    asked = processing_first(page, looks=3)
    book(page)
    expect(page.get_by_text("We are confirming your booking.").first).to_be_visible()
    let_pass(page, 3000, lambda: booked(page).is_visible())

    assert (asked.count("book"), asked.count("look"), made()) == (1, 4, 1)


def test_an_outcome_that_stays_unknown_is_said_and_asked_for_again(page, host_page, made):
    page.clock.install()
    to_review(page, host_page)
    asked = processing_first(page, looks=1000)
    book(page)
    expect(page.get_by_text("We are confirming your booking.").first).to_be_visible()
    let_pass(page, 10_000, lambda: alert(page).is_visible())

    expect(alert(page)).to_contain_text(MAYBE)
    looks = asked.count("look")
    page.unroute_all()
    again(page)
    expect(booked(page)).to_be_visible()
    assert (10 < looks < 25, made()) == (True, 1)
