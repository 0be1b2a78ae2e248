"""Several services in one visit: who can take which part, from one given start (rule 16)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from widget_server.availability.model import SlotItem
from widget_server.availability.rules import Terms
from widget_server.availability.search import Offer, Search
from widget_server.availability.zones import moment_of


class Step(NamedTuple):
    """One part of a visit taken by one employee; `place` is its first bit in the frame."""

    part: int
    terms: Terms
    place: int
    follows: bool


class Walk:
    """Every way in which a visit can go on from a start."""

    def __init__(self, search: Search, place: int, offers: Sequence[Offer]) -> None:
        self._search = search
        self._seen: dict[tuple[Step, int | None], int] = {}
        self.end = 0
        self.places_left = max(
            self._visit(Step(0, offer.terms, place, follows=False), offer.location)
            for offer in offers
        )

    def items(self) -> tuple[SlotItem, ...]:
        """Return the parts with all who can take each, in the business's order."""
        base = self._search.frame.base
        found = []
        for number, part in enumerate(self._search.visit.parts):
            steps = [step for step, _ in self._seen if step.part == number]
            able = {step.terms.employee.id for step in steps}
            found.append(
                SlotItem(
                    part.service.id,
                    moment_of(base + min(step.place for step in steps)),
                    moment_of(base + max(step.place + step.terms.length for step in steps)),
                    tuple(employee for employee in part.terms if employee in able),
                )
            )
        return tuple(found)

    def _visit(self, step: Step, location: int | None) -> int:
        """Return the most places that the parts from here on all have."""
        known = self._seen.get((step, location))
        if known is not None:
            return known
        minute = self._search.frame.base + step.place
        places = self._search.places_left(step.terms, location, minute)
        following = [self._visit(later, location) for later in onward(self._search, step, location)]
        if following:
            places = min(places, max(following))
        else:
            self.end = max(self.end, step.place + step.terms.length)
        self._seen[step, location] = places
        return places


def onward(search: Search, step: Step, location: int | None) -> Iterator[Step]:
    """Yield the steps that can follow one, up to the end of the visit."""
    if step.part + 1 == len(search.visit.parts):
        return
    place = step.place + step.terms.length
    own = step.terms.employee.id
    for employee, terms in search.visit.parts[step.part + 1].terms.items():
        same = employee == own
        if search.visit.same_employee and not same:
            continue
        begins = search.startable(step.terms, location, first=not step.follows, last=not same)
        goes_on = search.possible(step.part + 1, employee, location, follows=same)
        if begins >> step.place & 1 and goes_on >> place & 1:
            yield Step(step.part + 1, terms, place, same)
