"""Open slots from services, schedules and appointments, by our own engine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from widget_server.availability import Appointment
from widget_server.caching.cache import Entry, joined
from widget_server.catalogue.sources.told import Asked, Reads, Record, Told, Visit


class Computed:
    """Tells which time is taken; the engine does the rest."""

    name = "computed"
    knows_hours = True

    def as_seen(self, document: Record) -> Record:
        """Return the offer's document: it is seen as it is."""
        return document

    def rows_as_seen(self, rows: list[Appointment]) -> list[Appointment]:
        """Return the appointments: they are seen as they are."""
        return rows

    def known(
        self, reads: Reads, _parts: Sequence[Asked], start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[Told]:
        """Return the busy times that are kept."""
        busy = reads.busy_times(start, end, zone)
        return joined(Told(busy.value), (busy,))

    def now(self, reads: Reads, visit: Visit, margin: timedelta, zone: ZoneInfo) -> Told:
        """Return the busy times of the visit's employees as they are now."""
        return Told(rows_now(reads, visit, margin, zone))


def rows_now(reads: Reads, visit: Visit, margin: timedelta, zone: ZoneInfo) -> list[Appointment]:
    """Return the busy times around a visit, past every cache."""
    named = sorted({part.employee for part in visit.parts if part.employee is not None})
    employees: Sequence[int | None] = [None] if visit.everybody else named
    return [
        row
        for employee in employees
        for row in reads.busy_times_now(employee, visit.start - margin, visit.end + margin, zone)
    ]
