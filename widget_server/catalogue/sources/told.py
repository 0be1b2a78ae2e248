"""What a slot source is asked, and what it tells.

A source tells which time is taken (`rows`), which starts the platform itself offers (`shown`), or
both. The engine finds what is open by the first, and the second takes away what it does not hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from widget_server.availability import Appointment, Slot
from widget_server.caching.cache import Entry

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a visit, as the platform can be asked for it.

    It `lasts` so long in the platform's eyes, and `needs` so long with what the visitor adds.
    """

    service: int
    employee: int | None
    location: int | None
    persons: int
    lasts: timedelta
    needs: timedelta


@dataclass(frozen=True, slots=True)
class Shown:
    """The starts that the platform offers for each part of a visit.

    `by_whom`: it is known who could take which start, how many places it has left, and where.
    """

    parts: tuple[frozenset[datetime], ...]
    by_whom: bool

    def has(self, slot: Slot) -> bool:
        """Tell whether every part of a slot begins when the platform offers it."""
        pairs = zip(slot.items, self.parts, strict=True)
        return all(item.start in starts for item, starts in pairs)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a stretch of time; `shown` None: the platform's own list is not asked."""

    rows: Sequence[Appointment]
    shown: Shown | None = None


class Reads(Protocol):
    """What a source reads of the platform; the catalogue does."""

    def busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[list[Appointment]]:
        """Return the busy times of all employees, as far as they are kept."""

    def busy_times_now(
        self, employee: int | None, start: datetime, end: datetime, zone: ZoneInfo
    ) -> list[Appointment]:
        """Return an employee's, or everybody's, busy times as they are now."""

    def open_times(
        self, asked: Asked, start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[list[datetime]]:
        """Return the starts that the platform offers, as far as they are kept."""

    def open_times_now(
        self, asked: Asked, first: date, last: date, zone: ZoneInfo
    ) -> list[datetime]:
        """Return the starts that the platform offers now."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is about to be booked: its parts, each by a named employee, and its time.

    `everybody`: the busy times of all employees matter, as where a day is limited.
    """

    parts: tuple[Asked, ...]
    start: datetime
    end: datetime
    everybody: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """How far our engine and the platform agree about a search: the starts that only one offers.

    `agreed` counts those that both do.
    """

    agreed: int
    only_computed: tuple[datetime, ...]
    only_platform: tuple[datetime, ...]


class Source(Protocol):
    """Where open slots come from."""

    name: str
    # The business's hours are known, so that the engine can say why a start is not offered.
    knows_hours: bool

    def as_seen(self, document: Record) -> Record:
        """Return the offer's document as the engine is to see it."""

    def rows_as_seen(self, rows: list[Appointment]) -> list[Appointment]:
        """Return appointments as the engine is to see them when somebody books."""

    def known(
        self, reads: Reads, parts: Sequence[Asked], start: datetime, end: datetime, zone: ZoneInfo
    ) -> Entry[Told]:
        """Return what is known of [start, end): for who looks."""

    def now(self, reads: Reads, visit: Visit, margin: timedelta, zone: ZoneInfo) -> Told:
        """Return what holds at this moment around a visit, past every cache: for who books."""


def long_enough(starts: Iterable[datetime], asked: Asked) -> frozenset[datetime]:
    """Return the starts from which on the time is free for as long as a visit needs.

    Each start says of as long as the service lasts that it is free; where such times touch or
    overlap, so is all of it.
    """
    ordered = sorted(starts)
    if not ordered or asked.needs <= asked.lasts:
        return frozenset(ordered)
    enough = set()
    # The start after this one, and the end of the free time that begins with this one.
    following = until = ordered[-1] + asked.lasts
    for start in reversed(ordered):
        if following > start + asked.lasts:
            until = start + asked.lasts
        if start + asked.needs <= until:
            enough.add(start)
        following = start
    return frozenset(enough)
