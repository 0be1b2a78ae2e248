"""Schedules files: what an account does not show of its business, keyed by its ids.

A scenario file without `now`, `appointments` and `query`. Everything may be left out, a service's
duration too; what is null counts as left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from widget_server.availability import Assignment
from widget_server.shapes.business import business_from_json, business_to_json
from widget_server.shapes.reading import Node, count, flag, identifier, positive, text
from widget_server.shapes.schedules import zone_name

Record = dict[str, Any]
Reader = Callable[[Node], Any]


@dataclass(frozen=True, slots=True)
class Schedules:
    """What a file names, and nothing that it leaves out: of the settings, of each record by id.

    `unknown` are the paths of keys that nobody here knows.
    """

    settings: Record = field(default_factory=dict)
    locations: Mapping[int, Record] = field(default_factory=dict)
    services: Mapping[int, Record] = field(default_factory=dict)
    employees: Mapping[int, Record] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def schedules_from_json(data: Any) -> Schedules:
    """Read a schedules file. Raises ShapeError."""
    node = Node(data)
    if not isinstance(data, dict):
        raise node.error("must be an object")
    rules = business_to_json(business_from_json(_with_durations(node)))
    unknown = [key for key in data if key not in _OF_A_SCENARIO and key not in rules]
    return Schedules(
        settings=_named(node["settings"], rules["settings"], _MORE_SETTINGS, unknown),
        locations=_by_id(node["locations"], rules["locations"], _MORE_OF_A_LOCATION, unknown),
        services=_by_id(node["services"], rules["services"], _MORE_OF_A_SERVICE, unknown),
        employees=_by_id(node["employees"], rules["employees"], _MORE_OF_AN_EMPLOYEE, unknown),
        unknown=tuple(unknown),
    )


def _with_durations(node: Node) -> Record:
    """Return the document with a duration for each service: the account's is not known here."""
    services = [
        {**one.value, "duration_minutes": 1} if one["duration_minutes"].value is None else one.value
        for one in node["services"]
    ]
    return {**node.value, "services": services}


def _by_id(
    nodes: Node, read: Iterable[Record], more: Mapping[str, Reader], unknown: list[str]
) -> Mapping[int, Record]:
    pairs = zip(nodes, read, strict=True)
    return {identifier(node["id"]): _named(node, rules, more, unknown) for node, rules in pairs}


def _named(node: Node, rules: Record, more: Mapping[str, Reader], unknown: list[str]) -> Record:
    """Return what a record names: the engine's rules as they were read, the rest read here."""
    if node.value is None:
        return {}
    unknown += [node[key].path for key in node.value if key not in rules and key not in more]
    named = {key: rules[key] for key in rules if node[key].value is not None}
    others = {key: read(node[key]) for key, read in more.items() if node[key].value is not None}
    return named | others


def _assignment(node: Node) -> str:
    if node.value not in get_args(Assignment):
        raise node.error(f"must be one of {', '.join(get_args(Assignment))}")
    return text(node)


def _recurring(node: Node) -> Record:
    return {
        "frequencies": list(node["frequencies"].tuple(_frequency)),
        "min_count": node["min_count"].default(count, 0),
        "max_count": positive(node["max_count"]),
    }


def _frequency(node: Node) -> str:
    if node.value not in ("daily", "weekly", "monthly"):
        raise node.error("must be one of daily, weekly, monthly")
    return text(node)


# What besides makes a file a case that can be computed; nothing of it matters here.
_OF_A_SCENARIO = ("name", "now", "appointments", "query", "expected")
# What the engine does not mind, and visitors do.
_MORE_SETTINGS: Mapping[str, Reader] = {
    "cancel_limit_minutes": count,
    "reschedule_limit_minutes": count,
    "max_active_bookings": positive,
    "assignment": _assignment,
    "phone_required": flag,
    "consent_text": text,
}
_MORE_OF_A_LOCATION: Mapping[str, Reader] = {
    "address": text,
    "phone": text,
    "timezone": zone_name,
    "virtual": flag,
}
_MORE_OF_A_SERVICE: Mapping[str, Reader] = {
    "category": text,
    "description": text,
    "picture": text,
    "private": flag,
    "max_per_day": count,
    "recurring": _recurring,
}
_MORE_OF_AN_EMPLOYEE: Mapping[str, Reader] = {
    "description": text,
    "picture": text,
    "max_per_day": count,
}
