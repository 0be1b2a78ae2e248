"""What a visitor does with the widget, step by step."""

import re
import time
from collections.abc import Callable, Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.conftest import PATIENCE_SECONDS

PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>A salon's website</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>{style}</style>
<script async type="module" src="{server}/widget.js"></script>
<main><h1>Our salon</h1>{body}</main>"""
ANYONE, SOMEONE = re.compile("^Anyone"), re.compile("^(?!Anyone|Back)")


def until_times(page: Page, service: str = "Haircut", employee: re.Pattern[str] = ANYONE) -> None:
    """Choose a service with anyone, or with the first one by name, at the first location."""
    page.get_by_role("button", name=re.compile(f"^{service}")).click()
    choices: dict[str, str | re.Pattern[str]] = {
        "Make it yours": "Continue",
        "Who would you like to see?": employee,
        "Choose a location": re.compile("^(Berlin|Lisbon)"),
    }
    heading = page.get_by_role("heading", level=2)
    # The heading is there first; what belongs to the step may have to be fetched.
    while (before := heading.inner_text()) != "Choose a date and time":
        if before in choices:
            page.get_by_role("button", name=choices[before]).first.click()
        expect(heading).not_to_have_text(before)
    expect(page.get_by_role("grid")).to_be_visible()


def steps(page: Page) -> Iterator[str]:
    """Book a haircut with anyone, in English; yield each step as it is shown."""
    heading = page.get_by_role("heading", level=2)
    acts: dict[str, Callable[[], object]] = {
        "Choose a service": lambda: press(page, "^Haircut"),
        "Make it yours": lambda: press(page, "^Continue"),
        "Who would you like to see?": lambda: press(page, "^Anyone"),
        "Choose a location": lambda: press(page, "^(Berlin|Lisbon)"),
        "Choose a date and time": a_time(page).last.click,
        "Your details": lambda: _give_details(page),
        "Check and book": lambda: book(page),
    }
    while (shown := heading.inner_text()) in acts:
        if shown == "Choose a date and time":
            expect(a_time(page).last).to_be_visible()
        yield shown
        acts[shown]()
        expect(heading).not_to_have_text(shown)
    yield shown


def _give_details(page: Page) -> None:
    fill_in(page)
    go_on(page)


def press(page: Page, name: str) -> None:
    """Press the first button of such a name."""
    page.get_by_role("button", name=re.compile(name)).first.click()


def until(page: Page, happened: Callable[[], object]) -> None:
    """Wait for something that no locator tells of, while the page goes on."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < ends
        page.wait_for_timeout(50)


def a_time(page: Page) -> Locator:
    """Return the open times of the day shown."""
    return page.get_by_role("button", name=re.compile(r"^\d+:\d\d"))


def fill_in(page: Page, first_name: str = "Mia", *, note: str = "") -> None:
    """Give the details, without going on."""
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Last name").fill("Keller")
    page.get_by_label("Email").fill(f"{first_name.lower()}@example.org")
    if note:
        page.get_by_label("Note").fill(note)


def go_on(page: Page) -> None:
    """Go from the details to the review."""
    page.get_by_role("button", name="Continue").click()


def book(page: Page) -> None:
    """Press the last button."""
    page.get_by_role("button", name="Book now").click()


def booked(page: Page) -> Locator:
    """Return the heading of the last step."""
    return page.get_by_role("heading", name=re.compile("booked", re.IGNORECASE))


def violations(page: Page) -> list[str]:
    """Return what breaks WCAG 2.2 AA, as far as a machine can tell."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
