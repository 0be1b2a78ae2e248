"""Open slots as the platform itself lists them, for an account whose schedules nobody is shown.

The engine then sees everybody at work around the clock and on every minute, and says only what is
ours to say: notice and booking window, what is held here, how many places. The platform's starts
are what is left over of it. Who could take a start, and where, is found out when it is booked.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from widget_server.availability import Appointment
from widget_server.caching.cache import Entry, joined
from widget_server.catalogue.sources.computed import rows_now
from widget_server.catalogue.sources.told import (
    Asked,
    Reads,
    Record,
    Shown,
    Told,
    Visit,
    long_enough,
)

# In UTC, where no clock is ever changed.
AROUND_THE_CLOCK = {
    "timezone": "UTC",
    "working_hours": [
        {"weekday": day, "periods": [{"start": "00:00", "end": "24:00"}]} for day in range(1, 8)
    ],
    "special_days": [],
    "days_off": [],
    # How many a day takes is part of what the platform reckons with.
    "max_per_day": None,
}
EVERY_MINUTE = {
    "slot_step_minutes": 1,
    "slot_alignment": "opening",
    "use_service_duration_as_step": False,
    "buffers_within_hours": False,
}


class Platform:
    """Tells which starts the platform offers."""

    name = "platform"
    knows_hours = False

    def as_seen(self, document: Record) -> Record:
        """Return the offer's document with everybody at work whenever the platform says."""
        own = {"slot_step_minutes": None, "max_per_day": None}
        return {
            **document,
            "settings": document["settings"] | EVERY_MINUTE,
            "services": [service | own for service in document["services"]],
            "employees": [employee | AROUND_THE_CLOCK for employee in document["employees"]],
        }

    def rows_as_seen(self, rows: list[Appointment]) -> list[Appointment]:
        """Return the appointments without their buffers.

        How far these keep others away is known to the platform alone: reckoned with here as well,
        they could refuse what it offers, or take back what it has booked.
        """
        return [row._replace(buffer_before_minutes=0, buffer_after_minutes=0) for row in rows]

    def known(
        self, reads: Reads, parts: Sequence[Asked], start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[Told]:
        """Return the starts that are kept: one call for each service that is asked about."""
        shown = shown_known(reads, parts, start, end, zone, by_whom=False)
        return joined(Told((), shown.value), (shown,))

    def now(self, reads: Reads, visit: Visit, margin: timedelta, zone: ZoneInfo) -> Told:
        """Return the starts that are offered now, and what else stands around the visit."""
        shown = shown_now(reads, visit, zone)
        # What is not offered is not looked into.
        rows = rows_now(reads, visit, margin, zone) if all(shown.parts) else []
        return Told(rows, shown)


def shown_known(
    reads: Reads,
    parts: Sequence[Asked],
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    *,
    by_whom: bool,
) -> Entry[Shown]:
    """Return the platform's starts in [start, end), as far as they are kept."""
    entries = {asked: reads.open_times(asked, start, end, zone) for asked in dict.fromkeys(parts)}
    starts = tuple(long_enough(entries[asked].value, asked) for asked in parts)
    return joined(Shown(starts, by_whom), entries.values())


def shown_now(reads: Reads, visit: Visit, zone: ZoneInfo) -> Shown:
    """Return the starts that the platform offers for a visit by these very employees."""
    first, last = _dates(visit, zone)
    starts = {
        asked: long_enough(reads.open_times_now(asked, first, last, zone), asked)
        for asked in dict.fromkeys(visit.parts)
    }
    return Shown(tuple(starts[asked] for asked in visit.parts), by_whom=True)


def _dates(visit: Visit, zone: ZoneInfo) -> tuple[date, date]:
    return visit.start.astimezone(zone).date(), visit.end.astimezone(zone).date()
