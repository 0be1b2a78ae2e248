"""Who looks on as visitors book, move and cancel: the seam for metrics."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from widget_server.bookablesites.errors import PlatformError, Rejected
from widget_server.booking.errors import NotOpen, SlotTaken, StillProcessing
from widget_server.errors import DomainError

T = TypeVar("T")
# What becomes of an attempt that goes well: at once, to be confirmed by the team, long ago.
CONFIRMED, PENDING, DONE, REPLAYED = "confirmed", "pending", "done", "replayed"
# What else: not known yet, taken, never open, not allowed, no platform, a mistake of ours.
PROCESSING, CONFLICT, NOT_OFFERED = "processing", "conflict", "not_offered"
REFUSED, FAILED, ERROR = "refused", "failed", "error"


class Observer(Protocol):
    """Is told of every attempt; must be quick, and may be told by several threads at once."""

    def booked(self, outcome: str) -> None:
        """Take note of an attempt to book."""
        ...

    def canceled(self, outcome: str) -> None:
        """Take note of an attempt to cancel."""
        ...

    def moved(self, outcome: str) -> None:
        """Take note of an attempt to move a booking."""
        ...


class Nobody:
    """Takes no notice."""

    def booked(self, outcome: str) -> None:
        """Take no notice."""

    def canceled(self, outcome: str) -> None:
        """Take no notice."""

    def moved(self, outcome: str) -> None:
        """Take no notice."""


def told(tell: Callable[[str], None], act: Callable[[], tuple[T, str]]) -> T:
    """Do it, and tell who looks on what became of it; `act` returns the outcome besides."""
    outcome = ERROR
    try:
        result, outcome = act()
    except Exception as error:
        outcome = outcome_of(error)
        raise
    finally:
        tell(outcome)
    return result


def outcome_of(error: Exception) -> str:
    """Return what became of an attempt that ended in an error."""
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (StillProcessing, PROCESSING), (SlotTaken, CONFLICT), (NotOpen, NOT_OFFERED),
        (Rejected, REFUSED), (PlatformError, FAILED), (DomainError, REFUSED),
    )  # fmt: skip
    return next((outcome for kind, outcome in kinds if isinstance(error, kind)), ERROR)
