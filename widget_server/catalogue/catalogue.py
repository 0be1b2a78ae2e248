"""The reading side: loads from the platform what is needed, and keeps it as fresh as asked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.availability import Appointment
from widget_server.bookablesites.client import BookablesitesClient
from widget_server.caching.cache import Cache, Entry
from widget_server.catalogue import keys
from widget_server.catalogue.offer import Offer
from widget_server.clock import Clock
from widget_server.shapes import appointments_from_json

Record = dict[str, Any]

# Our names of the settings, the account's names, and what holds where it shows none.
SETTINGS: tuple[tuple[str, str, Any], ...] = (
    ("name", "name", ""),
    ("timezone", "timezone", "UTC"),
    ("currency", "currency", "EUR"),
    ("languages", "languages", ["en"]),
    ("slot_step_minutes", "slot_step", 30),
    ("slot_alignment", "slot_alignment", "opening"),
    ("use_service_duration_as_step", "use_service_duration_as_step", False),
    ("step_includes_buffers", "step_includes_buffers", False),
    ("buffers_within_hours", "buffers_within_hours", False),
    ("minimum_notice_minutes", "minimum_notice", 0),
    ("booking_window_days", "booking_window_days", 365),
    ("cancel_limit_minutes", "cancel_limit", 0),
    ("reschedule_limit_minutes", "reschedule_limit", 0),
    ("assignment", "assignment", "least_busy"),
    ("phone_required", "phone_required", False),
    ("consent_text", "consent_text", None),
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """For how long what was loaded answers without a new look."""

    offer: timedelta
    busy: timedelta


class Catalogue:
    """Reads one business; `overrules` are settings that the operator has the last word on."""

    def __init__(
        self,
        client: BookablesitesClient,
        cache: Cache,
        clock: Clock,
        freshness: Freshness,
        overrules: Mapping[str, Any],
    ) -> None:
        self.client = client
        self.cache = cache
        self.clock = clock
        self.freshness = freshness
        self._overrules = {key: value for key, value in overrules.items() if value}

    def offer(self) -> Entry[Offer]:
        """Return what the business offers."""
        key = self.cache.versioned(keys.OFFER, [keys.OFFER])
        return self.cache.get_or_load(key, self.freshness.offer, self._load_offer, Offer)

    def busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[list[Appointment]]:
        """Return the busy times of all employees in the weeks that [start, end) touches.

        `loaded_at` is the oldest week's.
        """
        mondays = list(keys.weeks(start, end))
        entries = self._kept_weeks(mondays)
        missing = [monday for monday in mondays if monday not in entries]
        if missing:
            entries |= self._load_weeks(missing, zone)
        unique = {
            (row["id"], row["employee"]): row for monday in mondays for row in entries[monday].value
        }
        loaded_at = min(entry.loaded_at for entry in entries.values())
        return Entry(appointments_from_json(list(unique.values())), loaded_at)

    def busy_times_now(
        self, employee: int, start: datetime, end: datetime, zone: ZoneInfo
    ) -> list[Appointment]:
        """Return one employee's busy times as the platform has them at this moment, uncached."""
        return appointments_from_json(self.client.busy_times(start, end, zone, employee))

    def version(self, start: datetime, end: datetime) -> str:
        """Return a text that changes whenever something about this time is known to change."""
        tags = [keys.OFFER, *map(keys.busy_tag, keys.weeks(start, end))]
        return self.cache.versioned("", tags)

    def offer_changed(self) -> None:
        """Forget what the business offers, everywhere."""
        self.cache.invalidate([keys.OFFER])

    def times_changed(self, spans: Iterable[tuple[datetime, datetime]]) -> None:
        """Forget the busy times around these spans, everywhere."""
        self.cache.invalidate(keys.busy_tags(spans))

    def _load_offer(self) -> Record:
        shown = self.client.settings()
        settings = {ours: shown.get(theirs, default) for ours, theirs, default in SETTINGS}
        return {
            "settings": settings | self._overrules | {"coupons": self.client.contract.extended},
            "services": self.client.services(),
            "employees": self.client.employees(),
            "locations": self.client.locations(),
            "custom_fields": self.client.custom_fields(),
        }

    def _week_key(self, monday: date) -> str:
        tag = keys.busy_tag(monday)
        return self.cache.versioned(tag, [tag])

    def _kept_weeks(self, mondays: Sequence[date]) -> dict[date, Entry[Any]]:
        kept = {
            monday: self.cache.peek(self._week_key(monday), self.freshness.busy)
            for monday in mondays
        }
        return {monday: entry for monday, entry in kept.items() if entry}

    def _load_weeks(self, mondays: Sequence[date], zone: ZoneInfo) -> dict[date, Entry[Any]]:
        # The generations are read before the platform is: see caching.cache.
        week_keys = {monday: self._week_key(monday) for monday in mondays}
        began = self.clock.now()
        start, end = keys.starts_at(mondays[0]), keys.starts_at(mondays[-1] + keys.WEEK)
        rows = self.client.busy_times(start, end, zone)
        return {
            monday: self.cache.put(
                week_keys[monday], _within(rows, monday), began, self.freshness.busy
            )
            for monday in mondays
        }


def _within(rows: Iterable[Record], monday: date) -> list[Record]:
    # Compared as text: all are ISO 8601 in UTC, of one form.
    start, end = keys.starts_at(monday).isoformat(), keys.starts_at(monday + keys.WEEK).isoformat()
    return [row for row in rows if row["start"] < end and row["end"] > start]
