"""Idempotency keys as their header brings them."""

import pytest

from tests.web.conftest import MIA


def booked(site, slot, key):
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    # Bytes of a header are latin-1 to WSGI, whatever they are.
    environ = {"HTTP_IDEMPOTENCY_KEY": key.decode("latin-1")}
    answer = site.post(
        "/v1/bookings", json={"items": [item], "customer": MIA}, environ_overrides=environ
    )
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


KEYS = {
    "an emoji": "💥".encode(),
    "UTF-8": "clé".encode(),
    "latin-1": "naïf".encode("latin-1"),
    "the longest": "💥".encode() * 255,
}
REFUSED = {
    "too long": "💥".encode() * 256,
    "unprintable UTF-8": "\x85".encode(),
    "unprintable latin-1": b"\x9f",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_may_be_of_any_characters(site, key):
    slot = site.slots()[0]

    assert booked(site, slot, key) == booked(site, slot, key)


@pytest.mark.parametrize("key", REFUSED.values(), ids=REFUSED)
def test_a_key_that_is_too_long_or_unprintable_is_refused(site, key):
    answer = site.post(
        "/v1/bookings", json={}, environ_overrides={"HTTP_IDEMPOTENCY_KEY": key.decode("latin-1")}
    )

    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_missing")
