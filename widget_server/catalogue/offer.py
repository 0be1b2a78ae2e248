"""What the business offers: its services, employees, locations and rules, in one value.

Built from one JSON document that may be cached: nothing in it is anybody's secret.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.availability import Business
from widget_server.shapes import business_from_json

Record = dict[str, Any]

# The keys of our records that the engine knows; the rest is for people.
SERVICE_RULES = (
    "id",
    "name",
    "duration_minutes",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "slot_step_minutes",
    "minimum_notice_minutes",
    "booking_window_days",
    "capacity",
    "extras",
)
EMPLOYEE_RULES = (
    "id",
    "first_name",
    "last_name",
    "timezone",
    "location",
    "services",
    "working_hours",
    "special_days",
    "days_off",
)


@dataclass(frozen=True)
class Offer:
    """The document, and what is read out of it."""

    document: Record

    @property
    def settings(self) -> Record:
        """Return the business's settings and policies."""
        settings: Record = self.document["settings"]
        return settings

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the business's time zone."""
        return ZoneInfo(self.settings["timezone"])

    @cached_property
    def services(self) -> Mapping[int, Record]:
        """Return the services that visitors may book, by id."""
        given = {
            link["id"] for employee in self.document["employees"] for link in employee["services"]
        }
        return {
            service["id"]: service
            for service in self.document["services"]
            if service["id"] in given and not service["private"]
        }

    @cached_property
    def employees(self) -> Mapping[int, Record]:
        """Return the employees who give one of these services, by id."""
        return {
            employee["id"]: employee
            for employee in self.document["employees"]
            if any(link["id"] in self.services for link in employee["services"])
        }

    @cached_property
    def locations(self) -> Mapping[int, Record]:
        """Return the locations by id."""
        return {location["id"]: location for location in self.document["locations"]}

    @cached_property
    def business(self) -> Business:
        """Return the engine's view of it all."""
        return business_from_json(
            {
                "settings": {
                    key: self.settings[key]
                    for key in (
                        "timezone",
                        "slot_step_minutes",
                        "slot_alignment",
                        "minimum_notice_minutes",
                        "booking_window_days",
                        "buffers_within_hours",
                        "use_service_duration_as_step",
                        "step_includes_buffers",
                    )
                },
                "locations": [_only(("id", "name"), row) for row in self.locations.values()],
                "services": [_only(SERVICE_RULES, row) for row in self.document["services"]],
                "employees": [_only(EMPLOYEE_RULES, row) for row in self.document["employees"]],
            }
        )

    def givers(self, service: int) -> list[Record]:
        """Return the employees who give a service."""
        return [
            employee
            for employee in self.employees.values()
            if any(link["id"] == service for link in employee["services"])
        ]

    def places_of(self, employee: Record, service: int | None = None) -> set[int]:
        """Return the locations of an employee's schedule, for a service or for any."""
        found: set[int] = set()
        for period in _periods(employee):
            named = period.get("services")
            if service is None or named is None or service in named:
                place = period.get("location") or employee["location"]
                found |= set(self.locations) if place is None else {place}
        return found

    def link(self, service: int, employee: int) -> Record:
        """Return how an employee gives a service: own price, duration, capacity."""
        links: list[Record] = self.employees[employee]["services"]
        return next(link for link in links if link["id"] == service)

    def lasts(self, service: int, employee: int | None) -> int:
        """Return the minutes that a service takes: an employee's own, or the fewest of anyone."""
        usual: int = self.services[service]["duration_minutes"]
        own = [
            link["duration_minutes"]
            for giver in self.givers(service)
            if employee in (None, giver["id"])
            for link in giver["services"]
            if link["id"] == service
        ]
        return min((usual if minutes is None else minutes for minutes in own), default=usual)

    def notice_minutes(self, services: Iterable[int]) -> int:
        """Return the strictest notice of these services."""
        return max(self._of_each("minimum_notice_minutes", services))

    def window_days(self, services: Iterable[int]) -> int:
        """Return how many days ahead all of these services can be booked."""
        return min(self._of_each("booking_window_days", services))

    def _of_each(self, rule: str, services: Iterable[int]) -> list[int]:
        general: int = self.settings[rule]
        own = [self.services[service][rule] for service in services]
        return [general if one is None else one for one in own]

    def extra_minutes(self, service: int, chosen: Iterable[tuple[int, int]]) -> int:
        """Return the minutes that extras add to a service; those of others add none."""
        known = {one["id"]: one["duration_minutes"] for one in self.services[service]["extras"]}
        return sum(known.get(extra, 0) * count for extra, count in chosen)

    def price(
        self, service: int, employee: int, persons: int, extras: Iterable[tuple[int, int]]
    ) -> Decimal:
        """Return what a visit costs: the service for each person, and the extras once."""
        record = self.services[service]
        own = self.link(service, employee)["price"]
        total = Decimal(record["price"] if own is None else own) * persons
        prices = {extra["id"]: Decimal(extra["price"]) for extra in record["extras"]}
        return total + sum((prices[id_] * count for id_, count in extras), Decimal(0))

    def price_from(
        self,
        service: int,
        employee: int | None,
        persons: int,
        extras: Iterable[tuple[int, int]],
        location: int | None = None,
    ) -> Decimal:
        """Return the visit's price with an employee, or the lowest with anyone at a location."""
        chosen, givers = tuple(extras), self.givers(service)
        able = [
            giver
            for giver in givers
            if employee in (None, giver["id"])
            and (employee or location is None or location in self.places_of(giver, service))
        ]
        return min(self.price(service, giver["id"], persons, chosen) for giver in able or givers)

    def places(self, service: int, employee: int) -> int:
        """Return how many persons one visit takes."""
        own = self.link(service, employee)["capacity"]
        capacity = self.services[service]["capacity"]
        if isinstance(own, dict):
            return int(own.get("max", capacity["max"]))
        return int(capacity["max"] if own is None else own)


def employee_name(employee: Record) -> str:
    """Return the name as visitors read it."""
    return f"{employee['first_name']} {employee['last_name']}".strip()


def _periods(employee: Record) -> Iterable[Record]:
    for day in (*employee["working_hours"], *employee["special_days"]):
        yield from day.get("periods") or ()


def _only(keys: Iterable[str], record: Record) -> Record:
    return {key: record[key] for key in keys}
