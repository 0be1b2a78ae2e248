"""What an event's body says, as far as it can be believed.

The platform's bodies carry texts for people: dates and prices as the business's language writes
them, and no offset. So nothing in them is taken over. They say which appointment it was and, where
the dates are plain enough, when it is: what is kept about that time is forgotten and read again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

EVENTS = (
    "appointment_booked",
    "appointment_canceled",
    "appointment_rescheduled",
    "appointment_status_changed",
    "customer_created",
)
OF_NOBODYS_TIME = "customer_created"
# Of a move only the new time is told, and the old one is free.
MOVED = "appointment_rescheduled"
Span = tuple[datetime, datetime]
IDS = ("appointmentId", "appointment_id", "appointmentid")
EDGES = ("appointmentStartDateTime", "appointmentEndDateTime")
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Told:
    """Which appointment an event is of, and when that is; None where it cannot be told."""

    appointment: int | None
    span: Span | None


def read_body(raw: bytes, form: MultiDict[str, str]) -> Mapping[str, Any]:
    """Return the fields of a JSON body or of a form; none of what is neither."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return form.to_dict()
    return dict(_fields(document)) if isinstance(document, dict) else {}


def told(event: str, fields: Mapping[str, Any], zone: ZoneInfo) -> Told:
    """Return what an event tells; `zone` is what its times are read in."""
    appointment = next((id_ for name in IDS if (id_ := _id(fields.get(name)))), None)
    return Told(appointment, None if event == MOVED else _span(fields, zone))


def _fields(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields, those of `data` too, in which signed events have them."""
    inner = document.get("data")
    yield from document.items()
    if isinstance(inner, dict):
        yield from inner.items()


def _id(value: Any) -> int | None:
    text = str(value)
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST_ID)):
        return None
    return int(text) if 0 < int(text) <= LARGEST_ID else None


def _span(fields: Mapping[str, Any], zone: ZoneInfo) -> Span | None:
    try:
        start, end = (_moment(fields[name], zone) for name in EDGES)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    # Something else than a visit was read out of it.
    return (start, end) if timedelta() < end - start <= timedelta(days=2) else None


def _moment(text: Any, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
