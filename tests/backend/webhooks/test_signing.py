"""Our signatures, checked by the library that receivers use."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from widget_server.backend.webhooks.signing import new_secret, signed_headers

BODY = b'{"type":"appointment_booked"}'


def test_receivers_accept_what_we_sign():
    secret = new_secret()
    headers = signed_headers(secret, "msg_1", datetime.now(UTC), BODY)  # noqa: TID251 - its clock
    assert Webhook(secret).verify(BODY, headers) == {"type": "appointment_booked"}


@pytest.mark.parametrize(
    ("body", "late"),
    [(BODY + b" ", timedelta()), (BODY, timedelta(minutes=6)), (BODY, timedelta(minutes=-6))],
)
def test_receivers_refuse_what_was_altered_or_kept_back(body: bytes, late: timedelta):
    secret = new_secret()
    sent = datetime.now(UTC) - late  # noqa: TID251 - its clock
    headers = signed_headers(secret, "msg_1", sent, BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_receivers_refuse_another_secret():
    headers = signed_headers(new_secret(), "msg_1", datetime.now(UTC), BODY)  # noqa: TID251
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_secrets_are_random():
    assert len({new_secret() for _ in range(100)}) == 100
