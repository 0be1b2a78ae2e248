"""Where a request ends, however it comes in."""

import pytest

from widget_server.cli.arrival import Arrival

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
WHOLE = [
    GET,
    b"POST / HTTP/1.1\r\ncontent-length:  5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nContent-Length: 0005\r\nX: y\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n",
    CHUNKED + b"0\r\n\r\n",
    CHUNKED + b"5\r\nhello\r\n00\r\n\r\n",
    CHUNKED + b"5;a=b\r\nhello\r\nA \r\n0\r\n\r\n56789\r\n0;x\r\nTrailer: 1\r\n\r\n",
]


@pytest.mark.parametrize("request_bytes", WHOLE)
def test_a_request_is_whole_with_its_last_byte(request_bytes):
    arrival = Arrival()
    seen = []
    for position in range(len(request_bytes)):
        arrival.take(request_bytes[position : position + 1])
        seen.append(arrival.whole)
    assert seen == [False] * (len(request_bytes) - 1) + [True]
    assert (arrival.problem, bytes(arrival.data)) == (None, request_bytes)


@pytest.mark.parametrize("request_bytes", WHOLE)
def test_what_comes_at_once_is_whole_at_once_and_keeps_what_follows(request_bytes):
    arrival = Arrival()
    arrival.take(request_bytes + GET)
    assert (arrival.whole, bytes(arrival.data)) == (True, request_bytes + GET)


@pytest.mark.parametrize(
    ("request_bytes", "problem"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000, 431),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (CHUNKED + b"zz\r\n", 400),
        (CHUNKED + b"\r\n", 400),
        (CHUNKED + b"1\r\nxXX0\r\n\r\n", 400),
        (CHUNKED + b"-1\r\n", 400),
        (CHUNKED + b"f" * 17 + b"\r\n", 400),
        (CHUNKED + b"5;" + b"x" * 5000, 400),
        (CHUNKED + b"0\r\n" + b"X: y\r\n" * 1000, 400),
        (CHUNKED + b"100001\r\n", 413),
        (CHUNKED + b"80000\r\n" + b"x" * 0x80000 + b"\r\n80001\r\n", 413),
        (CHUNKED + b"1;xxxxxxxxxxxxxxxxxxx\r\nx\r\n" * 100_000, 413),
    ],
)
def test_what_need_not_be_waited_for(request_bytes, problem):
    arrival = Arrival()
    arrival.take(request_bytes)
    assert (arrival.problem, arrival.whole) == (problem, False)


def test_a_body_in_very_many_pieces_is_followed_without_looking_back():
    arrival = Arrival()
    arrival.take(CHUNKED)
    for _ in range(100_000):
        arrival.take(b"1\r\nx\r\n")
    arrival.take(b"0\r\n\r\n")
    assert (arrival.whole, arrival.problem) == (True, None)
