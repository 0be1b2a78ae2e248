"""A visitor books through the script tag."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def until_times(page: Page) -> None:
    """Choose a haircut with anyone at the first location."""
    page.get_by_role("button", name=re.compile("^Haircut")).click()
    heading = page.get_by_role("heading", level=2)
    while not page.get_by_role("grid").is_visible():
        before = heading.inner_text()
        if before == "Make it yours":
            page.get_by_role("button", name="Continue").click()
        elif before.startswith("Who"):
            page.get_by_role("button", name=re.compile("^Anyone")).click()
        elif before == "Choose a location":
            page.get_by_role("button", name=re.compile("^Berlin")).click()
        expect(heading).not_to_have_text(before)


def fill_in(page: Page) -> None:
    page.get_by_label("First name").fill("Mia")
    page.get_by_label("Last name").fill("Keller")
    page.get_by_label("Email").fill("mia@example.org")
    page.get_by_role("button", name="Continue").click()


def a_time(page: Page):
    return page.get_by_role("button", name=re.compile(r"^\d+:\d\d"))


def test_a_visitor_books_by_mouse(page: Page, host_page, server):
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(host_page)
    before = server.api("/appointments?limit=1")["pagination"]["total"]

    until_times(page)
    a_time(page).last.click()
    fill_in(page)
    page.get_by_role("button", name=re.compile("Book now|Confirm")).click()

    expect(page.get_by_role("heading", name=re.compile("booked", re.IGNORECASE))).to_be_visible()
    assert before + 1 == server.api("/appointments?limit=1")["pagination"]["total"]
    assert problems == []
