"""How long a visit takes, what it occupies and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from widget_server.backend.models import AssignedService, Extra, Service
from widget_server.errors import InvalidInput

# Looking for what touches some dates, nobody has to look further back than this.
LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Visit:
    """What the guard is asked about: places in the time of an employee.

    Half-open instants; `apart_from` are appointments that do not count, for they are moving.
    """

    service: int
    employee: int
    location: int | None
    start: datetime
    end: datetime
    buffer_before: int
    buffer_after: int
    persons: int
    capacity: int
    apart_from: frozenset[int] = field(default=frozenset())

    @property
    def occupied_from(self) -> datetime:
        """Where the time it takes begins."""
        return self.start - timedelta(minutes=self.buffer_before)

    @property
    def occupied_to(self) -> datetime:
        """Where the time it takes ends."""
        return self.end + timedelta(minutes=self.buffer_after)


def length(
    service: Service,
    assigned: AssignedService | None,
    extras: Sequence[Any],
    field_name: str = "extras",
) -> int:
    """Return the minutes of a visit: the employee's own or the service's, and the extras'.

    Raises InvalidInput, blaming the field, when that is longer than any visit may be.
    """
    own = assigned.duration if assigned else None
    added: int = sum(extra["duration"] * extra["quantity"] for extra in extras)
    minutes = (own or service.duration) + added
    if timedelta(minutes=minutes) > LONGEST:
        raise InvalidInput.at(field_name, f"The visit would last over {LONGEST.days} days.")
    return minutes


def capacity(service: Service, assigned: AssignedService | None) -> int:
    """Return how many persons fit: the employee's own number, or the service's."""
    own = assigned.capacity if assigned else None
    return own or service.max_capacity


def full_price(
    service: Service, assigned: AssignedService | None, persons: int, extras: Sequence[Any]
) -> Decimal:
    """Return the price of the visit for all persons, with extras, before any coupon."""
    own = assigned.price if assigned else None
    each = service.price if own is None else own
    added = (Decimal(str(extra["price"])) * extra["quantity"] for extra in extras)
    return sum(added, each * persons)


def choose_extras(service: Service, chosen: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the chosen extras as they are now; blame those the service does not have."""
    known = {extra.id: extra for extra in service.extras}
    seen: set[int] = set()
    lines = []
    for position, choice in enumerate(chosen):
        name = f"extras.{position}"
        extra = known.get(choice["id"])
        if extra is None or extra.id in seen:
            raise InvalidInput.at(f"{name}.id", "Not an extra of this service, or named twice.")
        if choice["quantity"] > extra.max_quantity:
            raise InvalidInput.at(f"{name}.quantity", f"At most {extra.max_quantity}.")
        seen.add(extra.id)
        lines.append(_line(extra, choice["quantity"]))
    return lines


def _line(extra: Extra, quantity: int) -> dict[str, Any]:
    price = float(extra.price)
    return {
        "id": extra.id,
        "name": extra.name,
        "quantity": quantity,
        "duration": extra.duration,
        "price": int(price) if price.is_integer() else price,
    }
