"""What the widget costs a slow phone: how long it keeps the page from answering.

A real browser, slowed down to a fourth, opens a page with the widget and the same page without
it, by turns; services first, then times first. A task is one turn of the page's own thread: while
it lasts, nothing that is touched answers. The browser tells of those over 50 ms, the bound that
visitors do not notice; `blocked` is what they have together above it.
"""

import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.command import Figures, command
from benchmarks.service import ours
from tests.browser.conftest import BROWSER_ARGS, Quiet

SLOWER, RUNS = 4, 7
NOTICED_MS = 50
ROOT = Path(__file__).parents[1]
# Until all has come: whatever asks the page earlier would be a task itself.
COMES_WITHIN_MS = 5000
PAGES = {
    "nothing": ("<h1>A salon</h1>", "h1"),
    "services": ("<h1>A salon</h1><booking-widget></booking-widget>", "[part~=option]"),
    "times": (
        '<h1>A salon</h1><booking-widget service="9" employee="any" location="3"></booking-widget>',
        "[part~=time]",
    ),
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A salon</title>
<link rel="icon" href="data:,">
<script>
window.tasks = [];
new PerformanceObserver((list) => {{
  for (const {{ duration }} of list.getEntries()) tasks.push(duration);
}}).observe({{ type: "longtask", buffered: true }});
</script>
<script async type="module" src="{script}"></script>
<body style="min-height: 1000px">{body}</body></html>"""


def measure() -> Figures:
    """Measure; return milliseconds by page: the medians of several visits."""
    visits: dict[str, list[list[float]]] = {name: [] for name in PAGES}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(ours(folder / "data"))
        website = stack.enter_context(_website(folder, port))
        browser = stack.enter_context(_browser())
        for _ in range(RUNS + 1):
            for name in PAGES:
                visits[name].append(_visit(browser, website, name))
    return {name: _figures(tasks[1:]) for name, tasks in visits.items()}


def _figures(visits: list[list[float]]) -> Figures:
    return {
        "longest_ms": median(max(tasks, default=0) for tasks in visits),
        "long_tasks": median(len(tasks) for tasks in visits),
        "blocked_ms": median(sum(task - NOTICED_MS for task in tasks) for tasks in visits),
    }


@contextmanager
def _website(folder: Path, port: int) -> Iterator[str]:
    """Serve the pages from another origin; the one with nothing on it has no script either."""
    for name, (body, _) in PAGES.items():
        script = f"http://127.0.0.1:{port}/widget.js" if name != "nothing" else "data:,"
        (folder / f"{name}.html").write_text(PAGE.format(script=script, body=body), "utf-8")
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}"
    site.shutdown()
    site.server_close()


@contextmanager
def _browser() -> Iterator[Browser]:
    program = ROOT / "bin/browser"
    path = subprocess.run(  # noqa: S603 - our own program
        [program], check=True, capture_output=True, text=True
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path.stdout.strip(), args=BROWSER_ARGS)
        yield browser
        browser.close()


def _visit(browser: Browser, website: str, name: str) -> list[float]:
    """Open a page as somebody who has not been there; return the long tasks, in milliseconds."""
    context = browser.new_context(locale="en-US", timezone_id="Europe/Berlin")
    page = context.new_page()
    _slow_down(page)
    page.goto(f"{website}/{name}.html")
    page.wait_for_timeout(COMES_WITHIN_MS)
    tasks: list[float] = page.evaluate("tasks.slice()")
    page.locator(PAGES[name][1]).first.wait_for()
    context.close()
    return tasks


def _slow_down(page: Page) -> Any:
    line = page.context.new_cdp_session(page)
    return line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def table(figures: Figures) -> str:
    """Return the figures as a table."""
    head = f"The widget on a machine slowed down {SLOWER} times, medians of {RUNS} visits"
    lines = [head, "", "  page       longest ms  over 50 ms  blocked ms"]
    for name, one in figures.items():
        figure = f"{one['longest_ms']:>10.0f} {one['long_tasks']:>11.0f} {one['blocked_ms']:>11.0f}"
        lines.append(f"  {name:<10} {figure}")
    return "\n".join(lines)


if __name__ == "__main__":
    command("widget", __doc__, measure, table)
