"""A visit is booked in Firefox and in WebKit, with the mouse and with the keyboard alone.

Where an engine is not installed its tests are left out, and say so; `make engines` installs both.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.browser.engines import ENTER, Engine, firefox, missing, webkit
from tests.conftest import PATIENCE_SECONDS

pytestmark = pytest.mark.browser
ENGINES = {
    "firefox": (firefox, ["firefox-esr"]),
    "webkit": (webkit, ["WebKitWebDriver", "xvfb-run"]),
}
ROOT = "const root = document.querySelector('booking-widget')?.shadowRoot;"
STEP = f"{ROOT} return root?.querySelector('[data-step]')?.dataset.step ?? null"
BUTTON = f"""{ROOT} return [...(root?.querySelectorAll(arguments[0]) ?? [])]
  .find((one) => one.textContent.trim().match(arguments[1])) ?? null"""
FIELD = f"""{ROOT} return [...root.querySelectorAll("label")]
  .find((one) => one.textContent.trim().startsWith(arguments[0]))?.control ?? null"""
FOCUS = "arguments[0].focus(); return null"
# Of each step, the button that leads on: where to look, and what it says.
ON = {
    "service": ("button.option", "^Haircut"),
    "options": ("button.primary", "^Continue"),
    "employee": ("button.option", "^Anyone"),
    "location": ("button.option", "^(Berlin|Lisbon)"),
    "time": ("[part~=time]", r"\d"),
    "details": ("button.primary", "^Continue"),
    "review": ("button.primary", "^Book now"),
}
TYPED = {"First name": "Ida", "Last name": "Roe", "Email": "ida@example.org"}


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    run, programs = ENGINES[request.param]
    if lacking := missing(*programs):
        pytest.skip(f"{', '.join(lacking)} is not installed; `make engines` does that.")
    with run(tmp_path) as running:
        yield running


def until(asked: Callable[[], Any]) -> Any:
    """Ask until there is an answer; return it."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not (answer := asked()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return answer


def book(engine: Engine, press: Callable[[Any], None]) -> list[str]:
    """Book a haircut, pressing buttons in some way; return the steps on the way."""
    seen = []
    while (step := until(lambda: engine.script(STEP))) in ON:
        seen.append(step)
        if step == "details":
            for label, text in TYPED.items():
                engine.type(engine.script(FIELD, label), text)
        press(until(lambda: engine.script(BUTTON, *ON[step])))
        until(partial(has_left, engine, step))
    return [*seen, step]


def has_left(engine: Engine, step: str) -> bool:
    return bool(engine.script(STEP) != step)


def press_enter(engine: Engine) -> Callable[[Any], None]:
    """Return what presses a button with the keyboard."""

    def press(button: Any) -> None:
        engine.script(FOCUS, button)
        engine.type(button, ENTER)

    return press


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_a_visit_is_booked(engine: Engine, host_page: str, server, way):
    before = server.api("/appointments?limit=1")["pagination"]["total"]
    engine.go(host_page)
    steps = book(engine, engine.click if way == "mouse" else press_enter(engine))
    assert steps[-1] == "done"
    assert server.api("/appointments?limit=1")["pagination"]["total"] == before + 1


def test_axe_finds_nothing(engine: Engine, host_page: str):
    engine.go(host_page)
    until(lambda: engine.script(BUTTON, *ON["service"]))
    axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    engine.script(axe.read_text(encoding="utf-8") + "; return null")
    engine.script(
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag22aa'] })"
        ".then((found) => { window.found = found.violations.map(({ id }) => id) }); return null"
    )
    assert until(lambda: engine.script("return window.found ? { ids: window.found } : null")) == {
        "ids": []
    }
