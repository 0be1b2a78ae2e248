"""The chosen time is kept while the visitor types and given back when they leave."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, Response, Route, expect

from tests.browser.widget import (
    SOMEONE,
    a_time,
    book,
    booked,
    fill_in,
    go_on,
    until,
    until_times,
    violations,
)
from tests.conftest import PATIENCE_SECONDS

pytestmark = pytest.mark.browser

SERVICE = "Brows and lashes"
OVER = "No longer reserved. You can still book it if it is free."
RESERVED = re.compile(r"^Reserved for you, \d:\d\d left$")


@dataclass
class Holds:
    """What the browser has asked to be kept, and what the server says of it."""

    server: Any
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def note(self, answer: Response) -> None:
        if answer.url.endswith("/v1/holds") and answer.request.method == "POST" and answer.ok:
            self.asked.append(json.loads(answer.request.post_data or ""))
            self.tokens.append(answer.json()["token"])

    def is_free(self) -> bool:
        """Tell whether others are offered the time that was asked for first."""
        item = self.asked[0]["items"][0]
        day = item["start"][:10]
        query = "&".join(f"{name}={item[name]}" for name in ("service", "employee", "location"))
        window = f"from={day}&to={day}&timezone=Europe/Berlin"
        answer = self.server.get(f"/v1/slots?{query}&{window}").json()
        return item["start"] in [slot["start"] for day in answer["days"] for slot in day["slots"]]

    def end(self) -> None:
        """Let all that is kept be over."""
        for token in self.tokens:
            requests.delete(f"{self.server.url}/v1/holds/{token}", timeout=PATIENCE_SECONDS)


@pytest.fixture
def holds(page: Page, server) -> Iterator[Holds]:
    seen = Holds(server)
    page.on("response", seen.note)
    yield seen
    # One network address may keep three times only, and all tests come from one.
    seen.end()


def reserved(page: Page) -> Locator:
    return page.get_by_role("timer")


def to_details(page: Page, host_page: str) -> None:
    """Take a time of one employee's, so that nobody else can be had then instead."""
    page.goto(host_page)
    until_times(page, SERVICE, SOMEONE)
    a_time(page).last.click()
    expect(reserved(page)).to_have_text(RESERVED)


def test_the_time_is_kept_while_typing_and_given_back_on_the_way_back(page, host_page, holds):
    to_details(page, host_page)
    assert not holds.is_free()

    page.get_by_label("First name").fill("Mia")
    page.get_by_role("button", name="Back").click()

    # A browser does not tell when what was given back has arrived.
    until(page, holds.is_free)
    a_time(page).last.click()
    expect(reserved(page)).to_have_text(RESERVED)
    expect(page.get_by_label("First name")).to_have_value("Mia")
    assert holds.asked[0] == holds.asked[1]


def test_a_coupon_is_checked_with_the_time_that_is_kept(page, host_page, holds):
    to_details(page, host_page)
    page.get_by_label("Discount code").fill("WELCOME10")
    with page.expect_request("**/v1/coupons/check") as checked:
        page.get_by_role("button", name="Apply").click()

    assert json.loads(checked.value.post_data or "")["hold"] == holds.tokens[-1]
    expect(page.get_by_text(re.compile("^Discount: .€"))).to_be_visible()


def test_who_leaves_the_page_keeps_nothing(page, host_page, holds):
    to_details(page, host_page)

    page.goto("about:blank")

    # A browser does not tell when what was given back has arrived.
    until(page, holds.is_free)


def test_a_widget_that_is_removed_keeps_nothing_and_goes_on_when_it_is_back(page, host_page, holds):
    to_details(page, host_page)
    page.get_by_label("First name").fill("Mia")

    page.evaluate("widget = document.querySelector('booking-widget'); widget.remove()")
    # A browser does not tell when what was given back has arrived.
    until(page, holds.is_free)
    page.evaluate("document.body.append(widget)")

    expect(page.get_by_label("First name")).to_have_value("Mia")
    expect(reserved(page)).to_have_text(OVER)
    page.get_by_label("Last name").press_sequentially("K")
    expect(reserved(page)).to_have_text(RESERVED)


def test_a_widget_that_is_moved_within_the_page_keeps_the_time(page, host_page, holds):
    to_details(page, host_page)

    page.evaluate("document.body.prepend(document.querySelector('booking-widget'))")
    page.get_by_label("First name").fill("Mia")

    expect(reserved(page)).to_have_text(RESERVED)
    assert (len(holds.asked), holds.is_free()) == (1, False)


