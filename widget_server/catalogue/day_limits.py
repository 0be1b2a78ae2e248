"""Which days are full: a service, an employee may take only so many appointments in a day.

The engine knows times, not counts, so this looks at what it has found. Where somebody cannot take
a slot because of a count, the engine is asked once more without them: ends, places and locations
are then those of the others.

A day is the employee's own for an employee, the business's for a service. A group appointment
counts once; who joins one that is there already adds nothing. In a visit of several services nobody
is offered a part who could not take all the parts that they are able to take.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from widget_server import availability
from widget_server.availability import Appointment, BusyTimes, Slot, SlotQuery
from widget_server.bookablesites.mapping import takes_a_place
from widget_server.catalogue.offer import Offer


class _Part(NamedTuple):
    """A part of a visit by somebody who could take it; an appointment is known by the same."""

    service: int
    employee: int | None
    start: datetime


@dataclass(frozen=True)
class DayLimits:
    """The limits of an offer, and what its days hold already."""

    offer: Offer
    there: Collection[_Part]
    of_service: Counter[tuple[int, date]]
    of_employee: Counter[tuple[int, date]]

    @classmethod
    def of(cls, offer: Offer, rows: Iterable[Appointment]) -> "DayLimits | None":
        """Count the appointments of each day; None where nothing is limited."""
        if not any(map(_limit, (*offer.services.values(), *offer.employees.values()))):
            return None
        there = {
            _Part(row.service, row.employee, row.start)
            for row in rows
            if row.service is not None and takes_a_place(row.status)
        }
        limits = cls(offer, there, Counter(), Counter())
        limits.of_service.update(map(limits.service_day, there))
        limits.of_employee.update(
            limits.employee_day(part.employee, part.start) for part in there if part.employee
        )
        return limits

    def service_day(self, part: _Part) -> tuple[int, date]:
        """Return the day of the business that a part of a service counts for."""
        return part.service, part.start.astimezone(self.offer.zone).date()

    def employee_day(self, employee: int, start: datetime) -> tuple[int, date]:
        """Return the day of the employee that a part counts for."""
        record = self.offer.employees.get(employee)
        zone = _zone(record["timezone"]) if record and record["timezone"] else self.offer.zone
        return employee, start.astimezone(zone).date()

    def unable(self, slot: Slot) -> frozenset[int]:
        """Return who could take a part of the slot but for a limit."""
        parts = [
            _Part(item.service, employee, item.start)
            for item in slot.items
            for employee in item.employees
        ]
        new = [part for part in parts if part not in self.there]
        return frozenset(
            part.employee or 0
            for part in new
            if self._service_is_full(part, slot) or self._employee_is_full(part, new)
        )

    def _service_is_full(self, part: _Part, slot: Slot) -> bool:
        most = _limit(self.offer.services.get(part.service))
        wanted = sum(item.service == part.service for item in slot.items)
        return most is not None and self.of_service[self.service_day(part)] + wanted > most

    def _employee_is_full(self, part: _Part, new: Sequence[_Part]) -> bool:
        employee = part.employee or 0
        most = _limit(self.offer.employees.get(employee))
        if most is None:
            return False
        wanted = sum(other.employee == employee for other in new)
        return self.of_employee[self.employee_day(employee, part.start)] + wanted > most


def within_limits(
    limits: DayLimits | None,
    query: SlotQuery,
    busy: BusyTimes,
    now: datetime,
    slots: Sequence[Slot],
) -> Sequence[Slot]:
    """Return what is left of the slots that the engine has found for a query."""
    if limits is None:
        return slots
    business = limits.offer.business

    @cache
    def without(unable: frozenset[int]) -> dict[datetime, Slot]:
        if unable & {query.employee, *query.team}:
            return {}
        able = tuple(one for one in business.employees if one.id not in unable)
        smaller = replace(business, employees=able)
        found = availability.find_slots(query, smaller, busy, now)
        return {slot.start: slot for slot in found.slots()}

    checked = ((slot, limits.unable(slot)) for slot in slots)
    left = (without(unable).get(slot.start) if unable else slot for slot, unable in checked)
    return [slot for slot in left if slot is not None]


def is_limited(offer: Offer, services: Iterable[int], employees: Iterable[int]) -> bool:
    """Tell whether a visit of these is subject to a limit by day."""
    of_services = (_limit(offer.services.get(service)) for service in services)
    of_employees = (_limit(offer.employees.get(employee)) for employee in employees)
    return any(most is not None for most in (*of_services, *of_employees))


def _limit(record: dict[str, object] | None) -> int | None:
    # Documents kept from before an update do not have the key.
    most = record.get("max_per_day") if record else None
    return most if isinstance(most, int) else None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
