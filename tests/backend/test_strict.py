"""The costume takes anything: what is not right is refused, and never breaks it."""

import pytest
from werkzeug.test import Client

from widget_server.backend.app import BackendConfig
from widget_server.backend.strict import strict
from widget_server.backend.strict.hints import widened


@pytest.fixture
def send(studio):
    client = Client(strict(studio.app.wsgi_app, BackendConfig(most_bytes=1000)))

    def call(method, path, **kwargs):
        headers = {"Authorization": f"Bearer {studio.token}"}
        return client.open(f"/api/v2{path}", method=method, headers=headers, **kwargs)

    return call


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b"\xff", b'{"a": NaN}', b"[" * 900, b'{"a":' + b"9" * 900 + b"}"],
)
@pytest.mark.parametrize("path", ["/customers", "/bookings", "/coupons"])
def test_a_body_that_is_none_is_refused(send, path, body):
    answer = send("POST", path, data=body, content_type="application/json")

    assert (answer.status_code, list(answer.get_json())) == (422, ["message"])


def test_a_body_of_another_kind_is_refused(send):
    body = b'{"first_name": "Mia", "last_name": "Keller"}'

    assert send("POST", "/customers", data=body, content_type="text/plain").status_code == 415


def test_a_body_that_is_too_large_is_refused(send):
    answer = send("POST", "/customers", json={"first_name": "M" * 1000, "last_name": "Keller"})

    assert (answer.status_code, list(answer.get_json())) == (413, ["message"])


def test_a_few_of_many_unknown_fields_are_named(send):
    answer = send("GET", "/customers", query_string={f"a{number:03}": 1 for number in range(90)})

    message = answer.get_json()["message"]
    assert message.startswith("Unknown: a000, a001, ")
    assert message.endswith(", a019. Fields at fault besides these: 70.")


def test_the_path_of_an_id_too_long_names_nothing(send):
    assert send("GET", f"/customers/{'9' * 40}").status_code == 404


@pytest.mark.parametrize("path", ["", "/", "/customers/", "/customers/x", "/customers/1/", "//"])
def test_a_path_nearly_right_answers_a_page(send, path):
    answer = send("GET", path)

    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "TRACE"])
def test_other_methods_are_told_which_there_are(send, method):
    answer = send(method, "/customers/1")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PATCH, DELETE")


@pytest.mark.parametrize(
    ("asked", "widest"),
    [
        ({"calendar_start_date": "2028-02-29"}, {"calendar_start_date": "2028-02-01"}),
        ({"calendar_end_date": "2028-02-01"}, {"calendar_end_date": "2028-02-29"}),
        ({"calendar_end_date": "20280201"}, {"calendar_end_date": "20280201"}),
        ({"calendar_end_date": "soon", "service": "1"}, None),
    ],
)
def test_dates_grow_to_their_months(asked, widest):
    assert dict(widened(asked.items())) == (widest or asked)


def test_a_token_is_kept_out_of_caches(send, studio):
    form = dict(zip(("client_id", "client_secret"), studio.credentials, strict=True))
    answer = send("POST", "/token", data=form)

    assert answer.get_json()["access_token"]
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
