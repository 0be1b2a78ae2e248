"""How the widget comes: in few round trips, without moving the page, under a strict policy."""

import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Quiet
from tests.browser.widget import PAGE, booked, steps, until

pytestmark = pytest.mark.browser
# Chosen beforehand, so that times are what is shown first.
TIMES_FIRST = (
    '<booking-widget service="9" employee="any" location="3" lang="en"><a href="/">Book</a>'
    "</booking-widget>"
)
SHIFTS = """
window.shifts = [];
const note = (all) => {
  for (const one of all) if (!one.hadRecentInput) shifts.push(one.value);
};
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: "layout-shift", buffered: true });
// two frames later, all that has been drawn is known of
window.seen = async () => {
  for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
  note(observer.takeRecords());
  return shifts;
};
"""
# What a round asks for has all been asked for when nothing more has come for so long.
QUIET_MILLISECONDS = 1000


def test_times_are_there_after_three_round_trips(page: Page, website, server):
    """Whatever is asked for is answered all at once, in rounds; so few do."""
    page.goto(website("empty", "<!doctype html><html lang=en><title>Empty</title>"))
    waiting: list[Route] = []
    page.route(f"{server.url}/**", lambda route: waiting.append(route))  # noqa: PLW0108 - it is marked
    page.evaluate(
        "([body, address]) => { document.body.innerHTML = body;"
        " const script = document.createElement('script'); script.type = 'module';"
        " script.src = address; document.head.append(script); }",
        [TIMES_FIRST, f"{server.url}/widget.js"],
    )
    rounds = 0
    time = page.locator("booking-widget [part~=time]").first
    while not time.is_visible():
        until(page, lambda: bool(waiting))
        asked = 0
        while asked < len(waiting):
            asked = len(waiting)
            page.wait_for_timeout(QUIET_MILLISECONDS)
        rounds += 1
        answered, waiting[:] = list(waiting), []
        for one in answered:
            one.continue_()
        until(page, lambda: bool(waiting) or time.is_visible())
    assert rounds == 3


def test_a_page_that_has_kept_room_does_not_move(page: Page, website, server):
    page.add_init_script(SHIFTS)
    style = "booking-widget:not([mode]) { display: block; min-height: 90rem }"
    below = TIMES_FIRST + "<p>What stands below.</p>"
    page.goto(website("room", PAGE.format(lang="en", style=style, server=server.url, body=below)))
    expect(page.locator("booking-widget [part~=time]").first).to_be_visible()
    assert page.evaluate("() => seen()") == []


def test_a_page_that_keeps_no_room_is_seen_to_move(page: Page, website, server):
    """The negative control: shifts are noticed."""
    page.add_init_script(SHIFTS)
    below = TIMES_FIRST + "<p>What stands below.</p>"
    page.goto(website("none", PAGE.format(lang="en", style="", server=server.url, body=below)))
    expect(page.locator("booking-widget [part~=time]").first).to_be_visible()
    assert page.evaluate("() => seen()") != []


class Strict(Quiet):
    """Serves pages under the strictest policy that the documents promise to work."""

    policy = ""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()


@pytest.fixture
def strict(tmp_path, server):
    """Write a page under a policy; return its address."""
    sites = []

    def write(policy: str, script: str) -> str:
        text = PAGE.format(lang="en", style="", server=server.url, body="<booking-widget>")
        tag = f'<script async type="module" src="{server.url}/widget.js"></script>'
        (tmp_path / "index.html").write_text(
            text.replace(tag, script).replace("<style></style>", ""), encoding="utf-8"
        )
        handler = type("Under", (Strict,), {"policy": policy})
        site = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path)))
        threading.Thread(target=site.serve_forever, daemon=True).start()
        sites.append(site)
        return f"http://localhost:{site.server_port}/"

    yield write
    for site in sites:
        site.shutdown()
        site.server_close()


@pytest.mark.parametrize("kind", ["hosts", "nonce"])
def test_a_visit_is_booked_under_a_strict_policy(page: Page, strict, server, kind):
    rest = f"connect-src {server.url}; img-src data:; style-src 'self'"
    types = "require-trusted-types-for 'script'; trusted-types lit-html"
    scripts = {"hosts": server.url, "nonce": "'nonce-abc' 'strict-dynamic'"}[kind]
    nonce = ' nonce="abc"' if kind == "nonce" else ""
    policy = f"default-src 'none'; script-src {scripts}; {rest}; {types}"
    script = f'<script{nonce} async type="module" src="{server.url}/widget.js"></script>'
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(strict(policy, script))
    for _ in steps(page):
        pass
    expect(booked(page)).to_be_visible()
    assert errors == []


def test_a_policy_that_forgets_the_server_is_heard_of(page: Page, strict, server):
    """The negative control: what a policy refuses is an error in the console."""
    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    script = f'<script async type="module" src="{server.url}/widget.js"></script>'
    page.goto(strict(f"default-src 'none'; script-src {server.url}", script))
    until(page, lambda: any("Content Security Policy" in text for text in errors))
