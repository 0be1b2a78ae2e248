"""What a visitor who books, moves or cancels can be told."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from widget_server.errors import DomainError, NotFound


class NotOpen(DomainError):
    """The start cannot be booked; `alternatives` are the nearest open ones, told in `timezone`."""

    field: ClassVar[str] = "items.0.start"
    sentence: ClassVar[str] = ""

    def __init__(self, alternatives: Sequence[Any] = (), timezone: str | None = None) -> None:
        super().__init__(self.sentence, errors={self.field: [self.sentence]})
        self.alternatives = list(alternatives)
        self.timezone = timezone

    def blaming(self, field: str) -> "NotOpen":
        """Return the error for a request that calls the start otherwise."""
        self.errors = {field: [self.sentence]}
        return self


class SlotTaken(NotOpen):
    """Somebody else has the time."""

    code = "slot_taken"
    sentence = "This time has just been taken. Please choose another one."


class SeriesTaken(SlotTaken):
    """Of a series some dates, or all, are not open."""

    def __init__(self, closed: Sequence[date] = ()) -> None:
        super().__init__()
        days = ", ".join(day.isoformat() for day in closed)
        which = f"Not open: {days}." if days else "Some of its dates have just been taken."
        self.detail = f"{which} Book the open dates alone, or choose another time."
        self.errors = {"recurrence": [self.detail]}


class VisitLost(NotOpen):
    """Somebody has the new time, and somebody the old one."""

    code = "slot_taken"
    sentence = (
        "The new time was taken, and meanwhile the old one as well. Your booking is cancelled. "
        "Please book again."
    )


class NotOffered(NotOpen):
    """The time was never open: outside hours, too soon, too far ahead, or not a start."""

    code = "not_offered"
    sentence = "This time is not offered. Please choose one of the open times."


class CouponInvalid(DomainError):
    """The coupon is unknown, expired, used up or not for this visit; it never says which."""

    code = "coupon_invalid"

    def __init__(self) -> None:
        sentence = "This coupon cannot be used. Take it out, or try another one."
        super().__init__(sentence, errors={"coupon": [sentence]})


class HoldExpired(DomainError):
    """The time is no longer kept for the visitor."""

    code = "hold_expired"

    def __init__(self) -> None:
        super().__init__("This time is no longer kept for you. It may still be free: try it.")


class LimitReached(DomainError):
    """The visitor has as many as the business allows."""

    code = "limit_reached"


class TooLate(DomainError):
    """The business's limit for changes has passed, or the booking is over."""

    code = "too_late"


class KeyReused(DomainError):
    """The idempotency key came before, with another body."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came before with another body; use a new one.")


class StillProcessing(Exception):
    """The outcome is not known yet; `booking_id` tells where to ask."""

    def __init__(self, booking_id: str | None) -> None:
        super().__init__("The outcome is not known yet.")
        self.booking_id = booking_id


class ManageLinkInvalid(NotFound):
    """The manage link is wrong, revoked or of something else; it never says which."""

    def __init__(self) -> None:
        super().__init__("This link is not valid (any more).")


class LinksRevoked(NotFound):
    """What was booked with this key has other links now, which the key does not open."""

    def __init__(self) -> None:
        super().__init__(
            "This has been booked already, and the links to the booking have been revoked. "
            "Please ask the business for the new one."
        )


def as_answer(error: NotOpen) -> dict[str, Any]:
    """Return an error as JSON, to be told again when the same request comes again."""
    return {"code": error.code, "detail": error.detail, "errors": error.errors}


def from_answer(
    answer: Mapping[str, Any], alternatives: Sequence[Any], timezone: str | None
) -> NotOpen:
    """Return the error of a remembered answer, with what is open instead by now."""
    kind = next(kind for kind in (SlotTaken, NotOffered) if kind.code == answer["code"])
    error = kind(alternatives, timezone)
    # Answers remembered before series came have no words of their own.
    error.detail = answer.get("detail", error.detail)
    error.errors = answer.get("errors", error.errors)
    return error


class NotYetBooked(DomainError):
    """The booking has not come about, or it is being changed: nothing can be done with it now."""

    code = "unavailable"

    def __init__(self) -> None:
        super().__init__("This booking has not been made, or is being changed right now.")
