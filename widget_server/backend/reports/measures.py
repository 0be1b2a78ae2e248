"""The measures: what is counted in each row of a report, as SQL, the same on both databases.

All of it counts over appointments with their bookings beside. An appointment belongs to where it
starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func

from widget_server.backend.models import Appointment, Booking
from widget_server.backend.rules.statuses import (
    APPROVED,
    CANCELED,
    NO_SHOW,
    OPEN,
    PENDING,
    REJECTED,
)

Measure = ColumnElement[Any]
Row = dict[str, Any]


def _as_counted(row: Row) -> Row:
    return row


@dataclass(frozen=True, slots=True)
class Measures:
    """The columns of a report at the moment `now`, each 0 where there is nothing.

    `finish` adds what follows from them.

    `by_currency`: money is counted, a row for each currency.
    """

    columns: Callable[[datetime], Mapping[str, Measure]]
    finish: Callable[[Row], Row] = _as_counted
    by_currency: bool = False


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole, from 0 to 1; None of nothing."""
    return round(part / whole, 4) if whole else None


def _bookings(*statuses: str) -> Measure:
    return func.count(case((Booking.status.in_(statuses), Booking.id)))


def _money(*statuses: str) -> Measure:
    return func.coalesce(func.sum(case((Booking.status.in_(statuses), Booking.price))), 0)


def _appointments(_now: datetime) -> Mapping[str, Measure]:
    counts: dict[str, Measure] = {
        status.replace("-", "_"): func.count(
            distinct(case((Appointment.status == status, Appointment.id)))
        )
        for status in (APPROVED, PENDING, CANCELED, REJECTED, NO_SHOW)
    }
    persons = case((Booking.status.in_(OPEN), 1 + Booking.additional_persons), else_=0)
    return {
        "appointments": func.count(distinct(Appointment.id)),
        **counts,
        "bookings": _bookings(*OPEN),
        "persons": func.coalesce(func.sum(persons), 0),
    }


def _revenue(_now: datetime) -> Mapping[str, Measure]:
    return {
        "bookings": _bookings(APPROVED),
        "revenue": _money(APPROVED),
        "pending": _money(PENDING),
        "lost": _money(CANCELED, REJECTED, NO_SHOW),
    }


def _cancellations(_now: datetime) -> Mapping[str, Measure]:
    return {
        "bookings": func.count(Booking.id),
        "canceled": _bookings(CANCELED),
        "rejected": _bookings(REJECTED),
    }


def _no_shows(now: datetime) -> Mapping[str, Measure]:
    due = Appointment.start <= now
    expected = due & Booking.status.in_((APPROVED, NO_SHOW))
    missed = due & (Booking.status == NO_SHOW)
    return {
        "bookings": func.count(case((expected, Booking.id))),
        "no_shows": func.count(case((missed, Booking.id))),
    }


APPOINTMENTS = Measures(_appointments)
REVENUE = Measures(_revenue, by_currency=True)
CANCELLATIONS = Measures(
    _cancellations, lambda row: {**row, "rate": share(row["canceled"], row["bookings"])}
)
NO_SHOWS = Measures(_no_shows, lambda row: {**row, "rate": share(row["no_shows"], row["bookings"])})
