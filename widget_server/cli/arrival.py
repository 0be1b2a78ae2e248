"""How much of a request has come: enough for a thread to answer it without waiting, or not yet.

This does not judge a request, gunicorn does that; it finds where one ends. What is nonsense here
but for its length counts as whole, so that it is judged.
"""

import re
from http import HTTPStatus

from widget_server.request_bodies import MOST_BYTES

MOST_OF_A_HEAD = 64 * 1024
MOST_OF_A_LINE = 4096
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_ASKS_FIRST = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(;[^\r\n]*)?")


class Arrival:
    """The bytes of a request up to now; `problem` is what speaks against waiting for more."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.whole = False
        self.problem: HTTPStatus | None = None
        # Set once, when the head is there and its sender waits for a word before the body.
        self.asks_first = False
        self._in_body = False
        self._chunked = False
        # Where the body ends or, of one in chunks, where the line of the next chunk begins.
        self._next = 0
        self._decoded = 0

    def take(self, data: bytes) -> None:
        """Take in what came next."""
        seen = max(0, len(self.data) - len(_END))
        self.data += data
        if not self._in_body:
            self._look_for_body(seen)
        if not self._in_body or self.problem:
            return
        if self._chunked:
            self._follow_chunks()
        else:
            self.whole = len(self.data) >= self._next

    def _look_for_body(self, seen: int) -> None:
        end = self.data.find(_END, seen)
        if (end if end >= 0 else len(self.data)) > MOST_OF_A_HEAD:
            self.problem = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        elif end >= 0:
            self._in_body = True
            self._read_head(bytes(self.data[:end]), end + len(_END))

    def _read_head(self, head: bytes, end: int) -> None:
        self._chunked = bool(_CHUNKED.search(head))
        announced = _LENGTH.search(head)
        digits = announced[1].lstrip(b"0") if announced else b""
        length = int(digits[:18] or b"0")
        if length > MOST_BYTES:
            self.problem = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        self._next = end if self._chunked else end + length
        self.asks_first = bool(_ASKS_FIRST.search(head))

    def _follow_chunks(self) -> None:
        while (end := self.data.find(b"\r\n", self._next)) >= 0:
            size = _SIZE.fullmatch(self.data, self._next, end)
            if not size or self.data[self._next - 2 : self._next] != b"\r\n":
                self.problem = HTTPStatus.BAD_REQUEST
                return
            if not int(size[1], 16):
                # The line's own end may be the beginning of the end.
                self.whole = self.data.find(_END, end) >= 0
                break
            self._decoded += int(size[1], 16)
            self._next = end + 2 + int(size[1], 16) + 2
            if self._decoded > MOST_BYTES:
                self.problem = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                return
        self._bound_chunks()

    def _bound_chunks(self) -> None:
        """See to it that neither a line nor what lies between the chunks has no end."""
        if self.whole:
            return
        if len(self.data) - self._next > MOST_OF_A_LINE:
            self.problem = HTTPStatus.BAD_REQUEST
        elif len(self.data) > 2 * MOST_BYTES:
            self.problem = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
