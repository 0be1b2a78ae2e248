"""One search: which minutes of a frame a visit could start at, for each employee and location.

Everything is bits of one frame. `possible` answers for a whole visit, from its last part backwards;
`startable` for one part of it by one employee.
"""

from typing import NamedTuple

from widget_server.availability.busy import BusyTimes, Taken
from widget_server.availability.grid import clock_multiple, grid_of_runs
from widget_server.availability.intervals import from_points, smear, span
from widget_server.availability.model import Business
from widget_server.availability.rules import Terms, Visit
from widget_server.availability.schedule import Fit, Frame
from widget_server.availability.zones import DAY

# A grid of runs needs to see whole local dates around the window, however long these are.
_DAYS_BEFORE, _DAYS_AFTER = 4, 3


class Offer(NamedTuple):
    """The starts (bits of the frame) one employee can begin the visit at, at one location."""

    terms: Terms
    location: int | None
    starts: int


class Groups(NamedTuple):
    """The starts that visits of the same service already have; they may be shared.

    `taken`: places taken, by minute; `starts`: all of them; `open`: those one more can join.
    """

    taken: dict[int, int]
    starts: int
    open: int


_NO_GROUPS = Groups({}, 0, 0)


class Search:
    """A visit, looked for among the busy times of a business."""

    def __init__(self, visit: Visit, business: Business, busy: BusyTimes) -> None:
        self.visit = visit
        self.business = business
        self.rules = business.rules
        self.busy = busy
        self.frame = frame_of(visit, aligned=self.rules.slot_alignment != "opening")
        self._blocked: dict[tuple[int, int, int], int] = {}
        self._groups: dict[tuple[int, int, int | None, bool, bool], Groups] = {}
        self._possible: dict[tuple[int, int, int | None, bool], int] = {}
        self._anyone: dict[tuple[int, int | None], int] = {}

    def offers(self) -> list[Offer]:
        """Return all that is offered, employees in the business's order."""
        base = self.frame.base
        allowed = 0
        for lo, hi in self.visit.allowed:
            allowed |= span(lo - base, hi - base)
        found = []
        for employee, terms in self.visit.parts[0].terms.items():
            for location in self.visit.locations:
                starts = self.on_grid(employee, location) & allowed
                if starts:
                    found.append(Offer(terms, location, starts))
        return found

    def on_grid(self, employee: int, location: int | None) -> int:
        """Return the starts on the grid, and those of group visits with places left."""
        possible = self.possible(0, employee, location)
        if not possible:
            return 0
        terms = self.visit.parts[0].terms[employee]
        shared = self.groups(terms, location, first=True, last=True).starts
        if self.rules.slot_alignment == "opening":
            return possible & (self._fit(terms, location, first=True, last=True).grid | shared)
        multiple = clock_multiple(terms.step) if self.rules.slot_alignment == "clock" else 1
        zone = terms.working.zone
        return grid_of_runs(possible, self.frame, zone, terms.step, multiple) | possible & shared

    def possible(
        self, part: int, employee: int, location: int | None, *, follows: bool = False
    ) -> int:
        """Return the minutes at which a part could begin and all later ones follow.

        `follows`: the part before is this employee's too, so that no buffer lies between.
        """
        key = part, employee, location, follows
        found = self._possible.get(key)
        if found is None:
            found = self._possible[key] = self._find_possible(*key)
        return found

    def _find_possible(self, part: int, employee: int, location: int | None, follows: bool) -> int:  # noqa: FBT001 - a key's parts
        first = not follows
        terms = self.visit.parts[part].terms[employee]
        if part + 1 == len(self.visit.parts):
            return self.startable(terms, location, first=first, last=True)
        found = 0
        onward = 0 if self.visit.same_employee else self.anyone(part + 1, location)
        if onward:
            found = self.startable(terms, location, first=first, last=True)
            found &= onward >> terms.length
        if employee in self.visit.parts[part + 1].terms:
            onward = self.possible(part + 1, employee, location, follows=True)
            alone = self.startable(terms, location, first=first, last=False)
            found |= alone & onward >> terms.length
        return found

    def anyone(self, part: int, location: int | None) -> int:
        """Return the minutes at which somebody could begin a part and all later ones follow."""
        found = self._anyone.get((part, location))
        if found is None:
            found = 0
            for employee in self.visit.parts[part].terms:
                found |= self.possible(part, employee, location)
            self._anyone[part, location] = found
        return found

    def startable(self, terms: Terms, location: int | None, *, first: bool, last: bool) -> int:
        """Return the minutes at which one part fits, is free and has places left.

        `first`, `last`: the buffer before, after it counts.
        """
        fits = self._fit(terms, location, first=first, last=last).fits
        if not fits:
            return 0
        blocked = self.blocked(terms, *buffers(terms, first=first, last=last))
        groups = self.groups(terms, location, first=first, last=last)
        if groups.starts:
            blocked = (blocked | groups.starts) & ~groups.open
        return fits & ~blocked

    def _fit(self, terms: Terms, location: int | None, *, first: bool, last: bool) -> Fit:
        before = after = 0
        if self.rules.buffers_within_hours:
            before, after = buffers(terms, first=first, last=last)
        shape = terms.shape(before=before, after=after)
        return terms.working.fit(self.frame, shape, location)

    def blocked(self, terms: Terms, before: int, after: int) -> int:
        """Return the starts at which a part would overlap an appointment."""
        reach = before + terms.length + after
        key = terms.employee.id, before, reach
        found = self._blocked.get(key)
        if found is None:
            taken = self.busy.employee(terms.employee.id).bits(self.frame)
            found = self._blocked[key] = smear(taken, reach) << before
        return found

    def groups(self, terms: Terms, location: int | None, *, first: bool, last: bool) -> Groups:
        """Look at each start that visits of the same service already have (rule 13)."""
        time = self.busy.employee(terms.employee.id)
        if terms.capacity.max == self.visit.persons and not time.vacant:
            return _NO_GROUPS  # any visit there takes a place too many
        key = terms.employee.id, terms.service.id, location, first, last
        found = self._groups.get(key)
        if found is None:
            before, after = buffers(terms, first=first, last=last)
            found = self._groups[key] = self._find_groups(terms, location, before, after)
        return found

    def places_left(self, terms: Terms, location: int | None, minute: int) -> int:
        """Return how many places a start has, where it is open."""
        groups = self.groups(terms, location, first=True, last=True)
        return terms.capacity.max - groups.taken.get(minute, 0)

    def _find_groups(self, terms: Terms, location: int | None, before: int, after: int) -> Groups:
        time = self.busy.employee(terms.employee.id)
        sharing: dict[int, list[Taken]] = {}
        for taken in time.starting(self.frame, terms.service.id):
            if location is None or taken.appointment.location in (None, location):
                sharing.setdefault(taken.start, []).append(taken)
        if not sharing:
            return _NO_GROUPS
        places = {t: sum(one.appointment.persons for one in sharing[t]) for t in sharing}
        joinable = [
            start
            for start, mine in sharing.items()
            if places[start] + self.visit.persons <= terms.capacity.max
            and all(
                other in mine
                for other in time.touching(start - before, start + terms.length + after)
            )
        ]
        base, size = self.frame.base, self.frame.size
        return Groups(
            places,
            from_points((start - base for start in sharing), size),
            from_points((start - base for start in joinable), size),
        )


def buffers(terms: Terms, *, first: bool, last: bool) -> tuple[int, int]:
    """Return the buffers that count, before and after."""
    service = terms.service
    return (
        service.buffer_before_minutes if first else 0,
        service.buffer_after_minutes if last else 0,
    )


def frame_of(visit: Visit, *, aligned: bool) -> Frame:
    """Return the days a search has to look at; `aligned`: the grid depends on the days around."""
    before = after = 0
    for part in visit.parts:
        before = max(before, part.service.buffer_before_minutes)
        after += part.service.buffer_after_minutes
        after += max((terms.length for terms in part.terms.values()), default=0)
    if aligned:
        before += _DAYS_BEFORE * DAY
        after += _DAYS_AFTER * DAY
    first = (visit.allowed[0][0] - before) // DAY
    last = (visit.allowed[-1][1] + after) // DAY
    return Frame(first, last - first + 1)
