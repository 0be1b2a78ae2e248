"""Whether a visit is open at its very start, and who takes which part of it.

Everything that books, holds or moves a visit asks here, so that all of them ask the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from widget_server import availability
from widget_server.availability import Slot
from widget_server.booking.desk import Desk
from widget_server.booking.errors import NotOffered, NotOpen, SlotTaken
from widget_server.booking.ledger.models import Claim
from widget_server.catalogue.day_limits import is_limited
from widget_server.catalogue.find_slots import (
    AS_TOLD,
    Adjusted,
    Busy,
    SlotSearch,
    alternatives,
    check_known,
    is_within_reach,
    open_slot,
    told_now,
    told_of,
)
from widget_server.catalogue.offer import Offer
from widget_server.catalogue.sources.told import Told
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


@dataclass(frozen=True, slots=True)
class Chosen:
    """A visit that is wanted, and the way in which it is to be taken."""

    wanted: Wanted
    visit: Visit


def open_visits(desk: Desk, offer: Offer, wanted: Wanted) -> Iterator[Visit]:
    """Yield the ways in which the visit can be taken, in the order to try them.

    Raises NotOffered or SlotTaken with alternatives when there is none, and what `ways` raises.
    """
    visit = None
    for visit in ways(desk, offer, wanted):
        yield visit
    if visit is None:
        raise _refusal(desk, offer, wanted)


def ways(desk: Desk, offer: Offer, wanted: Wanted) -> Iterator[Visit]:
    """Yield what `open_visits` yields; raise InvalidInput and NotFound for nonsense."""
    check_known(offer, wanted.search)
    busy = _open_on_what_is_known(desk, offer, wanted)
    if busy is not None:
        yield from _teams(desk, offer, wanted, busy)


def slot_as_known(desk: Desk, offer: Offer, wanted: Wanted) -> Slot | None:
    """Return the slot of a visit if it is open on what is known; raise as `ways` does."""
    check_known(offer, wanted.search)
    if not is_within_reach(offer, wanted.search, wanted.start, desk.now()):
        return None
    busy = _known(desk, offer, wanted)
    slot = _exact(open_slot(offer, wanted.search, wanted.start, busy, desk.now()), wanted)
    return slot and busy.public(offer, wanted.search, slot)


def first_team(desk: Desk, offer: Offer, wanted: Wanted) -> tuple[int, ...] | None:
    """Return who would be tried first for a visit, on what is known; None when nobody can tell."""
    if not is_within_reach(offer, wanted.search, wanted.start, desk.now()):
        return None
    busy = _known(desk, offer, wanted)
    if busy.shown and not busy.shown.by_whom:
        return None
    visit = next(_teams(desk, offer, wanted, busy), None)
    return visit.team if visit else None


def is_open(desk: Desk, offer: Offer, wanted: Wanted, visit: Visit, mine: Sequence[Claim]) -> bool:
    """Tell whether the visit is open to this very team, by what the platform says right now.

    `mine` are the claims that it has. Where a day is limited, who claimed before counts and who
    claimed after does not: of two that want the last place one gets it.
    """
    adjusted, search = wanted.adjusted, visit.search
    limited = is_limited(offer, search.services, visit.team)
    if limited:
        # Asked before the platform is: what is on its way there is in one answer or in both.
        adjusted = replace(adjusted, kept=desk.held_before(mine, mine[0].booking_id))
    told = told_now(desk.catalogue, offer, search, visit.slot, everybody=limited)
    busy = Busy.of(offer, told, adjusted)
    return _exact(open_slot(offer, search, wanted.start, busy, desk.now()), wanted) is not None


def in_turn(offer: Offer, visit: Visit) -> tuple[str, ...]:
    """Name what a visit's claim must wait its turn for: the services that have a limit by day."""
    services = sorted(set(visit.search.services))
    return tuple(f"service:{one}" for one in services if is_limited(offer, [one], ()))


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


def _open_on_what_is_known(desk: Desk, offer: Offer, wanted: Wanted) -> Busy | None:
    """Find the visit open on what is known, and when it looks taken on what is true now.

    Nothing is read for what can never be open.
    """
    start, now = wanted.start, desk.now()
    if not is_within_reach(offer, wanted.search, start, now):
        return None
    busy = _known(desk, offer, wanted)
    if _exact(open_slot(offer, wanted.search, start, busy, now), wanted):
        return busy
    if not _is_ever_open(desk, offer, wanted):
        return None
    desk.catalogue.times_changed([(start, start)])
    busy = _known(desk, offer, wanted)
    return busy if _exact(open_slot(offer, wanted.search, start, busy, now), wanted) else None


def _refusal(desk: Desk, offer: Offer, wanted: Wanted) -> NotOpen:
    kind = SlotTaken if _is_ever_open(desk, offer, wanted) else NotOffered
    return kind(nearest(desk, wanted), wanted.search.timezone)


def _is_ever_open(desk: Desk, offer: Offer, wanted: Wanted) -> bool:
    """Tell whether the visit would be open if nobody had booked anything."""
    nobody_booked = Busy.of(offer, Told(()))
    slot = open_slot(offer, wanted.search, wanted.start, nobody_booked, desk.now())
    return _exact(slot, wanted) is not None


def _known(desk: Desk, offer: Offer, wanted: Wanted) -> Busy:
    told = told_of(desk.catalogue, offer, wanted.search, wanted.start, wanted.start)
    return Busy.of(offer, told.value, wanted.adjusted)


def _exact(slot: Slot | None, wanted: Wanted) -> Slot | None:
    """Return the slot if its parts begin when the visitor said."""
    if slot is None or tuple(part.start for part in slot.items) != wanted.starts:
        return None
    return slot


def _teams(desk: Desk, offer: Offer, wanted: Wanted, busy: Busy) -> Iterator[Visit]:
    now, how = desk.now(), offer.settings["assignment"]
    parts = len(wanted.search.services)

    def visits(team: Team) -> Iterator[Visit]:
        search = replace(wanted.search, team=team)
        slot = _exact(open_slot(offer, search, wanted.start, busy, now), wanted)
        if slot is None:
            return
        undecided = next((n for n in range(parts) if team[n] is None), None)
        if undecided is None:
            for place in busy.places(slot):
                yield Visit(replace(search, location=place), slot)
            return
        able = replace(slot, employees=slot.items[undecided].employees)
        for employee in availability.assign(able, offer.business, busy.times, how=how):
            yield from visits((*team[:undecided], employee, *team[undecided + 1 :]))

    for tried, visit in enumerate(visits(wanted.search.team or (None,) * parts)):
        if tried == MAX_TEAMS:
            return
        yield visit
