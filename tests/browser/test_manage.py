"""A booking that was made: seen, moved and cancelled in the widget, by its link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.widget import a_time, until, violations
from widget_server.clock import SystemClock

pytestmark = pytest.mark.browser

SERVICE = 1


def a_booking(server, number: int) -> Any:
    """Book a time some weeks ahead, where no other test books."""
    first = SystemClock().now() + timedelta(weeks=5)
    window = f"from={first:%Y-%m-%d}&to={first + timedelta(weeks=6):%Y-%m-%d}"
    where = f"service={SERVICE}&location=1&timezone=Europe/Berlin"
    days = server.get(f"/v1/slots?{where}&{window}").json()["days"]
    slot = [slot for day in days for slot in day["slots"]][number]
    item = {"service": SERVICE, "location": 1, "start": slot["start"]}
    customer = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}
    answer = server.book({"items": [item], "customer": customer, "timezone": "Europe/Berlin"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def token_of(booking: Any) -> str:
    return str(booking["manage_url"].rsplit("/", 1)[1])


def open_booking(page: Page, host_page: str, booking: Any) -> None:
    page.goto(f"{host_page}#bw-manage={token_of(booking)}")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=2)).to_have_text(text)


def test_a_visitor_moves_a_booking(page, host_page, server):
    booking = a_booking(server, 3)
    events: list[str] = []
    page.expose_function("note", lambda names: events.append(names))  # noqa: PLW0108
    page.add_init_script(
        "addEventListener('bw:rescheduled', e => note(Object.keys(e.detail).sort().join()))"
    )
    open_booking(page, host_page, booking)
    heading(page, "Your booking")
    assert violations(page) == []

    page.get_by_role("button", name="Change the time").click()
    a_time(page).first.click()
    heading(page, "Check and book")
    page.get_by_role("button", name="Move my booking").click()

    heading(page, "Your booking has been moved")
    now = server.get(f"/v1/bookings/{token_of(booking)}").json()
    assert now["items"][0]["start"] != booking["items"][0]["start"]
    until(page, lambda: events)
    assert events == ["id,start"]


def test_a_visitor_cancels_a_booking_having_been_asked(page, host_page, server):
    booking = a_booking(server, 6)
    open_booking(page, host_page, booking)

    page.get_by_role("button", name="Cancel booking").click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("button", name="Cancel booking").click()
    expect(page.get_by_role("alert")).to_have_text("Cancel this booking?")
    page.get_by_role("button", name="Cancel booking").click()

    heading(page, "Your booking is cancelled")
    expect(page.get_by_role("button", name=re.compile("Cancel|Change"))).to_have_count(0)
    now = server.get(f"/v1/bookings/{token_of(booking)}").json()
    assert now["status"] == "canceled"


def test_cancelling_is_sent_once_however_often_it_is_clicked(page, host_page, server):
    booking = a_booking(server, 15)
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/cancel") and request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    open_booking(page, host_page, booking)
    page.get_by_role("button", name="Cancel booking").click()
    page.get_by_role("alert").wait_for()
    page.get_by_role("button", name="Cancel booking").evaluate(
        "(button) => { for (let n = 0; n < 4; n++) button.click() }"
    )

    heading(page, "Your booking is cancelled")
    assert len(sent) == 1


def test_a_link_that_is_not_valid_says_so(page, host_page):
    page.goto(f"{host_page}#bw-manage={'A' * 40}")

    expect(page.get_by_role("alert")).to_contain_text("This booking was not found.")


def test_what_is_too_late_is_not_offered(page, host_page, server, settings):
    booking = a_booking(server, 9)
    settings(cancel_limit=365 * 24 * 60)
    open_booking(page, host_page, booking)
    heading(page, "Your booking")
    expect(page.get_by_role("button", name="Change the time")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel booking")).to_have_count(0)

    settings(reschedule_limit=365 * 24 * 60)
    page.reload()
    heading(page, "Your booking")
    expect(page.get_by_text("It is too late to change this online.")).to_be_visible()
    expect(page.get_by_role("button", name="Change the time")).to_have_count(0)


def test_a_booking_waits_to_be_confirmed_and_is_declined(page, host_page, server, settings, staff):
    settings(default_status="pending")
    booking = a_booking(server, 12)
    open_booking(page, host_page, booking)
    heading(page, "Your booking")
    expect(page.get_by_text("Waiting for the business to confirm it.")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel booking")).to_be_visible()
    assert violations(page) == []

    made = server.api("/appointments?limit=1&sort_by=id&sort_order=desc")["data"][0]
    staff("PATCH", f"/appointments/{made['id']}", {"status": "rejected"})
    page.reload()

    heading(page, "The business has declined this booking.")
    expect(page.get_by_role("button", name="Cancel booking")).to_have_count(0)
    expect(page.get_by_role("link", name="Google")).to_have_count(0)
