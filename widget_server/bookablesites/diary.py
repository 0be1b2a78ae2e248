"""What is asked of the appointments, answered from the copy where the account needs one."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites import mapping
from widget_server.bookablesites.appointments import Appointments
from widget_server.bookablesites.bookings import MadeBooking
from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.mirror.mirror import Mirror

Record = dict[str, Any]


class Diary:
    """The appointments of an account; `mirror` is None where they can be asked for by date."""

    def __init__(self, appointments: Appointments, mirror: Mirror | None) -> None:
        self._appointments = appointments
        self._mirror = mirror

    def busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo, employee: int | None
    ) -> list[Record]:
        """Return the appointments that touch [start, end), reduced to busy times."""
        return [
            busy
            for busy in self._busy_times(start, end, zone, employee)
            if employee is None or busy["employee"] == employee
        ]

    def known_busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo
    ) -> tuple[list[Record], datetime | None]:
        """Return busy times without asking the account, and when it was asked; None: never."""
        looked = self._mirror.looked(zone) if self._mirror else None
        if self._mirror is None or looked is None:
            return [], None
        return self._mirror.known(start, end, None), looked

    def bookings_of(
        self, customer: int, employee: int, start: datetime, zone: ZoneInfo
    ) -> list[MadeBooking]:
        """Return the customer's live bookings with the employee at exactly this start."""
        return [
            MadeBooking(booking["id"], wire["id"])
            for wire in self._starting(start, zone, employee)
            if wire["start"] == start
            and employee in wire["employees"]
            and mapping.takes_a_place(wire["status"])
            for booking in wire["bookings"]
            if booking["customer"] == customer and mapping.takes_a_place(booking["status"])
        ]

    def alone(self, made: MadeBooking) -> str | None:
        """Return the path of a booking's appointment when no other would be cancelled with it.

        None when there is nothing to cancel; raises PlatformError when others are in it.
        """
        for wire in self._likely(made):
            live = {one["id"] for one in wire["bookings"] if self._appointments.lives(one)}
            if wire["id"] == made.appointment or made.booking in live:
                if live - {made.booking}:
                    raise PlatformError("Of a group one booking alone cannot be cancelled.")
                released = not self._appointments.lives(wire)
                return None if released else f"/appointments/{wire['id']}"
        if made.appointment is None:
            raise PlatformError("The booking cannot be found.")
        return None

    def changed(self, appointment: int | None) -> None:
        """Have an appointment read anew where a copy is kept; None: who knows which."""
        if self._mirror:
            self._mirror.changed(appointment)

    def keep_up(self, zone: Callable[[], ZoneInfo], stop: threading.Event) -> None:
        """Keep the copy up, if there is one, until told to stop."""
        if self._mirror:
            self._mirror.keep_up_for_ever(self._appointments, zone, stop)

    def _busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo, employee: int | None
    ) -> Iterable[Record]:
        if self._mirror:
            return self._mirror.busy_times(self._appointments, start, end, zone, employee)
        wires = self._appointments.touching(start, end, zone, employee)
        return (busy for wire in wires for busy in mapping.appointment(wire))

    def _starting(self, start: datetime, zone: ZoneInfo, employee: int) -> Iterable[Record]:
        """Return what an employee has at a start, and perhaps more."""
        if self._mirror:
            wires = self._mirror.starting(self._appointments, start, zone, employee)
            if wires is not None:
                return [self._appointments.read(wire, zone) for wire in wires]
        end = start + timedelta(minutes=1)
        return self._appointments.touching(start, end, zone, employee)

    def _likely(self, made: MadeBooking) -> Iterable[Record]:
        """Return the appointment that a booking is in, or all where it is not known."""
        if self._mirror and made.appointment:
            known = self._mirror.find(self._appointments, made.appointment)
            if known:
                return [known]
        return self._appointments.every()
