"""A visitor books through the script tag."""

import pytest
from playwright.sync_api import Page, expect

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
