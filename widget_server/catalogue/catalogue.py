"""The reading side: loads from the platform what is needed, and keeps it as fresh as asked for."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.availability import Appointment
from widget_server.bookablesites.client import BookablesitesClient, OpenTimes
from widget_server.bookablesites.errors import InvalidAnswer, PlatformError
from widget_server.caching.built import Generations
from widget_server.caching.cache import Cache, Entry, Key, Older, Window, joined
from widget_server.catalogue import keys
from widget_server.catalogue.offer import Offer
from widget_server.catalogue.overlay import completed
from widget_server.catalogue.sources import Computed, Source
from widget_server.catalogue.sources.told import Asked, Differences
from widget_server.clock import Clock, Deadline
from widget_server.shapes import Schedules, ShapeError, appointments_from_json

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
    ("max_active_bookings", "max_active_bookings", None),
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """For how long what was loaded answers."""

    offer: Window
    busy: Window


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Where open slots come from, and what is known of the business besides the account.

    `noted` is told where our engine and the platform differ in each list that both make; None:
    nobody wants to know, and nothing is compared.
    """

    source: Source = field(default_factory=Computed)
    schedules: Schedules = field(default_factory=Schedules)
    noted: Callable[[Differences], None] | None = None


class Catalogue:
    """Reads one business; `overrules` are settings that the operator has the last word on."""

    def __init__(
        self,
        client: BookablesitesClient,
        cache: Cache,
        clock: Clock,
        freshness: Freshness,
        overrules: Mapping[str, Any],
        knowledge: Knowledge | None = None,
    ) -> None:
        self.client = client
        self.cache = cache
        self.clock = clock
        self.freshness = freshness
        self.knowledge = knowledge or Knowledge()
        self._overrules = {
            key: value for key, value in overrules.items() if value not in (None, [])
        }
        # What is kept from before a restart with other settings is another offer.
        told = (client.contract.extended, sorted(client.contract.besides))
        ours = (self.source.name, asdict(self.knowledge.schedules), self._overrules, told)
        self._offer_key = Key(keys.offer_key(ours), (keys.OFFER,))

    @property
    def source(self) -> Source:
        """Return where open slots come from."""
        return self.knowledge.source

    def within(self, deadline: Deadline) -> "Catalogue":
        """Return the same for somebody who does not wait for ever."""
        catalogue = copy.copy(self)
        catalogue.client = self.client.within(deadline)
        return catalogue

    def offer(self, *, old_will_do: bool = True) -> Entry[Offer]:
        """Return what the business offers; whoever books does not want it old."""
        [entry] = self.cache.read(
            [self._offer_key], self.freshness.offer, self._load_offer, Offer,
            # Without it nobody can be told anything.
            old_will_do=old_will_do, all_wait=True,
        )  # fmt: skip
        return entry

    def busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[list[Appointment]]:
        """Return the busy times of all employees in the weeks that [start, end) touches.

        `loaded_at` is the oldest week's.
        """
        weeks = [_week(monday) for monday in keys.weeks(start, end)]
        load = partial(self._load_weeks, zone)
        entries = self.cache.read(weeks, self.freshness.busy, load, appointments_from_json)
        unique = {(row.id, row.employee): row for entry in entries for row in entry.value}
        return joined(list(unique.values()), entries)

    def busy_times_now(
        self, employee: int | None, start: datetime, end: datetime, zone: ZoneInfo
    ) -> list[Appointment]:
        """Return an employee's, or everybody's, busy times as they are now, past every cache."""
        rows = appointments_from_json(self.client.busy_times(start, end, zone, employee))
        return self.source.rows_as_seen(rows)

    def open_times(
        self, asked: Asked, start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[list[datetime]]:
        """Return the starts that the platform offers in [start, end), in order.

        `loaded_at` is the oldest week's.
        """
        question = keys.open_name(asked.service, asked.employee, asked.location, asked.persons - 1)
        weeks = [
            Key(keys.open_key(question, monday), (*keys.around(monday), keys.BUSY))
            for monday in keys.weeks(start, end)
        ]
        load = partial(self._load_open_weeks, asked, zone)
        entries = self.cache.read(weeks, self.freshness.busy, load, _moments)
        found = [at for entry in entries for at in entry.value if start <= at < end]
        return joined(found, entries)

    def open_times_now(
        self, asked: Asked, first: date, last: date, zone: ZoneInfo
    ) -> list[datetime]:
        """Return the starts on these dates that the platform offers now, past every cache."""
        question = OpenTimes(
            asked.service, first, last, asked.employee, asked.location, asked.persons
        )
        # What is not a whole minute cannot be booked.
        return [at for at in self.client.open_times(question, zone) if not at.second]

    def watch(
        self, services: Iterable[int], start: datetime, end: datetime
    ) -> tuple[Callable[[], Generations], Generations]:
        """Return what tells the version of all that is known of services in [start, end).

        And the version of now: it differs whenever something about them is known to change. To be
        asked for before anything is read. None when it cannot be told at the moment.
        """
        before = self.cache.version([keys.OFFER])
        offer = self.offer().value
        employees = {giver["id"] for service in services for giver in offer.givers(service)}
        tags = [keys.OFFER, keys.BUSY, *keys.watched(start, end, sorted(employees))]
        present = self.cache.version(tags)
        # Who gives a service may have changed while it was read.
        made_at = None if before is None or present is None else (*before, *present[1:])
        return partial(self.cache.version, tags), made_at

    def times_changed(self, spans: Iterable[keys.Span], employees: Iterable[int] = ()) -> None:
        """Forget busy times around these spans, everywhere; of these employees, if known."""
        self.cache.invalidate(keys.changed(spans, employees))

    def all_times_changed(self) -> None:
        """Forget all busy times, everywhere: something has changed, who knows where."""
        self.cache.invalidate([keys.BUSY])

    def _load_offer(self, wanted: Sequence[Key]) -> dict[Key, Record]:
        document = self._document()
        _check(document)
        return dict.fromkeys(wanted, document)

    def _document(self) -> Record:
        """Return what is offered, as the account, the schedules file and the settings have it."""
        contract, known = self.client.contract, self.knowledge
        document = completed(
            account_offer(self.client), known.schedules, contract, hours=known.source.knows_hours
        )
        document["settings"] |= self._overrules | {
            "coupons": contract.extended,
            "several_persons": "persons" in contract.besides,
        }
        return self.source.as_seen(document)

    def _load_weeks(self, zone: ZoneInfo, wanted: Sequence[Key]) -> dict[Key, Any]:
        """Load weeks in one call, from the first to the last."""
        mondays = [keys.monday_of(key.name) for key in wanted]
        start, end = keys.starts_at(min(mondays)), keys.starts_at(max(mondays) + keys.WEEK)
        try:
            rows = self.client.busy_times(start, end, zone)
        except PlatformError:
            old, looked = self.client.known_busy_times(start, end, zone)
            if looked is None or self.clock.now() - looked >= self.freshness.busy.stale:
                raise
            return {
                key: Older(_within(old, monday), looked)
                for key, monday in zip(wanted, mondays, strict=True)
            }
        return {key: _within(rows, monday) for key, monday in zip(wanted, mondays, strict=True)}

    def _load_open_weeks(
        self, asked: Asked, zone: ZoneInfo, wanted: Sequence[Key]
    ) -> dict[Key, list[str]]:
        """Load weeks of open starts in one call, from the first to the last."""
        mondays = [keys.monday_of_open(key.name) for key in wanted]
        start, end = keys.starts_at(min(mondays)), keys.starts_at(max(mondays) + keys.WEEK)
        dates = start.astimezone(zone).date(), end.astimezone(zone).date()
        weeks: dict[date, list[str]] = {monday: [] for monday in mondays}
        for at in self.open_times_now(asked, *dates, zone):
            weeks.get(keys.week_of(at), []).append(at.isoformat())
        return {key: weeks[monday] for key, monday in zip(wanted, mondays, strict=True)}


def account_offer(client: BookablesitesClient) -> Record:
    """Return what an account itself shows of its offer, by our names."""
    shown = client.settings()
    return {
        "settings": {ours: shown.get(theirs, default) for ours, theirs, default in SETTINGS},
        "services": client.services(),
        "employees": client.employees(),
        "locations": client.locations(),
        "custom_fields": client.custom_fields(),
    }


def _moments(texts: Sequence[str]) -> list[datetime]:
    return [datetime.fromisoformat(text) for text in texts]


def _week(monday: date) -> Key:
    tag = keys.busy_tag(monday)
    return Key(tag, (tag, keys.BUSY))


def _check(document: Record) -> None:
    """Raise InvalidAnswer for a business that makes no sense as a whole."""
    try:
        _ = Offer(document).business
    except ShapeError as error:
        raise InvalidAnswer(f"The business cannot be read: {error.field}.") from None


def _within(rows: Iterable[Record], monday: date) -> list[Record]:
    # Compared as text: all are ISO 8601 in UTC, of one form.
    start, end = keys.starts_at(monday).isoformat(), keys.starts_at(monday + keys.WEEK).isoformat()
    return [row for row in rows if row["start"] < end and row["end"] > start]
