"""Bodies that come in pieces: taken to their end, or not at all."""

import io
import json

import pytest

CUSTOMER = b'{"first_name": "Mia", "last_name": "Keller"}'
PATHS = ["/api/v2/customers", "/v1/bookings"]


class Broken(io.BytesIO):
    """What a server hands over when a piece has no proper length."""

    def read(self, _size=-1):
        raise RuntimeError("zz")


@pytest.fixture(scope="module")
def send(site):
    """Send a body in pieces, as the program's own client of the booking system."""
    form = json.loads((site.data_dir / "credentials.json").read_text())
    token = site.post("/api/v2/token", data=form).json["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}

    def sent(path, body, **environ):
        pieces = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, **environ}
        return site.post(
            path,
            input_stream=body,
            headers=headers,
            content_type="application/json",
            environ_overrides=pieces,
        )

    return sent


def test_a_body_in_pieces_is_taken(send):
    assert send(PATHS[0], io.BytesIO(CUSTOMER)).status_code == 201
    assert send(PATHS[1], io.BytesIO(b"{}")).status_code == 422


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_cannot_be_read_is_the_callers_fault(send, path):
    answer = send(path, Broken())
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "spaces"),
    [(PATHS[0], 1_100_000), (PATHS[0], 3_000_000), (PATHS[1], 100_000), (PATHS[1], 3_000_000)],
)
def test_what_follows_the_limit_is_not_cut_off(send, path, spaces):
    answer = send(path, io.BytesIO(CUSTOMER + b" " * spaces + b"garbage"))
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_breaks_off_is_not_taken_for_a_shorter_one(send, path):
    answer = send(
        path, io.BytesIO(CUSTOMER + b"  "), HTTP_TRANSFER_ENCODING="", CONTENT_LENGTH="60000"
    )
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_nobody_minds_a_body_that_nobody_reads(send):
    assert send("/nothing", Broken()).status_code == 404


@pytest.mark.parametrize("path", [*PATHS, "/v1/holds", "/v1/coupons/check"])
@pytest.mark.parametrize(
    "body",
    [b"[" * 30_000, b'{"a":' * 9_000 + b"1" + b"}" * 9_000, b'{"a":' + b"9" * 6_000 + b"}"],
    ids=["arrays", "objects", "number"],
)
def test_endless_json_is_answered_like_any_other_bad_json(send, path, body):
    answer, other = send(path, io.BytesIO(body)), send(path, io.BytesIO(b"{"))
    assert (answer.status_code // 100, answer.get_json()) == (4, other.get_json())
