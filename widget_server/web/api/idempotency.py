"""The Idempotency-Key header: the same key gives the same answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from widget_server.errors import DomainError

NAME = "Idempotency-Key"
MAX_KEY = 255


class IdempotencyKeyMissing(DomainError):
    """A booking came without a key."""

    code = "idempotency_key_missing"


def key_header(*, required: bool = False) -> dict[str, Any]:
    """Return the header as OpenAPI describes it."""
    return {
        "in": "header",
        "name": NAME,
        "required": required,
        "schema": {"type": "string", "maxLength": MAX_KEY},
        "description": "Any text of your own, new for each change; repeated, it changes nothing.",
    }


def idempotency_key() -> str:
    """Return the request's key; raise IdempotencyKeyMissing."""
    return usable_key(_as_sent(request.headers.get(NAME, "")))


def needs_key(view: Callable[..., Response]) -> Callable[..., Response]:
    """Refuse who sends no key before anything else of the request is looked at."""

    @wraps(view)
    def keyed(*args: Any, **kwargs: Any) -> Response:
        idempotency_key()
        return view(*args, **kwargs)

    return keyed


def optional_key() -> str | None:
    """Return the request's key, None when it has none; raise IdempotencyKeyMissing for no text."""
    return idempotency_key() if NAME in request.headers else None


def _as_sent(text: str) -> str:
    """Return a header's text: WSGI hands its bytes on as latin-1, whatever they are."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def usable_key(text: str) -> str:
    """Return a key that can be remembered; raise IdempotencyKeyMissing."""
    key = text.strip()
    if not key or len(key) > MAX_KEY or not key.isprintable():
        raise IdempotencyKeyMissing(
            f"Send an Idempotency-Key header: any text of your own, up to {MAX_KEY} characters."
        )
    return key
