"""Who books solves a challenge first, where the business asks for it."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.solving import solve
from tests.web.conftest import MIA
from tests.web.pages.test_book import TYPED, details_url, key_of
from widget_server.clock import SystemClock
from widget_server.web.security.challenge import LIFETIME
from widget_server.web.security.form_stamps import LONGEST, SHORTEST
from widget_server.web.security.limits import READS_PER_MINUTE

KEY = "k" * 40
ROOT = Path(__file__).parents[2]


@pytest.fixture
def defended(make_site):
    return make_site(BOT_DEFENCE="on", SECRET_KEY=KEY)


def challenge(site):
    answer = site.get("/v1/challenge")
    assert answer.status_code == 200
    return answer.get_json()


def outcome(answer):
    """Return (status, code) of a refusal, which names the field and says what to do."""
    problem = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert list(problem["errors"]) == ["challenge"]
    assert "/v1/challenge" in problem["detail"]
    return answer.status_code, problem["code"]


FAILED, REQUIRED = (403, "challenge_failed"), (403, "challenge_required")


def test_without_the_defence_there_is_no_challenge_and_none_is_asked_for(site):
    missing = site.get("/v1/challenge")
    # As a page sends it that was open when the defence was turned off.
    unasked = site.book(site.slots()[0], "unasked", challenge="abc")

    assert (missing.status_code, missing.get_json()["code"]) == (404, "not_found")
    assert site.get("/v1/business").get_json()["features"]["challenge"] is False
    assert unasked.status_code == 201, unasked.text
    assert 'name="issued"' not in site.page(details_url(site.slots()[0])).text


def test_a_challenge_is_fresh_and_kept_by_nobody(defended):
    first, second = (defended.get("/v1/challenge") for _ in range(2))

    assert first.get_json() != second.get_json()
    assert first.headers["Cache-Control"] == "no-store"
    assert defended.get("/v1/business").get_json()["features"]["challenge"] is True


def test_challenges_are_counted_as_reads(make_site):
    site = make_site(BOT_DEFENCE="on", RATE_LIMITS="on")
    answers = [site.get("/v1/challenge").status_code for _ in range(READS_PER_MINUTE + 1)]

    assert answers == [200] * READS_PER_MINUTE + [429]


def test_a_solved_challenge_books(defended):
    slot = defended.slots()[0]

    answer = defended.book(slot, "mia", challenge=solve(challenge(defended)))

    assert (answer.status_code, answer.get_json()["status"]) == (201, "approved")


@pytest.mark.parametrize("missing", [{}, {"challenge": None}, {"challenge": ""}])
def test_without_a_solution_nothing_is_booked(defended, missing):
    slot = defended.slots()[0]

    assert outcome(defended.book(slot, "mia", **missing)) == REQUIRED
    assert slot in defended.slots()


def test_a_solution_books_once(defended):
    slots, solution = defended.slots()[::8], solve(challenge(defended))
    assert defended.book(slots[0], "mia", challenge=solution).status_code == 201

    assert outcome(defended.book(slots[1], "leo", challenge=solution)) == FAILED
    assert slots[1] in defended.slots()


def test_an_old_solution_does_not_book(defended):
    slot, solution = defended.slots()[0], solve(challenge(defended))
    defended.clock.advance(LIFETIME)

    assert outcome(defended.book(slot, "mia", challenge=solution)) == FAILED


def test_a_forged_or_unsolved_challenge_does_not_book(defended):
    slot, asked = defended.slots()[0], challenge(defended)

    for wrong in ("abc", solve(asked | {"signature": "0" * 64})):
        assert outcome(defended.book(slot, "mia", challenge=wrong)) == FAILED


def test_a_challenge_of_another_deployment_does_not_book_and_one_of_an_earlier_key_does(make_site):
    earlier = make_site(BOT_DEFENCE="on", SECRET_KEY=KEY)
    slot, solutions = earlier.slots()[0], [solve(challenge(earlier)) for _ in range(2)]
    other = make_site(BOT_DEFENCE="on", SECRET_KEY="o" * 40)
    rotated = make_site(BOT_DEFENCE="on", SECRET_KEY="n" * 40, SECRET_KEY_PREVIOUS=KEY)

    assert outcome(other.book(slot, "mia", challenge=solutions[0])) == FAILED
    assert rotated.book(slot, "mia", challenge=solutions[1]).status_code == 201


def test_the_same_booking_again_gets_the_same_answer_by_whichever_solution(defended):
    slot, solution = defended.slots()[0], solve(challenge(defended))
    first = defended.book(slot, "mia", challenge=solution)
    defended.clock.advance(LIFETIME)
    again = [defended.book(slot, "mia", challenge=sent) for sent in (solution, None, "another")]

    assert first.status_code == 201
    assert [(one.status_code, one.data) for one in again] == [(201, first.data)] * 3


def test_what_was_refused_is_mended_and_sent_again_with_the_same_solution(defended):
    slot, solution = defended.slots()[0], solve(challenge(defended))
    faulty = defended.book(slot, "mia", challenge=solution, coupon="NONE")
    mended = defended.book(slot, "mia", challenge=solution)

    assert (faulty.get_json()["code"], mended.status_code) == ("coupon_invalid", 201)


def test_after_a_failed_challenge_the_same_key_books_with_another_one(defended):
    slot = defended.slots()[0]
    assert outcome(defended.book(slot, "mia", challenge="abc")) == FAILED

    assert defended.book(slot, "mia", challenge=solve(challenge(defended))).status_code == 201


def test_a_solution_longer_than_any_is_not_read(defended):
    answer = defended.book(defended.slots()[0], "mia", challenge="x" * 1001)

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["challenge"]


def test_of_several_workers_that_are_given_one_solution_at_once_one_books(defended_server):
    window = "service=1&location=1&from={}&to={}".format(*map(date_in, (20, 40)))
    days = defended_server.get(f"/v1/slots?{window}").json()["days"]
    starts = [day["slots"][0]["start"] for day in days][:8]
    solution = solve(defended_server.get("/v1/challenge").json())

    def book(start):
        item = {"service": 1, "location": 1, "start": start}
        return defended_server.book({"items": [item], "customer": MIA, "challenge": solution})

    with ThreadPoolExecutor(len(starts)) as pool:
        answers = list(pool.map(book, starts))
    assert sorted(one.status_code for one in answers) == [201] + [403] * (len(starts) - 1)
    assert {one.json()["code"] for one in answers if one.status_code == 403} == {"challenge_failed"}
    assert len(starts) > 4


def date_in(days):
    return (SystemClock().now() + timedelta(days=days)).date()


def test_the_example_of_the_documents_solves_a_challenge(defended):
    text = (ROOT / "docs/bot-defence.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    known: dict[str, Any] = {}
    exec(example, known)
    answer = defended.book(
        defended.slots()[0], "mia", challenge=known["solve"](challenge(defended))
    )

    assert answer.status_code == 201
    assert example.strip() in html.unescape(defended.page("/docs").text)


# The page, which works without scripts


def form_of(page):
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return TYPED | {name: html.unescape(value) for name, value in fields}


@pytest.fixture
def url(defended):
    return details_url(defended.slots()[0])


def test_a_form_that_a_person_fills_in_books(defended, url):
    form = form_of(defended.page(url))
    defended.clock.advance(SHORTEST)

    sent = defended.post(url, data=form)
    again = defended.post(url, data=form)

    assert (sent.status_code, again.headers["Location"]) == (303, sent.headers["Location"])


def test_a_form_that_comes_faster_than_anybody_types_is_shown_again_with_what_was_typed(
    defended, url
):
    shown = defended.page(url)
    hasty = defended.post(url, data=form_of(shown))

    assert hasty.status_code == 403
    assert "Please look at your details once more" in hasty.text
    assert 'value="mia@example.org"' in hasty.text
    assert key_of(hasty) != key_of(shown)
    # The time counts from when it was shown first.
    defended.clock.advance(SHORTEST)
    assert defended.post(url, data=form_of(hasty)).status_code == 303


def test_a_form_with_the_unseen_input_filled_in_books_nothing(defended, url):
    form = form_of(defended.page(url))
    defended.clock.advance(SHORTEST)
    refused = defended.post(url, data=form | {"website": "https://example.org"})

    assert refused.status_code == 403
    assert "https://example.org" not in refused.text
    assert 'value="mia@example.org"' in refused.text
    # Should a browser have filled it in, its person goes on at once.
    assert defended.post(url, data=form_of(refused)).status_code == 303


def test_a_form_without_its_stamp_or_with_anothers_books_nothing(defended, url):
    form = form_of(defended.page(url))
    defended.clock.advance(timedelta(minutes=1))

    for altered in ({"issued": ""}, {"key": "another"}):
        assert defended.post(url, data=form | altered).status_code == 403


def test_a_form_that_lay_for_a_day_is_shown_again_and_books_then(defended, url):
    form = form_of(defended.page(url))
    defended.clock.advance(LONGEST)
    late = details_url(defended.slots()[-1])
    refused = defended.post(late, data=form)
    defended.clock.advance(SHORTEST)

    assert refused.status_code == 403
    assert defended.post(late, data=form_of(refused)).status_code == 303


def test_the_unseen_input_is_hidden_from_keyboard_and_screen_reader(defended, url):
    shown = defended.page(url).text

    assert re.search(r'<p class="trap" aria-hidden="true">.*name="website" tabindex="-1"', shown)
    assert 'autocomplete="off"></label></p>' in shown


def test_a_form_with_a_mistake_keeps_the_moment_it_was_shown(defended, url):
    form = form_of(defended.page(url)) | {"customer.email": "mia"}
    defended.clock.advance(SHORTEST)
    faulty = defended.post(url, data=form)

    assert faulty.status_code == 422
    assert defended.post(url, data=form_of(faulty)).status_code == 303


@pytest.mark.parametrize("altered", [{}, {"customer.email": "mia"}])
def test_a_form_that_has_booked_leads_to_no_further_booking_without_waiting(defended, url, altered):
    form = form_of(defended.page(url))
    later = details_url(defended.slots()[-1])
    defended.clock.advance(SHORTEST)
    assert defended.post(url, data=form).status_code == 303

    again = form_of(defended.post(later, data=form | altered))
    again |= {"customer.email": "mia@example.org"}

    assert (again["key"] == form["key"], again["issued"] == form["issued"]) == (False, False)
    hasty = defended.post(later, data=again)
    assert hasty.status_code == 403
    defended.clock.advance(SHORTEST)
    assert defended.post(later, data=form_of(hasty)).status_code == 303
