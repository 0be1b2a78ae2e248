"""Challenges: ours, solved, in time; everything else is refused with the reason."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

import altcha.v1
import pytest

from tests.solving import number_of, solve, written
from widget_server.site import DEFAULT_SITE, Site
from widget_server.web.security.challenge import (
    LIFETIME,
    MOST_TRIES,
    ChallengeFailed,
    Challenges,
    Solved,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OLD, NEW = "o" * 40, "n" * 40
CHALLENGES = Challenges([NEW], DEFAULT_SITE)
NOT_OURS = "This is no challenge of this server."
NOT_SOLVED = "The challenge is not solved by this number."
TOO_OLD = "The challenge is too old."
UNREADABLE = "The solution cannot be read."


@pytest.fixture(scope="module")
def challenge():
    return CHALLENGES.issue(NOW)


@pytest.fixture(scope="module")
def number(challenge):
    return number_of(challenge)


def refusal(solution, now=NOW, challenges=CHALLENGES):
    with pytest.raises(ChallengeFailed) as caught:
        challenges.verify(solution, now)
    assert caught.value.detail.startswith(caught.value.errors["challenge"][0])
    return caught.value.errors["challenge"][0]


def test_a_challenge_has_the_fields_that_other_solvers_know(challenge):
    assert list(challenge) == ["algorithm", "challenge", "maxnumber", "salt", "signature"]
    assert (challenge["algorithm"], challenge["maxnumber"]) == ("SHA-256", MOST_TRIES)
    ends = int((NOW + LIFETIME).timestamp())
    assert re.fullmatch(rf"[0-9a-f]{{24}}\?expires={ends}&", challenge["salt"])


def test_no_two_challenges_are_alike():
    assert len({CHALLENGES.issue(NOW)["challenge"] for _ in range(50)}) == 50


def test_a_solution_tells_which_challenge_was_solved(challenge, number):
    solved = CHALLENGES.verify(written(challenge | {"number": number}), NOW)

    assert solved == Solved(challenge["salt"][:24], NOW + LIFETIME)


def test_another_library_solves_ours(challenge, number):
    told = {name: challenge[name] for name in ("challenge", "salt", "algorithm")}
    solution = altcha.v1.solve_challenge(**told, max_number=challenge["maxnumber"])

    assert solution is not None
    assert solution.number == number
    payload = altcha.v1.Payload(**told, number=number, signature=challenge["signature"])
    assert CHALLENGES.verify(payload.to_base64(), NOW).ends == NOW + LIFETIME


def test_a_solution_is_good_until_the_challenge_ends(challenge, number):
    solution = written(challenge | {"number": number})
    ends = NOW + LIFETIME

    assert CHALLENGES.verify(solution, ends - timedelta(seconds=1)).ends == ends
    assert refusal(solution, ends) == TOO_OLD


def test_what_an_earlier_key_has_signed_is_good_until_that_key_is_retired():
    solution = solve(Challenges([OLD], DEFAULT_SITE).issue(NOW))

    assert Challenges([NEW, OLD], DEFAULT_SITE).verify(solution, NOW).ends == NOW + LIFETIME
    assert refusal(solution) == NOT_OURS


def test_another_sites_challenge_is_none_of_ours():
    solution = solve(Challenges([NEW], Site("other")).issue(NOW))

    assert refusal(solution) == NOT_OURS


@pytest.mark.parametrize("field", ["challenge", "signature"])
def test_an_altered_hash_is_noticed(challenge, number, field):
    altered = challenge[field][:-1] + ("0" if challenge[field][-1] != "0" else "1")

    assert refusal(written(challenge | {"number": number, field: altered})) == NOT_OURS


def test_digits_moved_from_the_number_into_the_moment_are_noticed(challenge):
    salt = challenge["salt"].rstrip("&")

    assert refusal(written(challenge | {"number": 1, "salt": f"{salt}9&"})) == NOT_OURS
    assert refusal(written(challenge | {"number": 1, "salt": salt})) == UNREADABLE


def test_who_makes_a_challenge_of_their_own_has_not_our_signature():
    salt = f"{'0' * 24}?expires={int((NOW + LIFETIME).timestamp())}&"
    mine = hashlib.sha256(f"{salt}1".encode()).hexdigest()
    signature = hmac.new(b"guessed", mine.encode(), hashlib.sha256).hexdigest()
    forged = {"challenge": mine, "salt": salt, "signature": signature, "number": 1}

    assert refusal(written(forged)) == NOT_OURS


@pytest.mark.parametrize(
    "wrong", [-1, MOST_TRIES + 1, "0", "x", "\ud800", None, 1.5, True, [], 10**900]
)
def test_a_wrong_number_solves_nothing(challenge, wrong):
    assert refusal(written(challenge | {"number": wrong})) == NOT_SOLVED


@pytest.mark.parametrize(
    "content",
    [
        b"", b"null", b"[]", b"7", b'"text"', b"{", b"\xff\xfe", b"[" * 700, b"{}",
        b'{"challenge": 7, "salt": [], "signature": null, "number": 1}',
        b'{"challenge": "\\ud800", "salt": "\\ud800", "signature": "\\ud800", "number": 1}',
        b'{"number": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(content):
    assert refusal(base64.b64encode(content).decode()) == UNREADABLE


@pytest.mark.parametrize("text", ["", "x", "not base64!", "é", "{}", "a=a="])
def test_what_is_no_base64_is_refused(text):
    assert refusal(text) == UNREADABLE
