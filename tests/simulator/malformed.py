"""Answers that no platform should give, by name; each is written to the connection as it is."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
DRIP_SECONDS = 0.05
# Nobody waits for so many pieces; without an end the thread that writes them would have none.
PIECES = 20_000
BOMB_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Wire:
    """What goes over the wire: pieces of bytes, then the end of the connection."""

    pieces: Iterator[bytes]
    pause: float = 0.0

    def write(self, send: Callable[[bytes], object]) -> None:
        for piece in self.pieces:
            send(piece)
            if self.pause:
                time.sleep(self.pause)


def answer(body: bytes, kind: str = JSON, **headers: Any) -> bytes:
    """Return a whole answer; headers may say something else than what is true."""
    usual = {"Content_Type": kind, "Content_Length": len(body)}
    lines = "".join(
        f"{name.replace('_', '-')}: {value}\r\n"
        for name, value in (usual | headers).items()
        if value != ""
    )
    return f"HTTP/1.1 200 OK\r\n{lines}Connection: close\r\n\r\n".encode() + body


def packed(body: bytes, how: str = "gzip") -> bytes:
    """Return an answer that says to be packed."""
    return answer(body, Content_Encoding=how)


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def records(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """Return an answer whose records, or whose only record, are changed."""
    document = json.loads(body)
    if isinstance(document, dict) and isinstance(document.get("data"), list):
        return json.dumps({**document, "data": [change(one) for one in document["data"]]}).encode()
    return json.dumps(change(document)).encode()


def every_value(value: Any) -> Callable[[bytes], bytes]:
    """Put one value into every member of every record, but for the id."""

    def change(one: Any) -> Any:
        if not isinstance(one, dict):
            return value
        return {key: one[key] if key == "id" else value for key in one}

    return lambda body: records(body, change)


def every_id(value: Any) -> Callable[[bytes], bytes]:
    return lambda body: records(
        body, lambda one: {**one, "id": value} if isinstance(one, dict) else value
    )


def nested(depth: int) -> Any:
    """Return an object in an object, and so on."""
    found: Any = 1
    for _ in range(depth):
        found = {"x": found}
    return found


# What the body becomes; the rest of the answer is as it should be.
BODIES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "half": lambda body: body[: len(body) // 2],
    "page of the website": lambda _: b"<!doctype html><h1>Salon</h1>",
    "no object": lambda _: b"42",
    "null": lambda _: b"null",
    "text": lambda _: b'"hello"',
    "null list": lambda _: b'{"data": null}',
    "list of nulls": lambda _: b'{"data": [null, null]}',
    "list of lists": lambda _: b'{"data": [[1], [2]]}',
    "object for a list": lambda _: b'{"data": {"1": {"id": 1}}}',
    "only ids": lambda _: b'{"data": [{"id": 1}]}',
    "no ids": lambda _: b'{"data": [{"name": "x"}, {}]}',
    "not UTF-8": lambda body: body.replace(b"a", b"\xff"),
    "nested for ever": lambda _: b"[" * 100_000,
    "crumbs": lambda _: b'{"data": [' + b'{"a":1},' * 500_000 + b"{}]}",
    "nested deeply": every_value(nested(900)),
    "NaN": lambda body: every_value(1)(body).replace(b": 1", b": NaN"),
    "infinite": lambda body: every_value(1)(body).replace(b": 1", b": 1e999"),
    "endless number": lambda body: every_value(1)(body).replace(b": 1", b": " + b"9" * 5000),
    "vast number": every_value(10**4000),
    "vast amount": every_value("1e999999"),
    "tiny amount": every_value("1e-999999"),
    "negative": every_value(-1),
    "half a character": every_value("\ud83d"),
    "zero character": every_value("a\x00b"),
    "all null": every_value(None),
    "all true": every_value(value=True),
    "all texts": every_value("x"),
    "all empty texts": every_value(""),
    "all lists": every_value([1, "x", None]),
    "all objects": every_value({"x": 1}),
    "all objects with bad ids": every_value({"id": "x"}),
    "lists of objects": every_value([{"x": 1}]),
    "first of all times": every_value("0001-01-01T00:00:00+14:00"),
    "last of all times": every_value("9999-12-31T23:59:59-14:00"),
    "list for an id": every_id([1]),
    "object for an id": every_id({"id": 1}),
    "text for an id": every_id("x"),
    "half an id": every_id(1.5),
    "null for an id": every_id(None),
    "vast id": every_id(2**80),
}  # fmt: skip


# How the answer is sent, at once.
SENT: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "HTML": lambda _: iter([answer(b"<!doctype html><h1>Salon</h1>", "text/html")]),
    "JSON as HTML": lambda body: iter([answer(body, "text/html; charset=utf-8")]),
    "no type": lambda body: iter([answer(body, "")]),
    "cut short": lambda body: iter([answer(body[:-3], Content_Length=len(body))]),
    "cut chunk": lambda body: iter([CHUNKED, chunk(body)[:-9]]),
    "no last chunk": lambda body: iter([CHUNKED, chunk(body)]),
    "bad chunk": lambda _: iter([CHUNKED, b"hello\r\n"]),
    "bad length": lambda body: iter([answer(body, Content_Length="many")]),
    "not packed": lambda body: iter([packed(body)]),
    "packed and cut": lambda body: iter([packed(gzip.compress(body)[: len(body) // 20])]),
    "packed without an end": lambda body: iter([packed(gzip.compress(body)[:-9])]),
    "packed six times": lambda body: iter([packed(body, ", ".join(["gzip"] * 6))]),
    "bomb": lambda _: iter([packed(bomb())]),
    "no HTTP": lambda _: iter([b"220 mail.example.org ESMTP\r\n"]),
    "nothing": lambda _: iter([]),
    "only a status": lambda _: iter([b"HTTP/1.1 200 OK\r\n"]),
    "thousand headers": lambda body: iter(
        [answer(body, **{f"X_{number}": "x" for number in range(1000)})]
    ),
    "vast header": lambda body: iter([answer(body, X_Vast="x" * 1_000_000)]),
    "endless": lambda _: (part for part in (CHUNKED, *([chunk(b" " * 65536)] * 1000))),
    "endless list": lambda _: (
        part for part in (CHUNKED, chunk(b'{"data": [1'), *([chunk(b",[1,{}]" * 9000)] * 1000))
    ),
}  # fmt: skip

# How it is sent so that nobody should wait for it.
SLOW: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "silence": lambda _: iter([b""] * PIECES),
    "dripping headers": lambda _: (b"X" for _ in range(PIECES)),
    "dripping body": lambda _: iter([answer(b"", Content_Length=PIECES), *([b" "] * PIECES)]),
    "dripping chunks": lambda _: iter([CHUNKED, *([b"0"] * PIECES)]),
    "continue for ever": lambda _: iter([b"HTTP/1.1 100 Continue\r\n\r\n"] * PIECES),
}

_bombs: list[bytes] = []


def bomb() -> bytes:
    """Return little that unpacks to much; packed once."""
    if not _bombs:
        _bombs.append(gzip.compress(b" " * BOMB_BYTES, 9))
    return _bombs[0]


def wire(name: str, body: bytes) -> Wire:
    """Return what the malformed answer of this name sends, in the place of a good body."""
    if name in BODIES:
        return Wire(iter([answer(BODIES[name](body))]))
    if name in SENT:
        return Wire(SENT[name](body))
    return Wire(SLOW[name](body), DRIP_SECONDS)
