"""Whether a visit is open at its very start, and who takes which part of it.

Everything that books, holds or moves a visit asks here, so that all of them ask the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from widget_server import availability
from widget_server.availability import BusyTimes, Slot
from widget_server.booking.desk import Desk
from widget_server.booking.errors import NotOffered, SlotTaken
from widget_server.booking.ledger.models import Claim
from widget_server.catalogue.find_slots import (
    AS_TOLD,
    MARGIN,
    Adjusted,
    SlotSearch,
    alternatives,
    check_known,
    open_slot,
)
from widget_server.catalogue.offer import Offer
from widget_server.errors import DomainError

Team = tuple[int | None, ...]
# A long line of people who all turn out to be taken: the visitor should hear by then.
MAX_TEAMS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that somebody wants: what, when, and what to leave out of account.

    `starts` are the starts of its parts, as the visitor named them. `adjusted` says what is held
    here and what is about to leave.
    """

    search: SlotSearch
    starts: tuple[datetime, ...]
    adjusted: Adjusted = AS_TOLD

    @property
    def start(self) -> datetime:
        """Return when it begins."""
        return self.starts[0]

    def by(self, team: tuple[int, ...]) -> "Wanted":
        """Return the same visit with these very employees."""
        return replace(self, search=replace(self.search, team=team))


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is open, with the employees who take its parts."""

    search: SlotSearch
    slot: Slot

    @property
    def team(self) -> tuple[int, ...]:
        """Return the employee of each part."""
        return tuple(item.employees[0] for item in self.slot.items)

    @property
    def location(self) -> int | None:
        """Return where it takes place; None for a business without locations."""
        return self.search.location or next(iter(self.slot.locations), None)


def open_visits(desk: Desk, offer: Offer, wanted: Wanted) -> Iterator[Visit]:
    """Yield the ways in which the visit can be taken, in the order to try them.

    Raises NotOffered or SlotTaken with alternatives when there is none, InvalidInput and NotFound
    for nonsense.
    """
    check_known(offer, wanted.search)
    busy = _open_busy_times(desk, offer, wanted)
    yield from _teams(desk, offer, wanted, busy)


def is_open(desk: Desk, offer: Offer, wanted: Wanted, visit: Visit, now: datetime) -> bool:
    """Tell whether the visit is open to this very team, by what the platform says right now."""
    rows = [
        row
        for employee in sorted(set(visit.team))
        for row in desk.catalogue.busy_times_now(
            employee, visit.slot.start - MARGIN, visit.slot.end + MARGIN, offer.zone
        )
    ]
    busy = BusyTimes.of(offer.business, wanted.adjusted(rows))
    search = wanted.by(visit.team).search
    return _exact(open_slot(offer, search, wanted.start, busy, now), wanted) is not None


def nearest(desk: Desk, wanted: Wanted) -> Sequence[Slot]:
    """Return the open starts nearest to the one that was wanted."""
    try:
        return alternatives(
            desk.catalogue, wanted.search, wanted.start, desk.now(), wanted.adjusted
        )
    except DomainError:
        return []  # a kindness; its failure must not hide the reason


def claims(offer: Offer, visit: Visit) -> list[Claim]:
    """Return the claims that keep a visit's time: buffers between one's own parts are dropped."""
    parts, team = visit.slot.items, visit.team
    rows = []
    for number, (part, employee) in enumerate(zip(parts, team, strict=True)):
        service = offer.services[part.service]
        follows = number > 0 and team[number - 1] == employee
        goes_on = number + 1 < len(team) and team[number + 1] == employee
        before = 0 if follows else service["buffer_before_minutes"]
        after = 0 if goes_on else service["buffer_after_minutes"]
        rows.append(
            Claim(
                item=number,
                employee=employee,
                service=part.service,
                location=visit.location,
                start=part.start,
                end=part.end,
                busy_from=part.start - timedelta(minutes=before),
                busy_until=part.end + timedelta(minutes=after),
                persons=visit.search.persons,
                capacity=offer.places(part.service, employee),
            )
        )
    return rows


def _open_busy_times(desk: Desk, offer: Offer, wanted: Wanted) -> BusyTimes:
    """Find the visit open on what is known, and when it looks taken on what is true now."""
    start, now = wanted.start, desk.now()
    for refresh in (False, True):
        if refresh:
            desk.catalogue.times_changed([(start, start)])
        rows = desk.catalogue.busy_times(start - MARGIN, start + MARGIN, offer.zone).value
        busy = BusyTimes.of(offer.business, wanted.adjusted(rows))
        if _exact(open_slot(offer, wanted.search, start, busy, now), wanted):
            return busy
    nobody_booked = BusyTimes.of(offer.business, [])
    ever = _exact(open_slot(offer, wanted.search, start, nobody_booked, now), wanted)
    raise (SlotTaken if ever else NotOffered)(nearest(desk, wanted), wanted.search.timezone)


def _exact(slot: Slot | None, wanted: Wanted) -> Slot | None:
    """Return the slot if its parts begin when the visitor said."""
    if slot is None or tuple(part.start for part in slot.items) != wanted.starts:
        return None
    return slot


def _teams(desk: Desk, offer: Offer, wanted: Wanted, busy: BusyTimes) -> Iterator[Visit]:
    now, how = desk.now(), offer.settings["assignment"]
    parts = len(wanted.search.services)

    def visits(team: Team) -> Iterator[Visit]:
        search = replace(wanted.search, team=team)
        slot = _exact(open_slot(offer, search, wanted.start, busy, now), wanted)
        if slot is None:
            return
        undecided = next((n for n in range(parts) if team[n] is None), None)
        if undecided is None:
            yield Visit(search, slot)
            return
        able = replace(slot, employees=slot.items[undecided].employees)
        for employee in availability.assign(able, offer.business, busy, how=how):
            yield from visits((*team[:undecided], employee, *team[undecided + 1 :]))

    for tried, visit in enumerate(visits(wanted.search.team or (None,) * parts)):
        if tried == MAX_TEAMS:
            return
        yield visit
