"""Reading appointments: filtered as far as the account can, the rest here."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites import mapping, schemas
from widget_server.bookablesites.calls import Calls
from widget_server.bookablesites.contract import Contract
from widget_server.bookablesites.paging import Listed
from widget_server.clock import Deadline

Record = dict[str, Any]


class Appointments:
    """The appointments of an account."""

    def __init__(self, calls: Calls, contract: Contract) -> None:
        self._calls = calls
        self._contract = contract

    @property
    def deadline(self) -> Deadline | None:
        """Return when whoever asks must have an answer."""
        return self._calls.deadline

    @property
    def page_size(self) -> int:
        """Return how many are asked for at a time."""
        return self._contract.page_size

    @property
    def are_sorted(self) -> bool:
        """Tell whether they are asked for in an order of the operator's choice."""
        return bool(self._contract.list_params)

    def one(self, id_: int, zone: ZoneInfo) -> Record:
        """Return one appointment; raise Gone when it is not there."""
        return self.read(self._calls.record(f"/appointments/{id_}", _APPOINTMENT), zone)

    def lives(self, wire: Record) -> bool:
        """Tell whether an appointment or a booking, as it came, keeps its place."""
        return mapping.takes_a_place(self._contract.status(wire["status"]))

    def touching(
        self, start: datetime, end: datetime, zone: ZoneInfo, employee: int | None
    ) -> Iterator[Record]:
        """Yield what touches [start, end), of one employee alone where that can be asked."""
        zone_there = self._contract.zone(zone)
        asked: dict[str, Any] = {
            # Dates, inclusive, on the account's clock: a day more on each side costs little.
            "from": (start - timedelta(days=1)).astimezone(zone_there).strftime("%Y-%m-%d"),
            "to": (end + timedelta(days=1)).astimezone(zone_there).strftime("%Y-%m-%d"),
            "employee": employee,
        }
        names = self._contract.filters.items()
        query = {theirs: asked[ours] for ours, theirs in names if asked[ours] is not None}
        for wire in self.every(query):
            read = self.read(wire, zone)
            if read["start"] < end and read["end"] > start:
                yield read

    def every(self, query: Mapping[str, Any] | None = None) -> Iterator[Record]:
        """Yield all appointments as they come over the wire."""
        query = {**self._contract.list_params, **(query or {})}
        return self._calls.records("/appointments", _APPOINTMENT, query)

    def page(self, number: int) -> Listed:
        """Return one page of all appointments as they come over the wire."""
        query = self._contract.list_params
        return self._calls.page("/appointments", _APPOINTMENT, query, number)

    def read(self, wire: Record, zone: ZoneInfo) -> Record:
        """Return an appointment with its times as instants, everything by our names."""
        start, end = mapping.span(wire, self._contract.zone(zone), self._contract.moment)
        contract = self._contract
        return {
            **wire,
            "start": start,
            "end": end,
            "status": contract.status(wire["status"]),
            "bookings": [
                {**booking, "status": contract.status(booking["status"])}
                for booking in wire["bookings"]
            ],
            "buffer_time_before": contract.minutes(wire["buffer_time_before"]),
            "buffer_time_after": contract.minutes(wire["buffer_time_after"]),
        }


_APPOINTMENT = schemas.AppointmentSchema()
