"""What a business is made of, what is asked of it, and what is answered.

Plain values: frozen, compared by content, without behaviour. Identifiers are the platform's whole
numbers. Durations are whole minutes; times of day are minutes after midnight.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Alignment = Literal["opening", "free", "clock"]
Moment = date | datetime


class QueryError(ValueError):
    """A question that makes no sense; `field` is the part of the query to blame."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Rules:
    """The business's settings."""

    timezone: str = "Europe/Berlin"
    slot_step_minutes: int = 30
    slot_alignment: Alignment = "opening"
    minimum_notice_minutes: int = 0
    booking_window_days: int = 365
    buffers_within_hours: bool = False
    use_service_duration_as_step: bool = False
    step_includes_buffers: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    """A place where visits happen."""

    id: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something a customer may add to a service; lengthens the visit by its duration each time."""

    id: int
    name: str = ""
    duration_minutes: int = 0
    price: Decimal | None = None
    max_quantity: int = 1


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many persons share a visit; `allow_below_min`: smaller bookings wait as pending."""

    min: int = 1
    max: int = 1
    allow_below_min: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """What a customer books. None: the business's own setting holds."""

    id: int
    duration_minutes: int
    name: str = ""
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    slot_step_minutes: int | None = None
    minimum_notice_minutes: int | None = None
    booking_window_days: int | None = None
    capacity: Capacity = Capacity()
    extras: tuple[Extra, ...] = ()
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EmployeeService:
    """That an employee offers a service, and what is different there. None: as the service."""

    id: int
    duration_minutes: int | None = None
    price: Decimal | None = None
    capacity: Capacity | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Working hours from `start` to `end`, in minutes of the day; `end` is 1440 for 24:00.

    An end before the start runs past midnight. `services` None: all of the employee's; empty: none.
    `location` None: the employee's.
    """

    start: int
    end: int
    services: tuple[int, ...] | None = None
    location: int | None = None


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The periods of a weekday, 1 = Monday to 7 = Sunday; entries for one weekday add up."""

    weekday: int
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Dates, both included, whose periods replace the weekly hours."""

    start_date: date
    end_date: date
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class DayOff:
    """Dates, both included, on which an employee does not work; perhaps every year from then on."""

    start_date: date
    end_date: date
    name: str = ""
    repeat_yearly: bool = False


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody who can be booked. `timezone` None: the business's; `location` None: any."""

    id: int
    first_name: str = ""
    last_name: str = ""
    timezone: str | None = None
    location: int | None = None
    services: tuple[EmployeeService, ...] = ()
    working_hours: tuple[WorkingHours, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    days_off: tuple[DayOff, ...] = ()


class Appointment(NamedTuple):
    """Time of an employee that is taken, unless its status frees it.

    `start` and `end` are aware. `service` None: a plain busy time. Buffers None: the service's.
    `persons` counts everybody in it. A named tuple, for there are many of them.
    """

    id: int | None
    start: datetime
    end: datetime
    employee: int | None = None
    service: int | None = None
    location: int | None = None
    status: str = "approved"
    persons: int = 1
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Business:
    """Everything that decides about openings but the appointments.

    What is derived from it (working time by day, mostly) is kept in `kept`, bounded, so that one
    value should serve many queries.
    """

    rules: Rules
    locations: tuple[Location, ...] = ()
    services: tuple[Service, ...] = ()
    employees: tuple[Employee, ...] = ()
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """A question: when can these services be had, one after the other, in one visit.

    `window` is two dates in the query's zone, both included, or two aware date-times, half-open.
    `extras` lists (extra id, quantity) for each service, in the order of `services`; those of
    `other_extras` go to the first service of the visit that has them.
    `employee` and `location` None: any. `team` names an employee, or None, for each service.
    `timezone` None: the business's. `reschedule` is the id of the appointment that is to be moved.
    """

    services: tuple[int, ...]
    window: tuple[Moment, Moment]
    employee: int | None = None
    location: int | None = None
    timezone: str | None = None
    persons: int = 1
    extras: tuple[tuple[tuple[int, int], ...], ...] = ()
    other_extras: tuple[tuple[int, int], ...] = ()
    reschedule: int | None = None
    same_employee: bool = False
    team: tuple[int | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotItem:
    """One service of a slot: who can take it, from the earliest start to the latest end."""

    service: int
    start: datetime
    end: datetime
    employees: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A start that is open, in UTC.

    `employees`: all who can take (part of) the visit, in the business's order. `locations`: where.
    `end`: the latest of them. `places_left`: the most that one of them has. Who was told of a start
    and not of employees and places leaves them empty and None.
    """

    start: datetime
    end: datetime
    employees: tuple[int, ...]
    locations: tuple[int, ...]
    places_left: int | None
    items: tuple[SlotItem, ...]
