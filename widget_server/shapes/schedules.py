"""Schedules: weekly hours, special days and days off."""

from collections.abc import Iterable
from typing import Any

from widget_server.availability import DayOff, Period, SpecialDay, WorkingHours
from widget_server.availability.zones import UnknownZone, zone
from widget_server.shapes.reading import (
    Node,
    calendar_date,
    clock_time,
    flag,
    identifier,
    text,
    whole,
)


def working_hours_from_json(data: Any, path: str = "working_hours") -> tuple[WorkingHours, ...]:
    """Read weekly hours. Raises ShapeError."""
    return Node(data, path).tuple(_working_hours)


def special_days_from_json(data: Any, path: str = "special_days") -> tuple[SpecialDay, ...]:
    """Read special days. Raises ShapeError."""
    return Node(data, path).tuple(_special_day)


def days_off_from_json(data: Any, path: str = "days_off") -> tuple[DayOff, ...]:
    """Read days off. Raises ShapeError."""
    return Node(data, path).tuple(_day_off)


def working_hours_to_json(working_hours: Iterable[WorkingHours]) -> list[dict[str, Any]]:
    """Return weekly hours as JSON."""
    return [
        {"weekday": entry.weekday, "periods": [_period_to_json(p) for p in entry.periods]}
        for entry in working_hours
    ]


def special_days_to_json(special_days: Iterable[SpecialDay]) -> list[dict[str, Any]]:
    """Return special days as JSON."""
    return [
        {
            "start_date": special.start_date.isoformat(),
            "end_date": special.end_date.isoformat(),
            "periods": [_period_to_json(period) for period in special.periods],
        }
        for special in special_days
    ]


def days_off_to_json(days_off: Iterable[DayOff]) -> list[dict[str, Any]]:
    """Return days off as JSON."""
    return [
        {
            "name": off.name,
            "start_date": off.start_date.isoformat(),
            "end_date": off.end_date.isoformat(),
            "repeat_yearly": off.repeat_yearly,
        }
        for off in days_off
    ]


def clock_text(minute: int) -> str:
    """Return minutes of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def zone_name(node: Node) -> str:
    """Read the name of a time zone."""
    try:
        zone(text(node))
    except UnknownZone:
        raise node.error(f"there is no time zone {node.value!r}") from None
    return text(node)


def _working_hours(node: Node) -> WorkingHours:
    return WorkingHours(whole(node["weekday"], 1, 7), node["periods"].tuple(_period))


def _special_day(node: Node) -> SpecialDay:
    first, last = calendar_date(node["start_date"]), calendar_date(node["end_date"])
    if last < first:
        raise node["end_date"].error("lies before start_date")
    return SpecialDay(first, last, node["periods"].tuple(_period))


def _day_off(node: Node) -> DayOff:
    first, last = calendar_date(node["start_date"]), calendar_date(node["end_date"])
    if last < first:
        raise node["end_date"].error("lies before start_date")
    return DayOff(
        first,
        last,
        node["name"].default(text, ""),
        repeat_yearly=node["repeat_yearly"].default(flag, default=False),
    )


def _period(node: Node) -> Period:
    start, end = clock_time(node["start"]), clock_time(node["end"])
    if start == 1440:
        raise node["start"].error("24:00 can only end a period")
    if start == end:
        raise node["end"].error("must differ from start")
    return Period(
        start,
        end,
        node["services"].optional(lambda services: services.tuple(identifier)),
        node["location"].optional(identifier),
    )


def _period_to_json(period: Period) -> dict[str, Any]:
    return {
        "start": clock_text(period.start),
        "end": clock_text(period.end),
        "services": None if period.services is None else list(period.services),
        "location": period.location,
    }
