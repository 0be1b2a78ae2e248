"""What changed, told to whoever subscribed, after the commit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    `event` is what happened (`appointment_booked`, `service_updated`), `kind` to what kind of thing
    (`appointment`, `service`), `ids` to which. `employees` are those whose time is touched, `spans`
    the half-open instants touched, old and new, buffers included.
    """

    event: str
    kind: str
    ids: tuple[int, ...]
    employees: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()


OnChange = Callable[[Change], None]


def tell_nobody(_change: Change) -> None:
    """Let a change pass unheard."""
