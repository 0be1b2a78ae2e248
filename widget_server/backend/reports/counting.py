"""The reports that count appointments and bookings."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from widget_server.backend.models import Appointment, Booking
from widget_server.backend.reports.measures import Measures, Row
from widget_server.backend.reports.query import DIMENSIONS, Query, named
from widget_server.backend.reports.span import Span


def count(session: Session, asked: Query, measures: Measures) -> Iterator[Row]:
    """Yield the rows of a report in order, each as soon as it is counted."""
    rows = _by_dimension if asked.group_by in DIMENSIONS else _by_time
    return map(measures.finish, rows(session, asked, measures))


def _by_time(session: Session, asked: Query, measures: Measures) -> Iterator[Row]:
    nothing = _nothing(asked, measures)
    for label, span in asked.periods():
        # A question for each period: every one of them reads a piece of the index of starts.
        for row in _counted(session, asked, span, measures) or [nothing]:
            yield {**label, **row}


def _by_dimension(session: Session, asked: Query, measures: Measures) -> Iterator[Row]:
    nothing = _nothing(asked, measures)
    found: dict[int | None, list[Row]] = defaultdict(list)
    for row in _counted(session, asked, asked.span, measures):
        found[row.pop(asked.group_by)].append(row)
    for id_, name in named(session, asked, found.keys()):
        for row in found.get(id_, [nothing]):
            yield {**name, **row}


def _counted(session: Session, asked: Query, span: Span, measures: Measures) -> list[Row]:
    keys: dict[str, Any] = {}
    if asked.group_by in DIMENSIONS:
        keys[asked.group_by] = DIMENSIONS[asked.group_by][0]
    if measures.by_currency:
        keys["currency"] = Booking.currency
    columns = {**keys, **measures.columns(asked.now)}
    # An appointment that all its bookings have moved away from is nobody's.
    query = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(Appointment)
        .join(Booking, Booking.appointment_id == Appointment.id)
        .where(Appointment.start >= span.start, Appointment.start < span.end, *asked.wanted())
    )
    if keys:
        query = query.group_by(*keys.values()).order_by(*keys.values())
    return [dict(row) for row in session.execute(query).mappings()]


def _nothing(asked: Query, measures: Measures) -> Row:
    """Return the row of a period, or of a service, employee, location, in which nothing is."""
    zeros = dict.fromkeys(measures.columns(asked.now), 0)
    return {"currency": asked.currency, **zeros} if measures.by_currency else zeros
