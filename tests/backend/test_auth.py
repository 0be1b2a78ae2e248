"""Tokens: got, used, expired, revoked; scopes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from widget_server.backend import auth
from widget_server.backend.models import Client, Token

PATHS = ("/api/v2/token", "/api/v2/auth/token", "/auth/token")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("style", ["data", "json"])
def test_credentials_give_a_token(api, credentials, path, style):
    given = {"client_id": credentials[0], "client_secret": credentials[1]}
    answer = api.app.test_client().post(path, **{style: given})
    api.token = answer.json["access_token"]
    expected = {"token_type": "Bearer", "expires_in": 3600, "access_token": api.token}
    assert (200, expected) == (answer.status_code, answer.json)
    assert kept_out_of_caches(answer)
    assert api.get("/services")["data"] == []


def kept_out_of_caches(answer):
    return (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize("style", ["data", "json"])
def test_wrong_credentials_are_refused(api, credentials, style):
    for given in ((credentials[0], "wrong"), ("nobody", credentials[1])):
        body = dict(zip(("client_id", "client_secret"), given, strict=True))
        answer = api.app.test_client().post("/auth/token", **{style: body})
        assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
        assert kept_out_of_caches(answer)


def test_without_a_good_token_nothing_is_told(api):
    for header in ({}, {"Authorization": "Bearer no"}, {"Authorization": "Basic no"}):
        answer = api.app.test_client().get("/api/v2/customers", headers=header)
        assert (
            answer.status_code,
            answer.json["code"],
            answer.headers["WWW-Authenticate"],
        ) == (401, "unauthorized", "Bearer")


def test_a_token_expires(api):
    api.clock.advance(timedelta(seconds=3600))
    assert api.call("GET", "/services").status_code == 401


def test_a_revoked_token_is_refused_at_once(api):
    auth.revoke_token(api.database, api.token, api.clock.now())
    assert api.call("GET", "/services").status_code == 401


def test_a_revoked_client_is_refused_with_its_tokens(api, credentials):
    auth.revoke_client(api.database, credentials[0], api.clock.now())
    assert api.call("GET", "/services").status_code == 401
    given = {"client_id": credentials[0], "client_secret": credentials[1]}
    assert api.app.test_client().post("/auth/token", json=given).status_code == 401


def test_creating_the_same_client_again_changes_nothing(api, clock):
    made = [
        auth.create_client(api.database, "own", ["*"], "own", "s" * 40, clock=clock)
        for _ in range(2)
    ]
    assert made == [("own", "s" * 40)] * 2


def test_scopes_are_kept(api, clock):
    given = auth.create_client(api.database, "crm", ["customers:write", "*:read"], clock=clock)
    body = dict(zip(("client_id", "client_secret"), given, strict=True))
    api.token = api.app.test_client().post("/auth/token", json=body).json["access_token"]
    assert api.get("/services")["data"] == []
    api.make("/customers", {"first_name": "Mia", "last_name": "Keller"})
    answer = api.call("POST", "/services", {"name": "Cut", "duration": 30})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_neither_secrets_nor_tokens_are_stored(api, credentials):
    with api.database.reading() as session:
        stored = [repr(vars(row)) for row in session.scalars(select(Client))]
        stored += [repr(vars(row)) for row in session.scalars(select(Token))]
    assert len(stored) == 2
    assert [text for text in stored if credentials[1] in text or api.token in text] == []