def test_who_types_gets_more_time(page, host_page, holds):
    page.clock.install()
    to_details(page, host_page)
    page.clock.fast_forward("02:00")
    expect(reserved(page)).to_have_text(re.compile(r"Reserved for you, [23]:\d\d left"))

    with page.expect_response(lambda answer: answer.request.method == "PATCH") as extended:
        page.get_by_label("First name").press_sequentially("M")

    assert extended.value.status == 200
    expect(reserved(page)).to_have_text(re.compile(r"Reserved for you, [45]:\d\d left"))
    page.get_by_label("First name").press_sequentially("ia")
    expect(page.get_by_label("First name")).to_have_value("Mia")
    assert len(holds.asked) == 1


def test_the_last_minute_and_the_end_are_said_once_and_nothing_is_lost(page, host_page, holds):
    page.clock.install()
    to_details(page, host_page)
    fill_in(page)
    told = page.get_by_role("status")
    expect(told).to_be_empty()

    page.clock.fast_forward("04:05")
    expect(told).to_have_text("Reserved for you, 1 min left")
    page.clock.run_for("00:10")
    expect(told).to_have_text("Reserved for you, 1 min left")
    page.clock.fast_forward("01:00")

    expect(told).to_have_text(OVER)
    expect(reserved(page)).to_have_text(OVER)
    expect(page.get_by_label("Email")).to_have_value("mia@example.org")
    go_on(page)
    book(page)
    expect(booked(page)).to_be_visible()


def test_typing_asks_anew_when_it_is_over_without_a_word(page, host_page, holds):
    page.clock.install()
    to_details(page, host_page)
    page.clock.fast_forward("05:30")
    expect(reserved(page)).to_have_text(OVER)
    holds.end()

    page.get_by_label("First name").press_sequentially("M")

    expect(reserved(page)).to_have_text(RESERVED)
    expect(page.get_by_label("First name")).to_be_focused()
    assert not holds.is_free()


def test_a_refused_hold_keeps_nobody_from_booking(page, host_page, holds):
    page.route("**/v1/holds", lambda route: route.abort())
    page.goto(host_page)
    until_times(page, SERVICE, SOMEONE)
    a_time(page).last.click()
    fill_in(page)
    expect(reserved(page)).to_be_empty()
    go_on(page)
    book(page)

    expect(booked(page)).to_be_visible()


def test_a_hold_that_the_server_calls_expired_is_left_away(page, host_page, holds):
    bodies: list[Any] = []

    def expired_once(route: Route) -> None:
        bodies.append(route.request.post_data_json)
        if len(bodies) > 1:
            route.continue_()
            return
        holds.end()
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(status=409, headers=headers, json={"code": "hold_expired", "errors": {}})

    page.route("**/v1/bookings", expired_once)
    to_details(page, host_page)
    fill_in(page)
    go_on(page)
    book(page)

    expect(booked(page)).to_be_visible()
    until(page, lambda: holds.tokens)
    assert [body["hold"] for body in bodies] == [holds.tokens[0], None]


def test_who_is_faster_than_the_hold_does_not_stand_in_their_own_way(page, host_page, holds):
    waiting: list[Route] = []

    def keep_waiting(route: Route) -> None:
        waiting.append(route)

    page.route("**/v1/holds", keep_waiting)
    page.goto(host_page)
    until_times(page, SERVICE, SOMEONE)
    a_time(page).last.click()
    fill_in(page)
    go_on(page)
    until(page, lambda: waiting)
    with page.expect_request("**/v1/bookings") as asked:
        book(page)
        waiting[0].continue_()

    expect(booked(page)).to_be_visible()
    until(page, lambda: holds.tokens)
    assert asked.value.post_data_json["hold"] == holds.tokens[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_how_long(page, host_page, holds, scheme):
    page.clock.install()
    page.emulate_media(color_scheme=scheme)
    to_details(page, host_page)
    assert violations(page) == []

    page.clock.fast_forward("05:30")
    expect(reserved(page)).to_have_text(OVER)
    assert violations(page) == []


def test_nothing_moves_when_the_hold_comes_and_when_it_is_over(page, host_page, holds):
    waiting: list[Route] = []

    def keep_waiting(route: Route) -> None:
        waiting.append(route)

    page.route("**/v1/holds", keep_waiting)
    page.clock.install()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(host_page)
    until_times(page, SERVICE, SOMEONE)
    a_time(page).last.click()
    field = page.get_by_label("First name")
    expect(field).to_be_visible()
    expect(reserved(page)).to_be_empty()
    before = place(field)

    until(page, lambda: waiting)
    waiting[0].continue_()
    expect(reserved(page)).to_have_text(RESERVED)
    kept = place(field)
    page.clock.fast_forward("05:30")
    expect(reserved(page)).to_have_text(OVER)

    assert (before, before) == (kept, place(field))


def place(field: Locator) -> float:
    """Return where a field stands within the widget."""
    return float(field.evaluate("e => e.offsetTop"))
