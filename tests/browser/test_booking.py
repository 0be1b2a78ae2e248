"""A visitor books through the script tag."""

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.widget import a_time, book, booked, fill_in, go_on, until_times

pytestmark = pytest.mark.browser


def test_a_visitor_books_by_mouse(page: Page, host_page, server):
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(host_page)
    before = server.api("/appointments?limit=1")["pagination"]["total"]

    until_times(page)
    a_time(page).last.click()
    fill_in(page)
    go_on(page)
    book(page)

    expect(booked(page)).to_be_visible()
    assert before + 1 == server.api("/appointments?limit=1")["pagination"]["total"]
    assert problems == []


def test_the_total_that_is_shown_is_the_total_that_is_booked(page: Page, host_page, server):
    """With an employee who has a price of their own."""
    services = server.get("/v1/services").json()
    [massage] = [one for one in services if one["name"] == "Slow massage"]
    [employee] = massage["prices"]
    asked = f"?bw-service={massage['id']}&bw-employee={employee}&bw-location=1"
    page.goto(host_page + asked)
    go_on(page)
    a_time(page).last.click()
    fill_in(page)
    go_on(page)
    total = page.locator(".facts > div", has_text="Total").locator("dd")
    shown = total.inner_text()

    def is_booked(answer: Response) -> bool:
        return answer.url.endswith("/v1/bookings") and answer.request.method == "POST"

    with page.expect_response(is_booked) as made:
        book(page)

    expect(booked(page)).to_be_visible()
    assert shown == f"€{float(made.value.json()['total']):g}"
    assert shown == f"€{float(massage['prices'][employee]):g}"
    expect(total).to_have_text(shown)
