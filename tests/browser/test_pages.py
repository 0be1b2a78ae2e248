"""The hosted pages in a browser that runs no scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.browser_context_args(java_script_enabled=False, locale="en-GB"),
]


def fill_in(page: Page) -> None:
    page.get_by_label("First name").fill("Mia")
    page.get_by_label("Last name").fill("Keller")
    page.get_by_label("E-mail").fill("mia@example.org")


def test_a_visitor_books_and_cancels_without_scripts(page, server):
    page.goto(f"{server.url}/")
    page.get_by_role("link", name="Book a visit").click()
    page.get_by_role("link", name=re.compile("^Haircut")).click()
    page.get_by_label("Where").select_option(label="Lisbon, Casa da Luz")
    page.get_by_label("Wash and blow-dry").select_option("1")
    page.get_by_role("button", name="Show times").click()
    expect(page.get_by_label("Where")).to_have_value("2")
    page.get_by_role("link", name="Later").click()
    page.get_by_role("link", name=re.compile(r"^\d+:\d\d$")).last.click()
    fill_in(page)
    page.get_by_role("button", name="Book now").click()

    expect(page.get_by_role("status")).to_have_text("Confirmed")
    expect(page.get_by_text("Rua da Luz 48")).to_be_visible()
    page.get_by_text("Cancel this booking").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_role("status")).to_have_text("Canceled")


def test_the_loser_of_a_race_books_another_time_with_one_press(page, server):
    page.goto(f"{server.url}/book?plain=1")
    page.get_by_role("link", name=re.compile("^Brows and lashes")).click()
    expect(page.get_by_role("link", name=re.compile(r"^\d+:\d\d$")).first).to_be_visible()
    names = page.get_by_label("With")
    if names.count():
        names.select_option(index=1)
        page.get_by_role("button", name="Show times").click()
    page.get_by_role("link", name=re.compile(r"^\d+:\d\d$")).last.click()
    rival = page.context.new_page()
    rival.goto(page.url)
    for visitor in (rival, page):
        fill_in(visitor)
        visitor.get_by_role("button", name="Book now").click()

    expect(rival.get_by_role("status")).to_have_text("Confirmed")
    expect(page.get_by_role("alert")).to_contain_text("has just been taken")
    expect(page.get_by_label("E-mail")).to_have_value("mia@example.org")
    page.locator("button[formaction]").first.click()
    expect(page.get_by_role("status")).to_have_text("Confirmed")
