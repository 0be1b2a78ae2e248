"""Two visitors want the same time; what the browser never gets to see."""

import re

import pytest
from playwright.sync_api import APIResponse, Error, Locator, Page, Response, Route, expect

from tests.browser.widget import until

pytestmark = pytest.mark.browser

SERVICE = "Clear skin facial"


def to_times(page: Page, host_page: str) -> None:
    """Go to the step where times are shown, those of the first employee."""
    page.goto(host_page)
    page.get_by_role("button", name=re.compile(f"^{SERVICE}")).click()
    heading = page.get_by_role("heading", level=2)
    # The heading is there first; what belongs to the step may have to be fetched.
    while (before := heading.inner_text()) != "Choose a date and time":
        if before == "Make it yours":
            page.get_by_role("button", name="Continue").click()
        elif before.startswith("Who"):
            page.get_by_role("button", name=re.compile("^(?!Anyone|Back)")).nth(0).click()
        elif before == "Choose a location":
            page.get_by_role("button", name=re.compile("^(Berlin|Lisbon)")).first.click()
        expect(heading).not_to_have_text(before)
    expect(page.get_by_role("grid")).to_be_visible()
    expect(times(page).last).to_be_visible()


def times(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile(r"^\d+:\d\d"))


def to_review(page: Page, visitor: str) -> None:
    """Take the last time of the day shown and go as far as the last step."""
    times(page).last.click()
    fill_in(page, visitor)


def fill_in(page: Page, visitor: str) -> None:
    page.get_by_label("First name").fill(visitor)
    page.get_by_label("Last name").fill("Keller")
    page.get_by_label("Email").fill(f"{visitor.lower()}@example.org")
    page.get_by_role("button", name="Continue").click()


def confirm(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Book now|Confirm")).click()


def test_of_two_visitors_one_books_and_the_other_is_offered_more(new_context, host_page, server):
    mia, leo = (new_context().new_page() for _ in range(2))
    # Both look before either of them chooses.
    to_times(mia, host_page)
    to_times(leo, host_page)
    to_review(mia, "Mia")
    times(leo).last.click()

    # Mia is still typing, but the time is kept for her.
    expect(leo.get_by_text(re.compile("just been taken")).first).to_be_visible()
    others = leo.get_by_role("button", name=re.compile(r" at \d+:\d\d"))
    assert 1 <= others.count() <= 5
    others.first.click()
    fill_in(leo, "Leo")
    for visitor in (leo, mia):
        confirm(visitor)
        expect(
            visitor.get_by_role("heading", name=re.compile("booked", re.IGNORECASE))
        ).to_be_visible()


def test_who_confirms_before_the_hold_is_answered_books_all_the_same(page: Page, host_page, server):
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/v1/holds", lambda route: held.append((route, route.fetch())))
    to_times(page, host_page)
    to_review(page, "Mia")
    until(page, lambda: held)
    confirm(page)

    [(route, answer)] = held
    route.fulfill(response=answer)

    expect(page.get_by_role("heading", name=re.compile("booked", re.IGNORECASE))).to_be_visible()


def test_no_answer_no_script_and_no_log_holds_a_secret(page: Page, host_page, server):
    """Everything that reaches the browser on the way to a booking is searched for credentials."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    to_times(page, host_page)
    to_review(page, "Mia")
    confirm(page)
    expect(page.get_by_role("heading", name=re.compile("booked", re.IGNORECASE))).to_be_visible()
    page.wait_for_load_state("networkidle")
    # Read only now: a body that is read while the test goes on may come too late to be looked at.
    bodies = [(answer.url, safe_body(answer)) for answer in answers]

    keys = [path.read_text().strip() for path in server.data_dir.glob("*key*") if path.is_file()]
    secrets = [*server.credentials.values(), *keys]
    assert len(secrets) >= 3
    assert any("/v1/bookings" in url and body for url, body in bodies)
    assert any(url.endswith(".js") and body for url, body in bodies)
    seen = b"\n".join(body for _, body in bodies) + server.log.read_bytes()
    assert [secret for secret in secrets if secret.encode() in seen] == []
    assert b"mia@example.org" not in server.log.read_bytes()


def safe_body(answer: Response) -> bytes:
    # A redirect or a preflight has no body to read.
    try:
        body: bytes = answer.body()
    except Error:
        return b""
    return body
