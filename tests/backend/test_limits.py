"""Clients that call too often are told when to come back; the others do not notice."""

from dataclasses import replace

import pytest

from widget_server.backend.auth import create_client
from widget_server.backend.context import EXTENSION
from widget_server.backend.limits import WRONG_SECRETS_PER_MINUTE, CallLimits
from widget_server.rate_limits import IN_PROCESS


@pytest.fixture
def limited(studio):
    """Three calls a minute."""
    joined = studio.app.extensions[EXTENSION]
    studio.app.extensions[EXTENSION] = replace(joined, limits=CallLimits(3))
    yield studio
    studio.app.extensions[EXTENSION] = joined


def ask_token(api, client_id, secret, **environ):
    form = {"client_id": client_id, "client_secret": secret}
    return api.app.test_client().post("/api/v2/token", data=form, environ_base=environ)


def guess(api, times, *, address="192.0.2.1", client_id=None):
    return [
        ask_token(api, client_id or f"id{n}", "wrong", REMOTE_ADDR=address).status_code
        for n in range(times)
    ]


def test_the_call_too_many_is_refused_and_tells_when_to_come_back(limited):
    assert [limited.call("GET", "/services").status_code for _ in range(3)] == [200] * 3
    refused = limited.call("POST", "/locations", {"name": "Annexe"})
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_each_client_has_its_own_count(limited):
    for _ in range(4):
        limited.call("GET", "/services")
    token = ask_token(limited, *create_client(limited.database, "other", ["*"]))
    headers = {"Authorization": f"Bearer {token.json['access_token']}"}
    statuses = [limited.call("GET", "/services", headers=headers).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]  # asking for the token was a call, too


def test_what_the_server_asks_of_itself_does_not_count(limited):
    inside = {IN_PROCESS: True}
    statuses = [
        limited.call("GET", "/services", environ_base=inside).status_code for _ in range(10)
    ]
    assert statuses == [200] * 10


def test_guessing_at_a_secret_ends_and_does_not_shut_its_owner_out(limited):
    client_id, secret = create_client(limited.database, "other", ["*"])
    guesses = guess(limited, WRONG_SECRETS_PER_MINUTE + 1, client_id=client_id)
    assert guesses == [401] * WRONG_SECRETS_PER_MINUTE + [429]
    assert ask_token(limited, client_id, secret, REMOTE_ADDR="192.0.2.2").status_code == 200
    assert ask_token(limited, client_id, secret, **{IN_PROCESS: True}).status_code == 200


def test_guessing_at_many_ids_from_one_household_ends_too(limited):
    assert guess(limited, 40, address="2001:db8:1:2::1") == [401] * 40
    assert guess(limited, 21, address="2001:db8:1:2::2") == [401] * 20 + [429]
    assert guess(limited, 1, address="2001:db8:1:3::1") == [401]
