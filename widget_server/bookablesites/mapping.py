"""From the platform's records to ours: the only place that knows both vocabularies.

Ours are JSON: the keys of the public API, durations in `_minutes`, money as decimal strings,
schedules in the shape of the scenario files. They carry nothing personal of any visitor, so that
they may be cached.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites.errors import InvalidAnswer

Record = dict[str, Any]
# Bookings in these states take no place; every other state does, the unknown ones too.
RELEASED = {"canceled", "cancelled", "rejected", "noshow"}


def money(amount: Decimal | None) -> str | None:
    """Return an amount as a decimal string with at least two places."""
    if amount is None:
        return None
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f}"


def service(wire: Record) -> Record:
    """Return a service."""
    return {
        "id": wire["id"],
        "name": wire["name"] or "",
        "category": wire["category"] or "",
        "description": wire["description"] or "",
        "picture": wire["picture"],
        "duration_minutes": wire["duration"],
        "buffer_before_minutes": wire["buffer_time_before"] or 0,
        "buffer_after_minutes": wire["buffer_time_after"] or 0,
        "slot_step_minutes": wire["slot_step"] or None,
        "minimum_notice_minutes": wire["minimum_notice"],
        "booking_window_days": wire["booking_window_days"],
        "capacity": {
            "min": wire["min_capacity"] or 1,
            "max": wire["max_capacity"] or 1,
            "allow_below_min": wire["allow_below_min"],
        },
        "price": money(wire["price"] or Decimal(0)),
        "private": wire["private"],
        "extras": [_extra(extra) for extra in wire["extras"]],
    }


def _extra(wire: Record) -> Record:
    return {
        "id": wire["id"],
        "name": wire["name"] or "",
        "duration_minutes": wire["duration"] or 0,
        "price": money(wire["price"] or Decimal(0)),
        "max_quantity": wire["max_quantity"] or 1,
    }


def employee(wire: Record) -> Record:
    """Return an employee with the schedule."""
    return {
        "id": wire["id"],
        "first_name": wire["first_name"] or "",
        "last_name": wire["last_name"] or "",
        "description": wire["description"] or "",
        "picture": wire["picture"],
        "timezone": wire["timezone"],
        "location": wire["location"],
        "services": [
            {
                "id": assigned["id"],
                "price": money(assigned["price"]),
                "duration_minutes": assigned["duration"],
                "capacity": assigned["capacity"],
            }
            for assigned in wire["services"]
        ],
        "working_hours": wire["working_hours"],
        "special_days": wire["special_days"],
        "days_off": wire["days_off"],
    }


def location(wire: Record) -> Record:
    """Return a location."""
    keys = ("id", "name", "address", "phone", "timezone", "virtual")
    return {key: wire[key] for key in keys}


def appointment(wire: Record, zone: ZoneInfo) -> list[Record]:
    """Return an appointment as busy times, one for each of its employees.

    `zone` is what times without an offset are read in. An appointment of nobody comes back with a
    null employee.
    """
    persons = sum(
        1 + (booking["additional_persons"] or 0)
        for booking in wire["bookings"]
        if takes_a_place(booking["status"])
    )
    busy = {
        "id": wire["id"],
        "service": wire["service"],
        "location": wire["location"],
        "start": instant(wire["start_date_time"], zone).isoformat(),
        "end": instant(wire["end_date_time"], zone).isoformat(),
        "status": wire["status"],
        "persons": max(1, persons),
        "buffer_before_minutes": wire["buffer_time_before"],
        "buffer_after_minutes": wire["buffer_time_after"],
    }
    return [{**busy, "employee": who} for who in wire["employees"] or [None]]


def takes_a_place(status: str) -> bool:
    """Tell whether a booking in this state keeps its place."""
    return status.lower().replace("_", "").replace("-", "").replace(" ", "") not in RELEASED


def instant(text: str, zone: ZoneInfo) -> datetime:
    """Read one of the platform's times, with or without an offset, as an instant in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidAnswer("The booking system's times cannot be read.") from None
