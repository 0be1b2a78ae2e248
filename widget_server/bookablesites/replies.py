"""What an answer means: refusals as errors, bodies as JSON."""

import json
import re
from collections.abc import Callable
from typing import Any

from widget_server.bookablesites.errors import (
    Conflict,
    CouponRefused,
    CredentialsRefused,
    Gone,
    InvalidAnswer,
    NotEnabled,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)
from widget_server.bookablesites.transport import Reply

# Many times what a page of a list holds. Small values take a hundred times their size in memory.
MOST_VALUES = 250_000
_BEFORE_VALUES = (b",", b"[", b"{")
_MAYBE_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
# In the message of a refusal that is about the account, not about its credentials.
_NOT_ENABLED = ("feature", "disabled", "not enabled")
_REFUSALS: dict[int, Callable[[int, str], Rejected]] = {404: Gone, 409: Conflict, 410: Gone}


def checked(reply: Reply) -> Reply:
    """Return an answer that is a success; raise what another one means."""
    if 200 <= reply.status < 300:
        return reply
    if reply.status == 403 and _says_not_enabled(reply):
        raise NotEnabled(reply.status, "The account does not have this feature.")
    if reply.status in (401, 403):
        raise CredentialsRefused("The booking system refuses this server's credentials.")
    if reply.status == 429:
        raise PlatformError("The booking system asks for a pause.")
    if 400 <= reply.status < 500:
        refuse = _REFUSALS.get(reply.status, Rejected)
        if _member(reply, "code") == "coupon_invalid":
            refuse = CouponRefused
        raise refuse(reply.status, "The booking system refuses this.")
    raise OutcomeUnknown("The booking system is out of order.")


def _says_not_enabled(reply: Reply) -> bool:
    message = str(_member(reply, "message")).lower()
    return any(words in message for words in _NOT_ENABLED)


def _member(reply: Reply, name: str) -> Any:
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    return document.get(name) if isinstance(document, dict) else None


def parsed(reply: Reply) -> Any:
    """Return the answer's JSON; raise InvalidAnswer, for a page of a website too."""
    if "json" not in reply.content_type.partition(";")[0].lower():
        raise InvalidAnswer("The booking system's answer is no JSON.")
    if sum(map(reply.body.count, _BEFORE_VALUES)) > MOST_VALUES:
        raise InvalidAnswer("The booking system's answer is too large.")
    try:
        return _whole(json.loads(reply.body, parse_constant=_refuse), reply.body)
    except (ValueError, RecursionError):
        raise InvalidAnswer("The booking system's answer cannot be read.") from None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _whole(document: Any, body: bytes) -> Any:
    """Refuse halves of characters: they can be escaped in JSON, and written nowhere else."""
    if _MAYBE_HALVES.search(body):
        json.dumps(document, ensure_ascii=False).encode()
    return document
