"""Signatures: of these words, for this purpose, with one of the keys."""

from widget_server.site import DEFAULT_SITE
from widget_server.web.security.signing import Signer

SIGNER = Signer(["k" * 40], DEFAULT_SITE, "form")


def test_a_signature_is_of_its_words_and_its_purpose_alone():
    signature = SIGNER.sign("one", "two")

    assert SIGNER.has_signed(signature, "one", "two")
    assert not SIGNER.has_signed(signature, "one two")
    assert not SIGNER.has_signed(signature, "two", "one")
    assert not Signer(["k" * 40], DEFAULT_SITE, "challenge").has_signed(signature, "one", "two")


def test_the_keys_are_not_shown():
    assert repr(SIGNER) == "Signer('form', 'default')"
