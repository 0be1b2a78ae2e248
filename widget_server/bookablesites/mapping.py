"""From the platform's records to ours: the only place that knows both vocabularies.

Ours are JSON: the keys of the public API, durations in `_minutes`, money as decimal strings,
schedules in the shape of the scenario files. They carry nothing personal of any visitor, so that
they may be cached.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites.errors import InvalidAnswer

Record = dict[str, Any]
Moment = Callable[[str], datetime]
Minutes = Callable[[int | None], int | None]
# No appointment is outside; times at the very edge of the calendar cannot be reckoned with.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2500, 1, 1, tzinfo=UTC)
UNREADABLE_TIMES = "The booking system's times cannot be read."
# Bookings in these states take no place; every other state does, the unknown ones too.
RELEASED = {"canceled", "cancelled", "rejected", "noshow"}


def money(amount: Decimal | None) -> str | None:
    """Return an amount as a decimal string with at least two places."""
    if amount is None:
        return None
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f}"


def service(wire: Record, minutes: Minutes) -> Record:
    """Return a service; `minutes` reads a duration."""
    return {
        "id": wire["id"],
        "name": wire["name"] or "",
        "category": wire["category"] or "",
        "description": wire["description"] or "",
        "picture": wire["picture"],
        "duration_minutes": minutes(wire["duration"]),
        "buffer_before_minutes": minutes(wire["buffer_time_before"]) or 0,
        "buffer_after_minutes": minutes(wire["buffer_time_after"]) or 0,
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
        "max_per_day": wire["max_per_day"],
        "recurring": wire["recurring"],
        "extras": [_extra(extra, minutes) for extra in wire["extras"]],
    }


def _extra(wire: Record, minutes: Minutes) -> Record:
    return {
        "id": wire["id"],
        "name": wire["name"] or "",
        "duration_minutes": minutes(wire["duration"]) or 0,
        "price": money(wire["price"] or Decimal(0)),
        "max_quantity": wire["max_quantity"] or 1,
    }


def employee(wire: Record, minutes: Minutes) -> Record:
    """Return an employee with the schedule; `minutes` reads a duration."""
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
                "duration_minutes": minutes(assigned["duration"]),
                "capacity": assigned["capacity"],
            }
            for assigned in wire["services"]
        ],
        "working_hours": wire["working_hours"],
        "special_days": wire["special_days"],
        "days_off": wire["days_off"],
        "max_per_day": wire["max_per_day"],
    }


def location(wire: Record) -> Record:
    """Return a location."""
    keys = ("id", "name", "address", "phone", "timezone", "virtual")
    return {key: wire[key] for key in keys}


def appointment(wire: Record) -> list[Record]:
    """Return an appointment as busy times, one for each of its employees.

    An appointment of nobody comes back with a null employee.
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
        "start": wire["start"].isoformat(),
        "end": wire["end"].isoformat(),
        "status": wire["status"],
        "persons": max(1, persons),
        "buffer_before_minutes": wire["buffer_time_before"],
        "buffer_after_minutes": wire["buffer_time_after"],
    }
    return [{**busy, "employee": who} for who in wire["employees"] or [None]]


def takes_a_place(status: str) -> bool:
    """Tell whether a booking in this state keeps its place."""
    return status.lower().replace("_", "").replace("-", "").replace(" ", "") not in RELEASED


def span(wire: Record, zone: ZoneInfo, read: Moment) -> tuple[datetime, datetime]:
    """Return when an appointment begins and ends, in UTC; `zone` is where no offset is told.

    When clocks are put back an hour comes twice, and a time without an offset may mean either: the
    span is the longest that is meant, so that nothing of it is offered to anybody.
    """
    start = min(_instants(wire["start_date_time"], zone, read))
    end = max(_instants(wire["end_date_time"], zone, read))
    if not EARLIEST <= start <= end <= LATEST:
        raise InvalidAnswer(UNREADABLE_TIMES)
    return start, end


def _instants(text: str, zone: ZoneInfo, read: Moment) -> list[datetime]:
    try:
        moment = read(text)
        if moment.tzinfo:
            return [moment.astimezone(UTC)]
        return [moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    except (ValueError, OverflowError):
        raise InvalidAnswer(UNREADABLE_TIMES) from None


def local_time(start: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return a start as a booking is written: date and time on the business's clock."""
    local = start.astimezone(zone)
    return {"date": local.strftime("%Y-%m-%d"), "time": local.strftime("%H:%M")}
