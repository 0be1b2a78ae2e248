"""The accessibility that is promised: WCAG 2.2 AA at every step, small, enlarged, by keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.widget import PAGE, a_time, booked, steps, violations

pytestmark = pytest.mark.browser
ALL_STEPS = {
    "Choose a service", "Make it yours", "Who would you like to see?", "Choose a location",
    "Choose a date and time", "Your details", "Check and book",
}  # fmt: skip
WIDGET = '<booking-widget lang="en"><a href="/">Book</a></booking-widget>'
PHONE = {"width": 320, "height": 640}
# Chosen to be hard to read on: yellow, a middle grey, a deep blue.
ACCENTS = ["#ffe600", "#8a8a8a", "#1a1a8c"]


@pytest.fixture
def shown(page: Page, website, server) -> Callable[..., Page]:
    """Show the widget on a page with a style."""

    def show(style: str = "", name: str = "plain") -> Page:
        text = PAGE.format(lang="en", style=style, server=server.url, body=WIDGET)
        page.goto(website(name, text))
        return page

    return show


def walked(page: Page) -> dict[str, list[str]]:
    """Book a visit; return what axe finds at each step."""
    found = {step: violations(page) for step in steps(page)}
    assert set(found) >= ALL_STEPS
    assert booked(page).is_visible()
    return {step: problems for step, problems in found.items() if problems}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_can_be_read_by_everybody(shown, page: Page, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    assert walked(shown(":root { color-scheme: light dark }")) == {}


def test_every_step_can_be_read_in_forced_colours(shown, page: Page):
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    assert walked(shown()) == {}


@pytest.mark.parametrize(
    ("accent", "scheme"), [*zip(ACCENTS, ["light", "dark", "light"], strict=True)]
)
def test_every_step_can_be_read_whatever_the_accent(shown, page: Page, accent, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    style = f":root {{ color-scheme: light dark }} booking-widget {{ --bw-accent: {accent} }}"
    assert walked(shown(style, f"accent-{accent[1:]}")) == {}


@pytest.mark.parametrize(
    ("name", "style"), [("small", ""), ("enlarged", "html { font-size: 200% }")]
)
def test_nothing_is_cut_off_where_there_is_little_room(shown, page: Page, name, style):
    """At 320 pixels, which is 1280 enlarged four times, and with letters of twice their size."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    shown(style, name)
    wide = "() => document.documentElement.scrollWidth > innerWidth"
    found = {step: (page.evaluate(wide), violations(page)) for step in steps(page)}
    assert {step: what for step, what in found.items() if what != (False, [])} == {}


def test_axe_sees_what_is_wrong(shown):
    """The negative control: letters that nobody can read are found in the widget."""
    page = shown("booking-widget { --bw-fg: #f4f4f4; --bw-bg: #fff }", "unreadable")
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    assert any(problem.startswith("color-contrast") for problem in violations(page))


# The role and the name of what has the focus in the widget; null when nothing there has.
FOCUSED = """() => {
  const it = document.activeElement?.shadowRoot?.activeElement;
  const name = it?.getAttribute("aria-label") || it?.labels?.[0]?.textContent || it?.textContent;
  return it ? [it.getAttribute("role") || it.localName, name.trim()] : null;
}"""


def tab_to(page: Page, name: str, role: str = "") -> None:
    """Press Tab until a control of this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused and focused[0].startswith(role) and re.search(name, focused[1]):
            return
    raise AssertionError(f"Tab never comes to {name}.")


def test_a_visit_is_booked_with_the_keyboard_alone(shown):
    page = shown(name="keyboard")
    heading = page.get_by_role("heading", level=2)
    seen: list[str] = []
    acts = {
        "Choose a service": "^Haircut",
        "Make it yours": "^Continue",
        "Who would you like to see?": "^Anyone",
        "Choose a location": "^(Berlin|Lisbon)",
    }
    expect(heading).to_be_visible()
    while (step := heading.inner_text()) in acts:
        if seen:
            expect(heading).to_be_focused()  # whoever cannot see hears where they are
        seen.append(step)
        tab_to(page, acts[step], "button")
        page.keyboard.press("Enter")
        expect(heading).not_to_have_text(step)

    expect(heading).to_have_text("Choose a date and time")
    expect(a_time(page).first).to_be_visible()
    tab_to(page, "free time")
    first = page.evaluate("() => document.activeElement.shadowRoot.activeElement.dataset.date")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("() => document.activeElement.shadowRoot.activeElement.dataset.date")
    assert second > first
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    tab_to(page, r"^\d+:\d\d", "button")
    page.keyboard.press("Enter")

    expect(heading).to_have_text("Your details")
    for name, text in (("First name", "Kim"), ("Last name", "Lee"), ("Email", "kim@example.org")):
        tab_to(page, name, "input")
        page.keyboard.type(text)
    tab_to(page, "^Continue", "button")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Check and book")
    tab_to(page, "^Book now", "button")
    page.keyboard.press("Enter")
    expect(booked(page)).to_be_focused()
