"""Which starts are open: the one function behind lists, confirmations and everything else.

Theory of operation
-------------------
Time is counted in whole minutes since 1970 in UTC (`zones`), and a set of minutes is one big whole
number with a bit for each (`intervals`). A search looks at a frame of whole UTC days.

1. `rules` reads the question: who may take each part, how long it takes, on which step, and which
   minutes notice, booking window and the asked window leave. Nonsense is refused here.
2. `schedule` turns hours into bits: where a visit of that length fits into joined working time, and
   the grid of the openings. It depends on the business alone and is kept with it.
3. `busy` draws what appointments occupy, a UTC day at a time, and keeps the drawings; one changed
   appointment spoils those of its own day alone. Smearing the bits backwards by the visit's length
   and buffers gives the starts that are blocked: a handful of shifts, whatever the number of
   appointments.
4. `search` takes the one from the other, lets group visits with places left in again, and for
   several services goes backwards: a part can begin where it fits itself and the next one can begin
   when it ends.
5. `grid` picks the offered starts among the possible ones. Only then are notice and window applied:
   they remove starts and never move the grid.

What is found stays bits for each employee and location. Objects are made of it when asked for.
A confirmation asks the same function about a window of one minute.
"""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from widget_server.availability.busy import BusyTimes
from widget_server.availability.intervals import from_points, members
from widget_server.availability.items import Walk
from widget_server.availability.model import Business, QueryError, Slot, SlotItem, SlotQuery
from widget_server.availability.rules import last_date, query_zone, read_query
from widget_server.availability.search import Offer, Search
from widget_server.availability.zones import (
    DAY,
    Zone,
    date_of,
    in_utc,
    minute_from,
    minute_of,
    moment_of,
    zone,
)

_MINUTE = timedelta(minutes=1)
_DAYS_AT_A_TIME = 31


class FoundSlots:
    """The open starts of a search; compact inside."""

    __slots__ = ("_base", "_search", "offers")

    def __init__(self, search: Search | None) -> None:
        self._search = search
        self._base = search.frame.base if search else 0
        self.offers: list[Offer] = search.offers() if search else []

    @property
    def bits(self) -> int:
        """The open starts of anybody, as bits of the frame."""
        found = 0
        for offer in self.offers:
            found |= offer.starts
        return found

    def __len__(self) -> int:
        return self.bits.bit_count()

    def minutes(self) -> list[int]:
        """Return the open starts, sorted, in minutes since 1970-01-01T00:00Z."""
        base = self._base
        return [base + place for place in members(self.bits)]

    def starts(self) -> list[datetime]:
        """Return the open starts, sorted, in UTC."""
        return [moment_of(minute) for minute in self.minutes()]

    def among(self, starts: Iterable[datetime]) -> "FoundSlots":
        """Return those of the open starts that are among these."""
        found = copy.copy(self)
        if self._search is not None:
            size = self._search.frame.size
            places = (minute_of(start) - self._base for start in starts)
            wanted = from_points((place for place in places if 0 <= place < size), size)
            found.offers = [
                offer._replace(starts=offer.starts & wanted)
                for offer in self.offers
                if offer.starts & wanted
            ]
        return found

    def slots(self) -> list[Slot]:
        """Return the open starts in order, with who can take each."""
        return list(self._slots())

    def days(self, timezone: str) -> list[tuple[date, list[Slot]]]:
        """Return the slots by local date; dates without any are left out."""
        local = zone(timezone)
        days: dict[int, list[Slot]] = {}
        for slot in self._slots():
            days.setdefault(local.date(minute_of(slot.start)), []).append(slot)
        return [(date_of(day), days[day]) for day in sorted(days)]

    def _slots(self) -> Iterator[Slot]:
        if self._search is None:
            return
        by_start: dict[int, list[Offer]] = {}
        for offer in self.offers:
            for place in members(offer.starts):
                by_start.setdefault(place, []).append(offer)
        several = len(self._search.visit.parts) > 1
        for place in sorted(by_start):
            offers = by_start[place]
            yield self._visit(place, offers) if several else self._single(place, offers)

    def _single(self, place: int, offers: list[Offer]) -> Slot:
        assert self._search is not None  # noqa: S101 - offers come from a search
        minute = self._base + place
        start = moment_of(minute)
        end = moment_of(minute + max(offer.terms.length for offer in offers))
        employees = tuple(dict.fromkeys(offer.terms.employee.id for offer in offers))
        return Slot(
            start,
            end,
            employees,
            self._locations(offers),
            max(self._search.places_left(offer.terms, offer.location, minute) for offer in offers),
            (SlotItem(offers[0].terms.service.id, start, end, employees),),
        )

    def _visit(self, place: int, offers: list[Offer]) -> Slot:
        assert self._search is not None  # noqa: S101 - offers come from a search
        walk = Walk(self._search, place, offers)
        items = walk.items()
        able = {employee for item in items for employee in item.employees}
        order = (e.id for e in self._search.business.employees if e.id in able)
        end = moment_of(self._base + walk.end)
        return Slot(
            items[0].start, end, tuple(order), self._locations(offers), walk.places_left, items
        )

    def _locations(self, offers: list[Offer]) -> tuple[int, ...]:
        assert self._search is not None  # noqa: S101 - offers come from a search
        held = {offer.location for offer in offers}
        return tuple(x for x in self._search.visit.locations if x is not None and x in held)


def find_slots(query: SlotQuery, business: Business, busy: BusyTimes, now: datetime) -> FoundSlots:
    """Return the open starts in the asked window. Raises QueryError."""
    visit = read_query(query, business, now)
    if query.reschedule is not None:
        busy = _without(busy, query.reschedule)
    return FoundSlots(Search(visit, business, busy) if visit.allowed else None)


def check_start(
    query: SlotQuery, start: datetime, business: Business, busy: BusyTimes, now: datetime
) -> Slot | None:
    """Return the slot that begins at this very start, if it is open. Raises QueryError.

    The asked window does not matter.
    """
    start = in_utc(start)
    exact = replace(query, window=(start, start + _MINUTE))
    slots = find_slots(exact, business, busy, now).slots()
    return slots[0] if slots and slots[0].start == start else None


def next_start(
    query: SlotQuery, business: Business, busy: BusyTimes, now: datetime
) -> datetime | None:
    """Return the first open start after the asked window, within the booking window, if any."""
    read_query(query, business, now)
    local = query_zone(query, business)
    minute = max(_end_of(query, local), minute_of(now))
    services = [service for service in business.services if service.id in query.services]
    end = (last_date(business, services, now) + 2) * DAY
    while minute < end:
        stop = minute + _DAYS_AT_A_TIME * DAY
        later = replace(query, window=(moment_of(minute), moment_of(stop)))
        found = find_slots(later, business, busy, now).minutes()
        if found:
            return moment_of(found[0])
        minute = stop
    return None


def _end_of(query: SlotQuery, local: Zone) -> int:
    """Return the first minute after the asked window."""
    edge = query.window[1]
    if isinstance(edge, datetime):
        return minute_from(edge)
    return local.minute((edge.toordinal() - date_of(0).toordinal() + 1) * DAY)


def _without(busy: BusyTimes, appointment: int) -> BusyTimes:
    try:
        return busy.without(appointment)
    except KeyError:
        raise QueryError("reschedule", f"there is no appointment {appointment}") from None
