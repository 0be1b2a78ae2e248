"""What a visitor who books, moves or cancels can be told."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from widget_server.errors import DomainError, NotFound


class NotOpen(DomainError):
    """The start cannot be booked; `alternatives` are the nearest open ones."""

    field: ClassVar[str] = "items.0.start"

    def __init__(self, alternatives: Sequence[Any] = ()) -> None:
        super().__init__(self.sentence, errors={self.field: [self.sentence]})
        self.alternatives = list(alternatives)

    sentence: ClassVar[str] = ""


class SlotTaken(NotOpen):
    """Somebody else has the time."""

    code = "slot_taken"
    sentence = "This time has just been taken. Please choose another one."


class NotOffered(NotOpen):
    """The time was never open: outside hours, too soon, too far ahead, or not a start."""

    code = "not_offered"
    sentence = "This time is not offered. Please choose one of the open times."


class TooLate(DomainError):
    """The business's limit for changes has passed."""

    code = "too_late"


class KeyReused(DomainError):
    """The idempotency key came before, with another body."""

    code = "idempotency_key_reused"


class StillProcessing(Exception):
    """The outcome is not known yet; `booking_id` tells where to ask."""

    def __init__(self, booking_id: str | None) -> None:
        super().__init__("The outcome is not known yet.")
        self.booking_id = booking_id


class ManageLinkInvalid(NotFound):
    """The manage link is wrong, revoked or of something else; it never says which."""

    def __init__(self) -> None:
        super().__init__("This link is not valid (any more).")


def as_answer(error: NotOpen) -> dict[str, Any]:
    """Return an error as JSON, to be told again when the same request comes again."""
    return {"code": error.code}


def from_answer(answer: Mapping[str, Any], alternatives: Sequence[Any]) -> NotOpen:
    """Return the error of a remembered answer, with what is open instead by now."""
    kind = next(kind for kind in (SlotTaken, NotOffered) if kind.code == answer["code"])
    return kind(alternatives)


class NotYetBooked(DomainError):
    """The booking has not come about, so there is nothing to cancel."""

    code = "unavailable"

    def __init__(self) -> None:
        super().__init__("This booking has not been made (yet), so it cannot be cancelled.")
