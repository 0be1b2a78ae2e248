"""Forms: who sends one faster than anybody types, or fills in what nobody sees, is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from widget_server.site import DEFAULT_SITE, Site
from widget_server.web.security.form_stamps import (
    LONGEST,
    SHORTEST,
    STAMP,
    TRAP,
    FormRefused,
    FormStamps,
)

NOW = datetime(2026, 11, 30, 12, 0, 0, 250_000, tzinfo=UTC)
OLD, NEW = "o" * 40, "n" * 40
STAMPS = FormStamps([NEW], DEFAULT_SITE)
FORM = "the form's key"
JUST = timedelta(milliseconds=1)


def is_refused(typed, after=SHORTEST, form=FORM, stamps=STAMPS):
    try:
        stamps.check(form, typed, NOW + after)
    except FormRefused:
        return True
    return False


@pytest.fixture
def typed():
    return {STAMP: STAMPS.stamp(FORM, NOW), TRAP: ""}


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        (timedelta(), True), (SHORTEST - JUST, True), (SHORTEST, False),
        (LONGEST - JUST, False), (LONGEST, True), (-SHORTEST, True),
    ],
)  # fmt: skip
def test_a_form_is_taken_from_two_seconds_until_a_day_after_it_was_shown(typed, after, refused):
    assert is_refused(typed, after) == refused


def test_who_fills_in_what_nobody_sees_is_refused(typed):
    assert is_refused(typed | {TRAP: "https://example.org"})


def test_a_refusal_blames_no_input(typed):
    with pytest.raises(FormRefused) as caught:
        STAMPS.check(FORM, typed, NOW)

    assert (caught.value.code, caught.value.errors) == ("challenge_failed", {})


def test_browsers_may_leave_the_unseen_input_out(typed):
    del typed[TRAP]

    assert not is_refused(typed)


@pytest.mark.parametrize("stamp", ["", "x", "1.2", f"{'9' * 15}.{'0' * 64}", "é.é"])
def test_a_stamp_that_is_not_ours_is_refused(stamp):
    assert is_refused({STAMP: stamp})
    assert is_refused({})


def test_a_stamp_tells_the_moment_and_is_good_for_one_form_and_one_site(typed):
    assert STAMPS.shown(FORM, typed) == NOW
    assert is_refused(typed, form="another form")
    assert is_refused(typed, stamps=FormStamps([NEW], Site("other")))


def test_an_earlier_moment_needs_another_signature(typed):
    moment, signature = typed[STAMP].split(".")

    assert is_refused({STAMP: f"{int(moment) - 5000}.{signature}"})


def test_what_an_earlier_key_has_signed_is_good_until_that_key_is_retired():
    typed = {STAMP: FormStamps([OLD], DEFAULT_SITE).stamp(FORM, NOW)}

    assert not is_refused(typed, stamps=FormStamps([NEW, OLD], DEFAULT_SITE))
    assert is_refused(typed)
