"""Reading a request's body whole, before anybody looks at it.

A body without a length is read by the frameworks up to their limit, and what follows is cut off
without a word; one that breaks off half-way looks like a shorter one. Here it is read to its end or
not taken at all. What is wrong is told by whoever asks for the body, in its own words: a request
that nobody reads the body of is answered as if there were none.
"""

import io
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import get_content_length

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
MOST_BYTES = 1024 * 1024


def whole_bodies(app: WsgiApp, most_bytes: int = MOST_BYTES) -> WsgiApp:
    """Return the application with bodies read ahead; larger ones are refused unread."""

    def read_ahead(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Without this the server leaves it to the application where a body ends.
        if environ.get("wsgi.input_terminated"):
            _take_in(environ, most_bytes)
        return app(environ, start_response)

    return read_ahead


class _Unreadable(io.RawIOBase):
    """A body that raises an error of HTTP whenever it is read."""

    def __init__(self, error: HTTPException) -> None:
        self._error = error

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> NoReturn:
        raise self._error


def _take_in(environ: dict[str, Any], most_bytes: int) -> None:
    announced = get_content_length(environ)
    try:
        body = _read(environ["wsgi.input"], announced, most_bytes)
    except HTTPException as error:
        environ["wsgi.input"] = _Unreadable(error)
        return
    environ["wsgi.input"] = io.BytesIO(body)
    # Its length is known now, and the frameworks' own limits apply to it.
    if environ.pop("HTTP_TRANSFER_ENCODING", None) or announced is not None:
        environ["CONTENT_LENGTH"] = str(len(body))


def _read(stream: Any, announced: int | None, most_bytes: int) -> bytes:
    if (announced or 0) > most_bytes:
        raise RequestEntityTooLarge
    try:
        body: bytes = stream.read(most_bytes + 1)
    except Exception:  # noqa: BLE001 - each server has errors of its own for this
        raise BadRequest("The body could not be read.") from None
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    if len(body) < (announced or 0):
        raise BadRequest("The body is shorter than its Content-Length.")
    return body
