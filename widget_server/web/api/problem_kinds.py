"""The codes that every error of the public API carries: part of the contract, never to change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CODE_OF_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    414: "too_large",
    429: "rate_limited",
    431: "too_large",
    503: "unavailable",
}


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """An error's HTTP status, its title, and what it means to whoever writes a client."""

    status: int
    title: str
    meaning: str


PROBLEM_KINDS: dict[str, ProblemKind] = {
    "invalid_input": ProblemKind(
        422,
        "Some input is not valid",
        "A field is missing, unknown or makes no sense. `errors` names each field by "
        "its path, as it was sent. Mend those and send again.",
    ),
    "not_found": ProblemKind(
        404,
        "There is nothing here",
        "There is no such address, service, employee, location or booking. A manage "
        "link that was altered or revoked looks the same. A booking that is sent again after "
        "its links were revoked gets this too.",
    ),
    "unauthorized": ProblemKind(
        401,
        "The token is wrong",
        "An event came without the token that this server was given as WEBHOOK_TOKEN, or "
        "somebody asked for the metrics without METRICS_TOKEN.",
    ),
    "method_not_allowed": ProblemKind(
        405,
        "This cannot be done here",
        "The address exists, the method does not; the header Allow lists those that do.",
    ),
    "too_large": ProblemKind(
        413,
        "This is too large",
        "The request is longer than any visitor could mean.",
    ),
    "idempotency_key_missing": ProblemKind(
        400,
        "The Idempotency-Key is missing",
        "Send a header Idempotency-Key with a text of your own, new for each booking "
        "and the same when you repeat one.",
    ),
    "idempotency_key_reused": ProblemKind(
        422,
        "The Idempotency-Key was used before",
        "The key came before with another body. Use a new key for a new booking.",
    ),
    "slot_taken": ProblemKind(
        409,
        "This time has just been taken",
        "Somebody else has the time. `alternatives` holds the nearest open starts.",
    ),
    "not_offered": ProblemKind(
        409,
        "This time is not offered",
        "The start was never open: outside hours, too soon, too far ahead, or not on "
        "the grid. Ask /v1/slots; `alternatives` holds the nearest open starts.",
    ),
    "too_late": ProblemKind(
        409,
        "It is too late for this",
        "The business takes changes only up to a time before the visit; what has been cancelled, "
        "or was never booked, cannot be changed.",
    ),
    "hold_expired": ProblemKind(
        409,
        "The reservation has expired",
        "The start was kept for a while; that time is over. Choose again.",
    ),
    "coupon_invalid": ProblemKind(
        422,
        "This coupon cannot be used",
        "The coupon is unknown, expired, used up or not for this visit.",
    ),
    "limit_reached": ProblemKind(
        409,
        "There are too many bookings already",
        "This visitor has as many open bookings or holds as are allowed.",
    ),
    "challenge_required": ProblemKind(
        403,
        "A challenge must be solved first",
        "The business asks whoever books to do some work first. Fetch /v1/challenge, solve it as "
        "/docs tells, and send the solution as `challenge`.",
    ),
    "challenge_failed": ProblemKind(
        403,
        "The challenge was not solved",
        "The solution was wrong, too old, or has been used for another booking. Fetch a new "
        "challenge, solve it and send the same booking again with the same key. A page's form "
        "that was filled in as no person does is refused with this, too.",
    ),
    "rate_limited": ProblemKind(
        429,
        "Too many requests",
        "Too many requests from one address. Wait as long as Retry-After says.",
    ),
    "platform_unavailable": ProblemKind(
        503,
        "Bookings are not possible right now",
        "The booking system behind does not answer. Nothing was booked; the same "
        "request with the same key may be sent again.",
    ),
    "unavailable": ProblemKind(
        503,
        "This is not possible right now",
        "The server cannot do this at present; try again in a moment.",
    ),
}


def code_of_status(status: int) -> str:
    """Return the code of an error of HTTP that has none of its own."""
    return CODE_OF_STATUS.get(status, "invalid_input" if status < 500 else "unavailable")


def problem_document(
    base: str, code: str, status: int, detail: str, errors: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return what every error is told as; `base` is the server's public address."""
    return {
        "type": f"{base}/problems/{code}",
        "title": PROBLEM_KINDS[code].title,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": dict(errors),
    }
