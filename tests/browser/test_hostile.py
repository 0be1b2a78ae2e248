"""Pages, addresses and networks that mean it ill, or know no better."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.widget import (
    PAGE,
    a_time,
    booked,
    steps,
    until,
    until_times,
)
from widget_server.clock import SystemClock

pytestmark = pytest.mark.browser
WIDGET = '<booking-widget lang="en"><a href="{server}/book">Book</a></booking-widget>'
OPENER = '<a href="{server}/book" data-booking-widget-open data-lang="en">Book here</a>'


@pytest.fixture
def show(page: Page, website, server):
    """Show a page with something in it."""

    def shown(name: str, body: str, query: str = "") -> Page:
        text = PAGE.format(
            lang="en", style="", server=server.url, body=body.format(server=server.url)
        )
        page.goto(website(name, text) + query)
        return page

    return shown


def heading(page: Page):
    return page.locator("booking-widget").get_by_role("heading", level=2)


SCRIPTS = 'data-onfocus="window.hit=1" data-onclick="window.hit=1" data-style="position:fixed"'


@pytest.mark.parametrize(
    "body",
    [
        f'<div data-booking-widget data-lang="en" data-tabindex="0" {SCRIPTS}></div>',
        f'<button data-booking-widget-open data-lang="en" {SCRIPTS}>Open</button>',
    ],
)
def test_who_may_write_data_attributes_only_runs_no_script(show, body):
    """As comments and articles may on many websites: what filters let through stays harmless."""
    page = show("attributes-of-others", body)
    if "-open" in body:
        page.get_by_role("button", name="Open").click()
    expect(heading(page)).to_have_text("Choose a service")
    element = page.locator("booking-widget")
    element.focus()
    element.dispatch_event("click")
    assert page.evaluate("() => window.hit") is None
    assert element.get_attribute("style") is None


@pytest.mark.parametrize("date", ["9999-12-31", "2026-99-99", "2031-12-01", "1990-01-01", "soon"])
def test_a_date_that_cannot_be_is_passed_over(show, date):
    page = show("dated", WIDGET, f"?bw-service=9&bw-employee=any&bw-date={date}")
    until_times_from_employee(page)
    expect(a_time(page).first).to_be_visible()


def until_times_from_employee(page: Page) -> None:
    step = heading(page)
    while (before := step.inner_text()) != "Choose a date and time":
        page.locator("booking-widget [part~=option]").first.click()
        expect(step).not_to_have_text(before)


@pytest.mark.parametrize(
    "storage",
    [
        "Object.defineProperty(window, 'sessionStorage', { value: null })",
        "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }",
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error() } })",
    ],
    ids=["missing", "full", "forbidden"],
)
def test_a_visit_is_booked_whatever_the_page_may_remember(show, page: Page, storage):
    page.add_init_script(storage)
    show("forgetful", WIDGET)
    list(steps(page))
    expect(booked(page)).to_be_visible()


def test_a_browser_without_a_zone_shows_that_of_the_business(show, page: Page):
    page.add_init_script(
        "const options = Intl.DateTimeFormat.prototype.resolvedOptions;"
        "Intl.DateTimeFormat.prototype.resolvedOptions = function () {"
        " return { ...options.call(this), timeZone: 'Etc/Unknown' } }"
    )
    show("nowhere", WIDGET)
    until_times(page)
    expect(a_time(page).first).to_be_visible()
    expect(page.get_by_text("Central European")).to_be_visible()


def test_a_hold_that_is_never_answered_keeps_nobody_from_booking(show, page: Page):
    page.route("**/v1/holds", lambda _: None)
    show("unanswered", WIDGET)
    list(steps(page))
    expect(booked(page)).to_be_visible()


def lose(page: Page, pattern: str) -> None:
    page.route(pattern, lambda route: route.abort())


def test_texts_that_do_not_come_leave_the_link(show, page: Page):
    lose(page, "**/i18n/*")
    show("speechless", WIDGET)
    expect(page.get_by_role("link", name="Book")).to_be_visible()


def test_an_opener_whose_code_does_not_come_is_a_link(show, page: Page, server):
    lose(page, "**/chunk-*")
    show("codeless", OPENER)
    page.get_by_role("link", name="Book here").click()
    page.wait_for_url(f"{server.url}/book")


def test_code_that_comes_late_is_taken(show, page: Page):
    """The first try fails; when it is asked for again it works."""
    lost: list[str] = []

    def first_one(route: Route) -> None:
        lost.append(route.request.url)
        route.abort()

    page.route("**/chunk-*", first_one)
    show("late", '<button data-booking-widget-open data-lang="en">Open</button>')
    button = page.get_by_role("button", name="Open")
    button.click()
    until(page, lambda: lost)
    page.unroute_all()

    def opened() -> bool:
        button.dispatch_event("click")  # the dialog that it opens will cover it
        return bool(heading(page).count())

    until(page, opened)
    expect(heading(page)).to_have_text("Choose a service")


def test_an_answer_that_is_none_can_be_asked_for_again(show, page: Page):
    page.route("**/v1/business", lambda route: route.fulfill(
        json=None, headers={"Access-Control-Allow-Origin": "*"}), times=1)  # fmt: skip
    show("nothing-told", WIDGET)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("link", name="Book")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(heading(page)).to_have_text("Choose a service")


def test_a_double_click_opens_the_dialog_and_a_click_beside_it_closes(show, page: Page):
    show("twice", OPENER)
    page.get_by_role("link", name="Book here").dblclick()
    expect(heading(page)).to_have_text("Choose a service")
    close = page.locator("booking-widget [part~=close]")
    expect(close).to_be_in_viewport()
    page.mouse.click(5, 5)
    expect(close).not_to_be_visible()


def test_going_back_closes_the_dialog(show, page: Page):
    show("history", OPENER)
    page.evaluate("() => history.pushState({}, '', '?page=2')")
    page.get_by_role("link", name="Book here").click()
    expect(heading(page)).to_be_visible()
    page.evaluate("() => history.back()")
    expect(heading(page)).not_to_be_visible()
    # told by an event of its own, a moment later
    expect(page.locator("html")).not_to_have_css("overflow", "hidden")


def test_a_date_within_the_window_is_taken(show):
    """The control."""
    wanted = SystemClock().now().date().replace(day=1)
    wanted = wanted.replace(year=wanted.year + wanted.month // 12, month=wanted.month % 12 + 1)
    page = show("dated", WIDGET, f"?bw-service=9&bw-employee=any&bw-date={wanted}")
    until_times_from_employee(page)
    expect(page.locator(f'booking-widget [data-date="{wanted}"]')).to_be_visible()
