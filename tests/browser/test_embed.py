"""The widget in a frame on another origin, the builder, and the gallery."""

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.widget import book, booked, fill_in, go_on, until, until_times, violations

pytestmark = pytest.mark.browser
FRAME_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A website</title>
<link rel="icon" href="data:,"><h1>Our salon</h1>
<iframe id="frame" src="{server}/embed?lang=en" title="Book" style="width:100%"></iframe>
<script>
window.told = [];
addEventListener("message", ({{ origin, data }}) => {{
  if (origin !== "{server}") return;
  told.push(data.type);
  if (data.type === "bw:height") frame.style.height = `${{data.height}}px`;
}});
</script>"""


@pytest.fixture
def frame_page(server, website):
    """A website with the frame."""
    return website("frame", FRAME_PAGE.format(server=server.url))


def test_a_visit_is_booked_in_a_frame_that_fits(page: Page, frame_page: str):
    page.goto(frame_page)
    inside = page.frame_locator("#frame")
    expect(inside.get_by_role("heading", level=2)).to_be_visible()
    heights = "() => [frame.offsetHeight, told.filter((type) => type === 'bw:height').length > 0]"
    page.wait_for_function("() => frame.offsetHeight > 400")
    assert page.evaluate(heights)[1]

    frame = page.frame(url=lambda url: "/embed" in url)
    assert frame
    until_times(frame, service="Haircut")  # type: ignore[arg-type]
    frame.get_by_role("button", name=":").first.click()
    fill_in(frame)  # type: ignore[arg-type]
    go_on(frame)  # type: ignore[arg-type]
    book(frame)  # type: ignore[arg-type]
    expect(booked(frame)).to_be_visible()  # type: ignore[arg-type]
    page.wait_for_function("() => told.includes('bw:booked')")


def test_a_page_that_is_not_allowed_sees_no_frame(page: Page, frame_page: str, server):
    """By another name of this machine, which nobody has allowed."""
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(frame_page.replace("localhost", "0.0.0.0"))
    until(page, lambda: any("frame-ancestors" in text for text in refused))
    frame = page.frames[-1]
    assert frame.locator("booking-widget").count() == 0
    assert page.evaluate("() => told") == []


def test_the_builder_shows_and_writes_what_is_chosen(page: Page, server):
    page.goto(f"{server.url}/snippet")
    tag = page.locator("#tag")
    expect(tag).not_to_contain_text("<style>")
    page.get_by_label("Morning yoga").check()
    page.get_by_label("Light or dark").select_option("dark")
    expect(tag).to_contain_text('<booking-widget service="7"')
    expect(tag).to_contain_text('theme="dark"')
    expect(page.locator("#frame")).to_contain_text("/embed?theme=dark&amp;service=7")
    expect(page.get_by_role("button", name="Show")).not_to_be_visible()
    inside = page.frame_locator("#preview").locator("booking-widget")
    expect(inside).to_have_attribute("theme", "dark")
    expect(page.frame_locator("#preview").get_by_role("heading", level=2)).to_be_visible()
    assert violations(page) == []

    page.reload()
    expect(page.get_by_label("Morning yoga")).to_be_checked()
    expect(tag).to_contain_text('theme="dark"')


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_scripts_the_builder_has_a_button_to_show_and_none_to_copy(page: Page, server):
    page.goto(f"{server.url}/snippet")
    page.get_by_label("Light or dark").select_option("dark")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#tag")).to_contain_text('theme="dark"')
    expect(page.locator("#copy")).not_to_be_visible()


@pytest.mark.browser_context_args(viewport={"width": 360, "height": 740})
def test_nothing_that_is_to_be_pasted_is_cut_off(page: Page, server):
    page.goto(f"{server.url}/snippet?mode=popup&accent=%23ffdd00&font=serif")
    cut = "() => [...document.querySelectorAll('pre')].map((e) => e.scrollWidth - e.clientWidth)"
    assert page.evaluate(cut) == [0, 0]
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360


def test_untouched_colours_are_left_to_the_widget(page: Page, server):
    page.goto(f"{server.url}/snippet")
    page.get_by_label("Light or dark").select_option("light")
    tag = page.locator("#tag")
    expect(tag).to_contain_text('theme="light"')
    expect(tag).not_to_contain_text("--bw-")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["salon", "clinic", "consultant", "studio"])
def test_each_dress_of_the_gallery_can_be_read_and_used(page: Page, server, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/demo/{name}")
    if name == "consultant":
        page.get_by_role("link", name="Book a call").click()
    elif name == "studio":
        page.locator("booking-widget [part~=trigger]").click()
    expect(page.locator("booking-widget").get_by_role("heading", level=2).first).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_can_be_read(page: Page, server, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/demo")
    assert violations(page) == []


@pytest.mark.parametrize("mode", ["inline", "popup", "floating"])
def test_the_tag_that_the_builder_writes_works_as_it_is(page: Page, server, website, mode):
    tag = requests.get(f"{server.url}/snippet.txt?mode={mode}&service=2&lang=en", timeout=60).text
    page.goto(website(f"tag-{mode}", f"<!doctype html><html lang=en><title>A page</title>{tag}"))
    heading = page.locator("booking-widget").get_by_role("heading", level=2)
    if mode == "popup":
        page.get_by_role("link", name="Book a visit").click()
    if mode == "floating":
        page.locator("booking-widget [part~=trigger]").click()
    expect(heading).to_have_text("Make it yours")


LOOK = """(link) => {
  const { color, backgroundColor, borderRadius } = getComputedStyle(link);
  return [color, backgroundColor, borderRadius, link.offsetHeight];
}"""


@pytest.mark.parametrize(("accent", "letters"), [("#ffdd00", 0), ("#103070", 1)])
def test_the_button_is_the_same_in_the_preview_and_on_the_website(
    page: Page, server, website, accent, letters
):
    """Letters are black or white, whichever can be read."""
    query = f"mode=popup&lang=en&radius=20&accent={accent.replace('#', '%23')}"
    tag = requests.get(f"{server.url}/snippet.txt?{query}", timeout=60).text
    looks = []
    for url in (
        f"{server.url}/embed?{query}",
        website("opener", f"<!doctype html><html lang=en><title>A page</title>{tag}"),
    ):
        page.goto(url)
        opener = page.get_by_role("link", name="Book a visit")
        looks.append(opener.evaluate(LOOK))
    assert looks[0] == looks[1]
    assert looks[0][2:] == ["14px", 46]
    # color(xyz-d65 X Y Z): Y is how light it is.
    assert float(looks[0][0].split()[2]) == letters


@pytest.mark.browser_context_args(viewport={"width": 1600, "height": 900})
def test_on_a_wide_page_the_widget_stands_in_the_middle(page: Page, server):
    page.goto(f"{server.url}/embed?lang=en")
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    box = page.locator("booking-widget").bounding_box()
    assert box
    assert abs(box["x"] - (1600 - box["x"] - box["width"])) < 2
