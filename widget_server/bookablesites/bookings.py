"""What is written to the platform, asked of it, and what it tells of bookings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A booking to be made; `start` is aware, `zone` the business's."""

    service: int
    employee: int
    customer: int
    location: int | None
    start: datetime
    zone: ZoneInfo
    persons: int
    extras: tuple[tuple[int, int], ...]
    custom_fields: Mapping[str, str]
    note: str
    coupon: str | None = None
    # Where it is known: a refusal that may mean that the time is taken is looked into.
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon: `value` is a percentage, or an amount when it `is_fixed`; None does not limit."""

    code: str
    is_fixed: bool
    value: Decimal
    expires: date | None
    usage_limit: int | None
    limit_per_user: int | None
    services: tuple[int, ...] | None
    used: int


@dataclass(frozen=True, slots=True)
class MadeBooking:
    """What the platform calls the booking that it has just made."""

    booking: int
    appointment: int | None


@dataclass(frozen=True, slots=True)
class OpenTimes:
    """A question for open times, both dates included."""

    service: int
    first: date
    last: date
    employee: int | None = None
    location: int | None = None
    persons: int = 1

    def as_params(self) -> dict[str, Any]:
        """Return the question by our names; None is not asked."""
        return {
            "service": self.service,
            "employee": self.employee,
            "location": self.location,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "persons": self.persons - 1 or None,
        }
