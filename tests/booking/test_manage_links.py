"""Manage tokens: one spelling, and any altered character fails."""

import string

import pytest

from widget_server.booking.errors import ManageLinkInvalid
from widget_server.booking.manage_links import (
    TOKEN_LENGTH,
    ManageClaim,
    ManageLinks,
    new_booking_id,
)
from widget_server.site import DEFAULT_SITE, Site

KEY, OLD_KEY = "k" * 40, "o" * 40
ALPHABET = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def links() -> ManageLinks:
    return ManageLinks([KEY, OLD_KEY], DEFAULT_SITE)


def test_a_token_says_which_booking_in_which_version(links):
    booking = new_booking_id()

    assert ManageClaim(booking, 7) == links.verify(links.issue(booking, 7))


def test_any_altered_character_fails(links):
    token = links.issue(new_booking_id(), 1)

    for place in range(TOKEN_LENGTH):
        for other in ALPHABET.replace(token[place], ""):
            with pytest.raises(ManageLinkInvalid):
                links.verify(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token + "=",
        lambda token: token[:-1] + "+",
        lambda token: " " + token[1:],
        lambda token: token[:-1] + "é",
        lambda _token: "",
    ],
)
def test_other_spellings_fail(links, change):
    with pytest.raises(ManageLinkInvalid):
        links.verify(change(links.issue(new_booking_id(), 1)))


def test_a_token_of_another_site_fails(links):
    elsewhere = ManageLinks([KEY], Site("elsewhere"))

    with pytest.raises(ManageLinkInvalid):
        links.verify(elsewhere.issue(new_booking_id(), 1))


def test_a_retired_key_still_verifies_until_it_is_dropped(links):
    booking = new_booking_id()
    token = ManageLinks([OLD_KEY], DEFAULT_SITE).issue(booking, 1)

    assert ManageClaim(booking, 1) == links.verify(token)
    with pytest.raises(ManageLinkInvalid):
        ManageLinks([KEY], DEFAULT_SITE).verify(token)
