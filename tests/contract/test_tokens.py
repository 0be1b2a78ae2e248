"""How a client gets in."""

from datetime import timedelta

import pytest

from tests.contract.facts import EMBEDDED, FULL, PLATFORM, fact

TOKEN = "/api/v2/token"


@fact("L", "`POST /api/v2/token` gives a token for client credentials in a form", "two live reads")
def test_a_form_gives_a_token(target):
    answer = target.send("POST", TOKEN, data=target.form)

    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    assert isinstance(answer.json()["access_token"], str)


@fact("L", "a token lives for an hour: `expires_in` is 3600", "a live read")
def test_a_token_lives_for_an_hour(target):
    assert target.send("POST", TOKEN, data=target.form).json()["expires_in"] == 3600


@fact("L", "a token is sent as `Authorization: Bearer`", "two live reads")
def test_a_token_opens_the_lists(target):
    assert target.call("GET", "/services").status_code == 200


@fact("L", "a token that has expired is answered with 401, the next one works", "a live client",
      holds=EMBEDDED)  # fmt: skip
def test_an_expired_token_is_refused(target):
    target.get("/services")

    target.clock.advance(timedelta(hours=1))

    assert target.call("GET", "/services").status_code == 401
    assert target.call("GET", "/services").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, marks=fact("I", "a call without a token is answered with 401",
                                    "as an expired one")),
        pytest.param({"Authorization": "Bearer nobody"},
                     marks=fact("I", "a call with an unknown token is answered with 401",
                                "as an expired one")),
    ],
)  # fmt: skip
def test_without_a_good_token_nothing_is_told(target, headers):
    assert target.send("GET", "/api/v2/services", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"client_secret": "wrong"},
                     marks=fact("U", "a wrong secret is answered with 400, 401 or 403",
                                "what our client takes for a refusal")),
        pytest.param({"client_id": "nobody"},
                     marks=fact("U", "an unknown client is answered with 400, 401 or 403",
                                "what our client takes for a refusal")),
    ],
)  # fmt: skip
def test_wrong_credentials_give_no_token(target, wrong):
    answer = target.send("POST", TOKEN, data=target.form | wrong)

    assert answer.status_code in (400, 401, 403)


@fact("I", "another `grant_type` than `client_credentials` is refused", "the only one seen")
def test_another_kind_of_grant_is_refused(target):
    answer = target.send("POST", TOKEN, data=target.form | {"grant_type": "password"})

    assert 400 <= answer.status_code < 500


@fact("U", "credentials as JSON are refused at `/api/v2/token`", "only a form has been seen",
      holds=PLATFORM)  # fmt: skip
def test_json_credentials_are_refused(target):
    assert 400 <= target.send("POST", TOKEN, json=target.form).status_code < 500


@fact("P", "`POST /auth/token` at the root answers a page, no token",
      "a barbershop's backend; the vendor's page says otherwise", holds=PLATFORM)  # fmt: skip
def test_the_root_gives_no_token(target):
    answer = target.send("POST", "/auth/token", json=target.form)

    assert "text/html" in answer.headers["Content-Type"]


@pytest.mark.parametrize("style", ["data", "json"])
@pytest.mark.parametrize("path", ["/auth/token", "/api/v2/auth/token"])
@fact("V", "`POST /auth/token` gives a token for JSON or a form", "the vendor's API page",
      holds=(FULL,))  # fmt: skip
def test_the_documented_path_gives_a_token(target, path, style):
    answer = target.send("POST", path, **{style: target.form})

    assert sorted(answer.json()) == ["access_token", "expires_in", "token_type"]
