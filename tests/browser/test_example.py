"""The example of a website, as a visitor meets it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget import steps

pytestmark = pytest.mark.browser
EXAMPLE = Path(__file__).parents[2] / "examples/website.html"


def test_the_page_says_thanks_once_a_visit_is_booked(page: Page, website, server):
    page.goto(
        website("example", EXAMPLE.read_text().replace("https://book.example.org", server.url))
    )
    thanks = page.locator("#thanks")
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    assert thanks.inner_text() == ""
    for _ in steps(page):
        pass
    expect(thanks).to_have_text(re.compile(r"^Thank you! We look forward to \d+/\d+/\d{4}"))
