"""Every language on a narrow phone, and texts that are longer than any of them."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.widget import PAGE

pytestmark = pytest.mark.browser
BUILT = Path(__file__).parents[2] / "widget_js" / "dist" / "manifest.json"
LANGUAGES = sorted(json.loads(BUILT.read_text(encoding="utf-8"))["languages"])
NARROW = {"width": 320, "height": 640}
# What leads on at a step, whatever the language.
ON = {
    "service": "button.option",
    "options": "button.primary",
    "employee": "button.option",
    "location": "button.option",
    "time": "[part~=time]",
    "details": "button.primary",
    "review": "button.primary",
}
TYPED = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}
WIDE = "() => document.documentElement.scrollWidth > innerWidth"


def walk(page: Page, until: str) -> list[str]:
    """Go on to a step; return those on the way at which something is wider than the window."""
    root = page.locator("booking-widget [part~=root][data-step]")
    wide = []
    while (step := root.get_attribute("data-step") or "") != until:
        if step == "details":
            for name, text in TYPED.items():
                page.locator(f"booking-widget #f-customer-{name}").fill(text)
        on = page.locator("booking-widget").locator(ON[step]).last
        expect(on).to_be_visible()
        wide += [step] if page.evaluate(WIDE) else []
        on.click()
        expect(root).not_to_have_attribute("data-step", step)
    return wide + ([until] if page.evaluate(WIDE) else [])


def open_in(page: Page, website, server, lang: str) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    body = f'<booking-widget lang="{lang}"></booking-widget>'
    style = "main { padding: 0 } h1 { font-size: 1rem }"
    page.goto(
        website(f"in-{lang}", PAGE.format(lang=lang, style=style, server=server.url, body=body))
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_cut_off_in_any_language(page: Page, website, server, lang):
    open_in(page, website, server, lang)
    # No further: a time would be kept for each, and only few are for one address.
    assert walk(page, until="time") == []
    expect(page.locator("booking-widget [part~=time]").first).to_be_visible()
    assert not page.evaluate(WIDE)
    root = page.locator("booking-widget [part~=root]")
    assert root.get_attribute("dir") == ("rtl" if lang in {"ar", "he"} else "ltr")


@pytest.mark.parametrize(
    ("lang", "heading"),
    [
        ("de_AT", "Leistung wählen"),  # as PHP and Java write it
        ("DE", "Leistung wählen"),
        ("iw", "בחירת שירות"),  # as Hebrew was called once
        ("german", "Choose a service"),
        ("no locale at all", "Choose a service"),
    ],
)
def test_whatever_a_page_calls_its_language_the_widget_is_there(
    page: Page, website, server, lang, heading
):
    open_in(page, website, server, lang)
    expect(page.locator("booking-widget").get_by_role("heading", level=2)).to_have_text(heading)


def test_texts_may_be_much_longer(page: Page, website, server):
    """As if in a language in which each text is half as long again as in English."""

    def lengthened(route: Route) -> None:
        answer = route.fetch()
        start, end = "export default`", '`.split("\\n")'
        lines = answer.text().partition(start)[2].partition(end)[0].split("\n")
        longer = "\n".join(map(half_as_long_again, lines))
        route.fulfill(response=answer, body=f"{start}{longer}{end}")

    page.route(re.compile(r"/widget/i18n/"), lengthened)
    open_in(page, website, server, "en")
    expect(page.locator("booking-widget").get_by_text("Choose a service oooo")).to_be_visible()
    assert walk(page, until="done") == []


def half_as_long_again(text: str) -> str:
    """Lengthen each form of a text; what stands in braces or chooses a form stays."""
    forms = text.split("|") if text.startswith("one:") else [text]
    return "|".join(f"{form} {'oooo ' * (len(form) // 10)}".rstrip() for form in forms)
