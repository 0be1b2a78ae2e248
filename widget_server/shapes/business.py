"""A business: settings, locations, services, employees."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol, get_args

from widget_server.availability import (
    Business,
    Capacity,
    Employee,
    EmployeeService,
    Extra,
    Location,
    Rules,
    Service,
)
from widget_server.availability.model import Alignment
from widget_server.shapes.reading import (
    Node,
    count,
    duration,
    flag,
    identifier,
    minutes,
    positive,
    price,
    text,
)
from widget_server.shapes.schedules import (
    days_off_from_json,
    days_off_to_json,
    special_days_from_json,
    special_days_to_json,
    working_hours_from_json,
    working_hours_to_json,
    zone_name,
)


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


def business_from_json(data: Any, path: str = "") -> Business:
    """Read the keys settings, locations, services and employees. Raises ShapeError."""
    node = Node(data, path)
    services = node["services"].tuple(_service)
    capacities = {service.id: service.capacity for service in services}
    business = Business(
        _rules(node["settings"]),
        node["locations"].tuple(_location),
        services,
        tuple(_employee(employee, capacities) for employee in node["employees"]),
    )
    for key in ("locations", "services", "employees"):
        _check_ids(node[key], getattr(business, key))
    return business


def business_to_json(business: Business) -> dict[str, Any]:
    """Return a business as JSON, with every key."""
    rules = business.rules
    return {
        "settings": {name: getattr(rules, name) for name in Rules.__dataclass_fields__},
        "locations": [{"id": place.id, "name": place.name} for place in business.locations],
        "services": [_service_to_json(service) for service in business.services],
        "employees": [_employee_to_json(employee) for employee in business.employees],
    }


def _check_ids(node: Node, things: Iterable[_HasId]) -> None:
    seen = set()
    for entry, thing in zip(node, things, strict=True):
        if thing.id in seen:
            raise entry["id"].error("is used twice")
        seen.add(thing.id)


def _rules(node: Node) -> Rules:
    if node.value is None:
        return Rules()
    usual = Rules()
    return Rules(
        node["timezone"].default(zone_name, usual.timezone),
        node["slot_step_minutes"].default(duration, usual.slot_step_minutes),
        node["slot_alignment"].default(_alignment, usual.slot_alignment),
        node["minimum_notice_minutes"].default(count, usual.minimum_notice_minutes),
        node["booking_window_days"].default(count, usual.booking_window_days),
        *(
            node[key].default(flag, default=False)
            for key in (
                "buffers_within_hours",
                "use_service_duration_as_step",
                "step_includes_buffers",
            )
        ),
    )


def _alignment(node: Node) -> Alignment:
    for alignment in get_args(Alignment):
        if node.value == alignment:
            return alignment  # type: ignore[no-any-return]
    raise node.error("must be one of opening, free, clock")


def _location(node: Node) -> Location:
    return Location(identifier(node["id"]), node["name"].default(text, ""))


def _service(node: Node) -> Service:
    return Service(
        id=identifier(node["id"]),
        duration_minutes=duration(node["duration_minutes"]),
        name=node["name"].default(text, ""),
        buffer_before_minutes=node["buffer_before_minutes"].default(minutes, 0),
        buffer_after_minutes=node["buffer_after_minutes"].default(minutes, 0),
        slot_step_minutes=node["slot_step_minutes"].optional(duration),
        minimum_notice_minutes=node["minimum_notice_minutes"].optional(count),
        booking_window_days=node["booking_window_days"].optional(count),
        capacity=node["capacity"].default(_capacity, Capacity()),
        extras=_extras(node["extras"]),
        price=node["price"].optional(price),
    )


def _extras(node: Node) -> tuple[Extra, ...]:
    extras = node.tuple(_extra)
    _check_ids(node, extras)
    return extras


def _extra(node: Node) -> Extra:
    return Extra(
        identifier(node["id"]),
        node["name"].default(text, ""),
        node["duration_minutes"].default(minutes, 0),
        node["price"].optional(price),
        node["max_quantity"].default(count, 1),
    )


def _capacity(node: Node) -> Capacity:
    usual = Capacity()
    capacity = Capacity(
        node["min"].default(count, usual.min),
        node["max"].default(positive, usual.max),
        allow_below_min=node["allow_below_min"].default(flag, usual.allow_below_min),
    )
    if capacity.min > capacity.max:
        raise node["min"].error("is more than max")
    return capacity


def _employee(node: Node, capacities: dict[int, Capacity]) -> Employee:
    def hours(key: str) -> tuple[Any, str]:
        return node[key].value, node[key].path

    return Employee(
        id=identifier(node["id"]),
        first_name=node["first_name"].default(text, ""),
        last_name=node["last_name"].default(text, ""),
        timezone=node["timezone"].optional(zone_name),
        location=node["location"].optional(identifier),
        services=tuple(_employee_service(one, capacities) for one in node["services"]),
        working_hours=working_hours_from_json(*hours("working_hours")),
        special_days=special_days_from_json(*hours("special_days")),
        days_off=days_off_from_json(*hours("days_off")),
    )


def _employee_service(node: Node, capacities: dict[int, Capacity]) -> EmployeeService:
    service = identifier(node["id"])

    def own_capacity(own: Node) -> Capacity:
        if isinstance(own.value, dict):
            return _capacity(own)
        # A bare number is the most; the rest is the service's.
        usual, most = capacities.get(service, Capacity()), positive(own)
        return Capacity(min(usual.min, most), most, allow_below_min=usual.allow_below_min)

    return EmployeeService(
        service,
        node["duration_minutes"].optional(duration),
        node["price"].optional(price),
        node["capacity"].optional(own_capacity),
    )


def _service_to_json(service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "name": service.name,
        "duration_minutes": service.duration_minutes,
        "buffer_before_minutes": service.buffer_before_minutes,
        "buffer_after_minutes": service.buffer_after_minutes,
        "slot_step_minutes": service.slot_step_minutes,
        "minimum_notice_minutes": service.minimum_notice_minutes,
        "booking_window_days": service.booking_window_days,
        "capacity": _capacity_to_json(service.capacity),
        "price": _price_to_json(service.price),
        "extras": [
            {
                "id": extra.id,
                "name": extra.name,
                "duration_minutes": extra.duration_minutes,
                "price": _price_to_json(extra.price),
                "max_quantity": extra.max_quantity,
            }
            for extra in service.extras
        ],
    }


def _employee_to_json(employee: Employee) -> dict[str, Any]:
    return {
        "id": employee.id,
        "first_name": employee.first_name,
        "last_name": employee.last_name,
        "timezone": employee.timezone,
        "location": employee.location,
        "services": [
            {
                "id": offered.id,
                "duration_minutes": offered.duration_minutes,
                "price": _price_to_json(offered.price),
                "capacity": offered.capacity and _capacity_to_json(offered.capacity),
            }
            for offered in employee.services
        ],
        "working_hours": working_hours_to_json(employee.working_hours),
        "special_days": special_days_to_json(employee.special_days),
        "days_off": days_off_to_json(employee.days_off),
    }


def _capacity_to_json(capacity: Capacity) -> dict[str, Any]:
    return {
        "min": capacity.min,
        "max": capacity.max,
        "allow_below_min": capacity.allow_below_min,
    }


def _price_to_json(price: Decimal | None) -> str | None:
    return None if price is None else str(price)
