"""Questions and answers: a slot query, and the slots that were found."""

from datetime import date, datetime
from typing import Any

from widget_server.availability import Slot, SlotQuery
from widget_server.availability.model import Moment
from widget_server.shapes.appointments import utc_text
from widget_server.shapes.reading import (
    Node,
    calendar_date,
    count,
    flag,
    identifier,
    moment,
    text,
    whole,
)
from widget_server.shapes.schedules import zone_name

_DATE_LENGTH = len("2026-12-01")


def query_from_json(data: Any, path: str = "query") -> SlotQuery:
    """Read a query; `service` is an id, or a list of ids for one visit. Raises ShapeError.

    Whether the ids exist is for `find_slots` to say.
    """
    node = Node(data, path)
    services = _services(node["service"])
    named, others = _extras(node["extras"], services)
    return SlotQuery(
        services=services,
        window=_window(node),
        employee=node["employee"].optional(identifier),
        location=node["location"].optional(identifier),
        timezone=node["timezone"].optional(zone_name),
        persons=node["persons"].default(whole, 1),
        extras=named,
        other_extras=others,
        reschedule=node["reschedule"].optional(identifier),
        same_employee=node["same_employee"].default(flag, default=False),
    )


def query_to_json(query: SlotQuery) -> dict[str, Any]:
    """Return a query as JSON."""
    named = [
        {"service": service, "id": extra, "quantity": quantity}
        for service, extras in zip(query.services, query.extras, strict=False)
        for extra, quantity in extras
    ]
    others = [{"id": extra, "quantity": quantity} for extra, quantity in query.other_extras]
    return {
        "service": list(query.services) if len(query.services) > 1 else query.services[0],
        "employee": query.employee,
        "location": query.location,
        "from": _edge_to_json(query.window[0]),
        "to": _edge_to_json(query.window[1]),
        "timezone": query.timezone,
        "persons": query.persons,
        "extras": named + others,
        "reschedule": query.reschedule,
        "same_employee": query.same_employee,
    }


def slot_to_json(slot: Slot) -> dict[str, Any]:
    """Return a slot as JSON, its times in UTC; the items of a visit of several services besides."""
    shape: dict[str, Any] = {
        "start": utc_text(slot.start),
        "end": utc_text(slot.end),
        "employees": list(slot.employees),
        "locations": list(slot.locations),
        "places_left": slot.places_left,
    }
    if len(slot.items) > 1:
        shape["items"] = [
            {
                "service": item.service,
                "start": utc_text(item.start),
                "end": utc_text(item.end),
                "employees": list(item.employees),
            }
            for item in slot.items
        ]
    return shape


def _services(node: Node) -> tuple[int, ...]:
    if not isinstance(node.value, list):
        return (identifier(node),)
    if not node.value:
        raise node.error("must name a service")
    return node.tuple(identifier)


def _window(node: Node) -> tuple[Moment, Moment]:
    begin, end = _edge(node["from"]), _edge(node["to"])
    if type(begin) is type(end) and begin > end:
        raise node["to"].error("lies before from")
    return begin, end


def _edge(node: Node) -> Moment:
    if node.value is None:
        raise node.error("is missing")
    return calendar_date(node) if len(text(node)) <= _DATE_LENGTH else moment(node)


def _edge_to_json(edge: date | datetime) -> str:
    return utc_text(edge) if isinstance(edge, datetime) else edge.isoformat()


def _extras(
    node: Node, services: tuple[int, ...]
) -> tuple[tuple[tuple[tuple[int, int], ...], ...], tuple[tuple[int, int], ...]]:
    """Return the extras of each service, and those named without one."""
    chosen: list[list[tuple[int, int]]] = [[] for _ in services]
    others: list[tuple[int, int]] = []
    for extra in node:
        pair = identifier(extra["id"]), extra["quantity"].default(count, 1)
        service = extra["service"].optional(identifier)
        if service is None:
            others.append(pair)
        elif service in services:
            for part, extras in zip(services, chosen, strict=True):
                if part == service:
                    extras.append(pair)
        else:
            raise extra["service"].error("is no service of this visit")
    return tuple(map(tuple, chosen)), tuple(others)
