"""Who takes a visit when the customer does not mind (rule 15)."""

from collections.abc import Iterable
from typing import Literal

from widget_server.availability.busy import BusyTimes
from widget_server.availability.model import Business, Slot
from widget_server.availability.schedule import working_time
from widget_server.availability.zones import minute_of

Assignment = Literal["least_busy", "priority"]


def assign(
    slot: Slot, business: Business, busy: BusyTimes, how: Assignment = "least_busy"
) -> list[int]:
    """Return the employees who can take a slot, in the order to try them.

    `least_busy`: fewest booked minutes on the employee's local date, then the business's order;
    `priority`: the business's order.
    """
    able = _in_order(slot.employees, business)
    if how == "priority":
        return able
    booked = {employee: _booked_minutes(slot, business, busy, employee) for employee in able}
    return sorted(able, key=booked.__getitem__)


def _in_order(employees: Iterable[int], business: Business) -> list[int]:
    wanted = set(employees)
    return [employee.id for employee in business.employees if employee.id in wanted]


def _booked_minutes(slot: Slot, business: Business, busy: BusyTimes, employee_id: int) -> int:
    """Return the minutes of the blocking appointments on the employee's date of the slot."""
    employee = next(e for e in business.employees if e.id == employee_id)
    zone = working_time(business, employee).zone
    day = zone.date(minute_of(slot.start))
    return sum(
        max(0, min(taken.end, hi) - max(taken.start, lo))
        for lo, hi in zone.spans(day, day)
        for taken in busy.employee(employee_id).touching(lo, hi)
    )
