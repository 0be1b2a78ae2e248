"""Scenario files: a whole case as data, to be computed offline."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from widget_server.availability import (
    Appointment,
    Business,
    BusyTimes,
    FoundSlots,
    QueryError,
    SlotQuery,
    find_slots,
)
from widget_server.shapes.appointments import appointments_from_json, utc_text
from widget_server.shapes.business import business_from_json
from widget_server.shapes.errors import ShapeError
from widget_server.shapes.query import query_from_json, slot_to_json
from widget_server.shapes.reading import Node, calendar_date, moment, text


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scenario should give, in UTC; None: not said.

    `days` lists what is expected of each slot, by the date it is shown on and its start; only what
    is written there is compared.
    """

    slots: list[str] | None = None
    days: dict[tuple[str, str], dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A business, its appointments, a question, and perhaps the right answer."""

    name: str
    now: datetime
    business: Business
    appointments: tuple[Appointment, ...]
    query: SlotQuery
    expected: Expected

    def busy(self) -> BusyTimes:
        """Return the appointments as busy times."""
        return BusyTimes.of(self.business, self.appointments)

    def found(self) -> FoundSlots:
        """Return the open starts. Raises ShapeError where the question makes no sense."""
        try:
            return find_slots(self.query, self.business, self.busy(), self.now)
        except QueryError as error:
            raise ShapeError(f"query.{error.field}", error.message) from None
        except OverflowError:
            raise ShapeError("query", "lies outside the calendar") from None

    def answer(self) -> dict[str, Any]:
        """Return `slots` and `days` as JSON. Raises ShapeError."""
        found = self.found()
        zone = self.query.timezone or self.business.rules.timezone
        return {
            "slots": [utc_text(start) for start in found.starts()],
            "days": [
                {"date": day.isoformat(), "slots": [slot_to_json(slot) for slot in slots]}
                for day, slots in found.days(zone)
            ],
        }


def scenario_from_json(data: Any) -> Scenario:
    """Read a scenario. Raises ShapeError."""
    node = Node(data)
    if not isinstance(data, Mapping):
        raise node.error("must be an object")
    return Scenario(
        node["name"].default(text, ""),
        moment(node["now"]),
        business_from_json(data),
        tuple(appointments_from_json(node["appointments"].value)),
        query_from_json(node["query"].value),
        _expected(node["expected"]),
    )


def slots_by_day(days: Iterable[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the slots of days, in the form of an answer, by date and start."""
    return {(day["date"], slot["start"]): slot for day in days for slot in day["slots"]}


def _expected(node: Node) -> Expected:
    if node.value is None:
        return Expected()
    slots = node["slots"].optional(lambda starts: sorted(starts.tuple(_utc)))
    return Expected(slots, node["days"].optional(lambda days: slots_by_day(days.tuple(_day))))


def _day(node: Node) -> dict[str, Any]:
    return {
        "date": calendar_date(node["date"]).isoformat(),
        "slots": node["slots"].tuple(_slot),
    }


def _slot(node: Node) -> dict[str, Any]:
    known = {"start": _utc(node["start"])}
    if node["end"].value is not None:
        known["end"] = _utc(node["end"])
    return {**node.value, **known}


def _utc(node: Node) -> str:
    return utc_text(moment(node))
