"""Real connections to real workers, by clients who are slow or do not mean well."""

import contextlib
import json
import select
import socket

import pytest
import requests

from tests.conftest import PATIENCE_SECONDS
from widget_server.cli.worker import LINGER_SECONDS

FORM = (
    b"POST /api/v2/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
BOOKING = (
    b"POST /v1/bookings HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\n"
    b"Content-Type: application/json\r\n"
)

LINES = 200


def connect(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_SECONDS)


def answer_of(line):
    """Return the status, the headers and the body of the next answer that is more than a word."""
    with line.makefile("rb", buffering=0) as stream:
        status = 100
        while status == 100:
            status = int(stream.readline().split()[1])
            headers = {}
            while header := stream.readline().strip():
                name, _, value = header.decode().partition(": ")
                headers[name.lower()] = value
        return status, headers, stream.read(int(headers.get("content-length", 0)))


def refusal(server, request):
    """Return status and code of a problem that a request is answered with as the line closes."""
    with connect(server) as line:
        line.sendall(request)
        status, headers, body = answer_of(line)
        problem = json.loads(body)
        assert headers["content-type"] == "application/problem+json"
        assert (headers["connection"], line.recv(1)) == ("close", b"")
        assert problem["status"] == status
        assert problem["type"] == f"{server.url}/problems/{problem['code']}"
        assert {"title", "detail", "errors"} <= problem.keys()
        return status, problem["code"]


def code_of(status):
    if status in (413, 414, 431):
        return "too_large"
    return "invalid_input" if status < 500 else "unavailable"


@pytest.mark.parametrize(
    "beginning",
    [b"", b"P", FORM, FORM + b"Content-Length: 100\r\n\r\n{", FORM + CHUNKED + b"5\r\nh"],
)
def test_connections_that_wait_take_no_thread(server, beginning):
    with contextlib.ExitStack() as stack:
        lines = [stack.enter_context(connect(server)) for _ in range(80)]
        for line in lines:
            line.sendall(beginning)
        assert server.get("/healthz").status_code == 200
        # Before any of them was given up.
        assert select.select(lines, [], [], 0)[0] == []


def test_a_request_that_does_not_come_to_its_end_is_given_up(server):
    assert refusal(server, FORM + b"Content-Length: 100\r\n\r\n{") == (408, "invalid_input")


def test_clients_that_do_not_close_hold_nobody_up(server):
    with contextlib.ExitStack() as lines:
        for _ in range(LINES):
            line = lines.enter_context(connect(server))
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        # Whoever waited for those to close would wait for thrice as long, at four workers.
        seconds = LINES / 4 * LINGER_SECONDS / 3
        assert requests.get(f"{server.url}/healthz", timeout=seconds).status_code == 200


@pytest.mark.parametrize("head", [FORM, BOOKING])
@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"2\r\n{}XX0\r\n\r\n", 400),
        (CHUNKED + b"140000\r\n{}" + b" " * 0x13FFFE + b"\r\n0\r\n\r\n", 413),
        (b"Content-Length: 2000000\r\n\r\n" + b" " * 100_000, 413),
        (b"Content-Length: nonsense\r\n\r\n", 400),
        (b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        (b"Expect: tea\r\n\r\n", 417),
        (b"Transfer-Encoding: rot13\r\n\r\n", 501),
        (b"Broken header\r\n\r\n", 400),
        (b"X: " + b"x" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_no_request_can_be_is_a_problem_and_the_end(server, head, rest, status):
    assert refusal(server, head + rest) == (status, code_of(status))


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [(b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\n\r\n", 414), (b"nonsense\r\n\r\n", 400)],
)
def test_a_line_that_asks_for_nothing_is_a_problem_too(server, request_bytes, status):
    assert refusal(server, request_bytes) == (status, code_of(status))


def test_an_answer_before_the_body_was_read_keeps_the_connection_usable(server):
    with connect(server) as line:
        for _ in range(2):
            body = b"x" * 500_000
            line.sendall(BOOKING + b"Content-Length: 500000\r\n\r\n" + body)
            status, headers, _ = answer_of(line)
            assert (status, headers["connection"]) == (413, "keep-alive")
        line.sendall(b"POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + body)
        assert answer_of(line)[0] == 404
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answer_of(line)[0] == 200


def test_requests_that_come_at_once_are_answered_one_after_the_other(server):
    with connect(server) as line:
        asked = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        line.sendall(FORM + b"Content-Length: 1\r\n\r\nx" + asked + FORM + CHUNKED + b"0\r\n")
        assert [answer_of(line)[0] for _ in range(2)] == [422, 200]
        line.sendall(b"\r\n" + asked)
        assert [answer_of(line)[0] for _ in range(2)] == [422, 200]


def test_who_asks_before_sending_a_body_is_told_to_go_on(server):
    with connect(server) as line:
        line.sendall(FORM + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        assert line.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(b"a=b")
        assert answer_of(line)[0] == 422
