"""The platform's API as the rest of the program sees it.

Reads answer JSON in our own vocabulary (mapping.py). A write is sent once: when no answer comes it
raises OutcomeUnknown, and whoever called finds out what has become of it.
"""

import copy
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.bookablesites import mapping, schemas
from widget_server.bookablesites.appointments import Appointments
from widget_server.bookablesites.auth import AccessTokens
from widget_server.bookablesites.bookings import Coupon, MadeBooking, NewBooking, OpenTimes
from widget_server.bookablesites.calls import Calls
from widget_server.bookablesites.contacts import Contact, contact
from widget_server.bookablesites.contract import Contract
from widget_server.bookablesites.diary import Diary
from widget_server.bookablesites.errors import (
    Conflict,
    CouponRefused,
    Gone,
    InvalidAnswer,
    NotEnabled,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)
from widget_server.bookablesites.mirror.mirror import Mirror
from widget_server.bookablesites.open_times import open_starts
from widget_server.bookablesites.replies import parsed
from widget_server.bookablesites.transport import Sender
from widget_server.bulkhead import Bulkhead
from widget_server.clock import Deadline

__all__ = ["BookablesitesClient", "Contract", "Coupon", "MadeBooking", "NewBooking", "OpenTimes"]

Record = dict[str, Any]


class BookablesitesClient:
    """Speaks to one account."""

    def __init__(
        self,
        sender: Sender,
        tokens: AccessTokens,
        contract: Contract,
        places: Bulkhead | None = None,
    ) -> None:
        self._calls = Calls(sender, tokens, contract, places)
        self.contract = contract
        self._mirror: Mirror | None = None

    def mirrored(self, mirror: Mirror | None) -> "BookablesitesClient":
        """Return the same client with a copy of the appointments, where the account needs one."""
        client = copy.copy(self)
        client._mirror = mirror  # noqa: SLF001 - its own kind
        return client

    def within(self, deadline: Deadline) -> "BookablesitesClient":
        """Return the same client for somebody who does not wait for ever."""
        client = copy.copy(self)
        client._calls = self._calls.within(deadline)  # noqa: SLF001 - its own kind
        return client

    @property
    def state(self) -> str:
        """Return closed while calls pass, open while none does, half_open while one may."""
        return self._calls.state

    @property
    def _appointments(self) -> Appointments:
        return Appointments(self._calls, self.contract)

    @property
    def _diary(self) -> Diary:
        return Diary(self._appointments, self._mirror)

    # Reading

    def settings(self) -> Record:
        """Return the business's settings as the account shows them; empty when it does not."""
        if not self.contract.extended:
            return {}
        return self._calls.record("/settings", _SETTINGS)

    def custom_fields(self) -> list[Record]:
        """Return what the booking form asks; empty when the account does not show it."""
        if not self.contract.extended:
            return []
        return list(self._calls.records("/custom-fields", _CUSTOM_FIELD))

    def services(self) -> list[Record]:
        """Return all services."""
        wires = self._calls.records("/services", _SERVICE)
        return [mapping.service(wire, self.contract.minutes) for wire in wires]

    def employees(self) -> list[Record]:
        """Return all employees with their schedules."""
        wires = self._calls.records("/employees", _EMPLOYEE)
        return [mapping.employee(wire, self.contract.minutes) for wire in wires]

    def locations(self) -> list[Record]:
        """Return all locations; none where the account has only the company's address."""
        try:
            wires = list(self._calls.records("/locations", _LOCATION))
        except NotEnabled:
            return []
        return [mapping.location(wire) for wire in wires]

    def busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo, employee: int | None = None
    ) -> list[Record]:
        """Return the appointments that touch [start, end), reduced to busy times."""
        return self._diary.busy_times(start, end, zone, employee)

    def known_busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo
    ) -> tuple[list[Record], datetime | None]:
        """Return busy times without asking the account, and when it was asked; None: never."""
        return self._diary.known_busy_times(start, end, zone)

    def open_times(self, asked: OpenTimes, zone: ZoneInfo) -> list[datetime]:
        """Return when a service can be booked to begin, as the account itself reckons it."""
        names = self.contract.availability_params
        given = asked.as_params()
        query = {theirs: given[ours] for ours, theirs in names.items() if given[ours] is not None}
        hints = {names[ours] for ours in ("from", "to", "persons") if ours in names}
        try:
            answer = self._calls.get("/available-times", query)
        except Rejected:
            # An account that knows no dates, or no guests, refuses them.
            plain = {name: value for name, value in query.items() if name not in hints}
            answer = self._calls.get("/available-times", plain)
        there = self.contract.zone(zone)
        starts = open_starts(answer, self.contract.availability_shape, there)
        # The dates are a hint, at most: more may come.
        return [at for at in starts if asked.first <= at.astimezone(zone).date() <= asked.last]

    def bookings_of(
        self, customer: int, employee: int, start: datetime, zone: ZoneInfo
    ) -> list[MadeBooking]:
        """Return the customer's live bookings with the employee at exactly this start."""
        return self._diary.bookings_of(customer, employee, start, zone)

    def appointment(self, appointment: int, zone: ZoneInfo) -> Record:
        """Return one appointment with its bookings' states.

        Raises Gone when it is not there, or when the account does not show single appointments.
        """
        if not self.contract.extended:
            raise Gone(405, "This account does not show single appointments.")
        wire = self._appointments.one(appointment, zone)
        return {
            **{key: wire[key] for key in ("status", "start", "end")},
            "bookings": {booking["id"]: booking["status"] for booking in wire["bookings"]},
        }

    def coupon(self, code: str) -> Coupon | None:
        """Return the coupon with this code, in any case; None where none can be asked for."""
        if not self.contract.extended:
            return None
        for wire in self._calls.records("/coupons", _COUPON, {"code": code}):
            return Coupon(
                code=wire["code"],
                is_fixed=wire["discount_type"] == "fixed",
                value=wire["discount_value"],
                expires=wire["expiration_date"],
                usage_limit=wire["usage_limit"],
                limit_per_user=wire["limit_per_user"],
                services=None if wire["services"] is None else tuple(wire["services"]),
                used=wire["used"],
            )
        return None

    def coupon_uses(self, code: str, customer: int) -> int:
        """Return how many live bookings of a customer hold a coupon."""
        return sum(
            booking["coupon"] == code and booking["customer"] == customer
            for wire in self._appointments.every({"customer": customer})
            for booking in wire["bookings"]
            if mapping.takes_a_place(booking["status"])
        )

    def customer(self, id_: int) -> Contact:
        """Return how a customer is reached; raise Gone when there is no such customer."""
        return contact(self._calls.record(f"/customers/{id_}", _CONTACT))

    def employee(self, id_: int) -> Contact:
        """Return how an employee is reached; raise Gone when there is no such employee."""
        return contact(self._calls.record(f"/employees/{id_}", _CONTACT))

    def appointment_changed(self, appointment: int | None) -> None:
        """Have an appointment read anew where a copy is kept; None: who knows which."""
        self._diary.changed(appointment)

    def keep_up(self, zone: Callable[[], ZoneInfo], stop: threading.Event) -> None:
        """Keep the copy of the appointments up, if there is one, until told to stop."""
        self._diary.keep_up(zone, stop)

    # Writing

    def customer_by_email(self, email: str, *, everywhere: bool = False) -> int | None:
        """Return the id of the customer with this e-mail address, where it can be asked for.

        With `everywhere` all customers are read where it cannot.
        """
        param, wanted = self.contract.email_param, email.casefold()
        records: Iterable[Record] = ()
        if param is not None:
            records = self._calls.first_page("/customers", _CUSTOMER, {param: email})
        elif everywhere:
            records = self._calls.records("/customers", _CUSTOMER)
        # Who does not know the parameter shows everybody.
        for record in records:
            if self.contract.extended or (record["email"] or "").casefold() == wanted:
                found: int = record["id"]
                return found
        return None

    def create_customer(self, customer: Mapping[str, str]) -> int:
        """Create a customer and return its id."""
        fields = dict(customer)
        phone = self.contract.phone(fields.pop("phone", ""))
        body = {**fields, self.contract.phone_field: phone}
        return int(self._calls.create("/customers", body)["id"])

    def create_bookings(
        self, bookings: Sequence[NewBooking], goes_on: Callable[[], bool] = lambda: True
    ) -> list[MadeBooking]:
        """Make the bookings of one visit: all or none.

        Where each takes a call of its own, `goes_on` is asked in between. Raises Conflict when the
        platform says that a time is taken, CouponRefused, and OutcomeUnknown when some may have
        been made.
        """
        if len(bookings) == 1:
            return [self._create_booking(bookings[0])]
        if self.contract.extended:
            bodies = [self._booking_body(booking) for booking in bookings]
            body = {"items": bodies, "customer": bookings[0].customer}
            return self._several_made(self._calls.create("/bookings", body), len(bookings))
        return self._create_one_by_one(bookings, goes_on)

    def move_booking(
        self, booking: int, start: datetime, employee: int, zone: ZoneInfo
    ) -> MadeBooking:
        """Move one booking, never the others of its group; moving it twice is moving it once.

        Only where the account can (`extended`). Raises Conflict when the time is taken.
        """
        body = {**mapping.local_time(start, zone), "employee": employee}
        try:
            answer = parsed(self._calls.call("PATCH", f"/bookings/{booking}", body=body))
            return _made(schemas.load(_CREATED, answer))
        except InvalidAnswer as error:
            raise OutcomeUnknown(error.detail) from None

    def cancel_booking(self, made: MadeBooking) -> None:
        """Cancel one customer's booking, never the others' in the same appointment."""
        path = f"/bookings/{made.booking}" if self.contract.cancels_one else self._diary.alone(made)
        try:
            reply = self._calls.call("DELETE", path) if path else None
            if reply and reply.body.strip():
                parsed(reply)  # a page of the website is no yes
        except Gone:
            return
        finally:
            # Whatever has come of it, and whoever was first: what is known may be old.
            if made.appointment:
                self.appointment_changed(made.appointment)

    def decide(self, made: MadeBooking, status: str) -> None:
        """Give one customer's booking a status, never the others' in the same appointment.

        Only where the account can (`extended`). Raises Conflict when the time is taken.
        """
        parsed(self._calls.call("PATCH", f"/bookings/{made.booking}", body={"status": status}))

    def refuse_shared(self, made: MadeBooking) -> None:
        """Raise PlatformError when this booking cannot be cancelled without the others of it."""
        if not self.contract.cancels_one:
            self._diary.alone(made)

    # How

    def _booking_body(self, booking: NewBooking) -> Record:
        body: Record = {
            "service": booking.service,
            "employee": booking.employee,
            "customer": booking.customer,
            **mapping.local_time(booking.start, self.contract.zone(booking.zone)),
        }
        if booking.location is not None:
            body["location"] = booking.location
        if self.contract.booking_status is not None:
            body["status"] = self.contract.booking_status
        besides = {
            "persons": booking.persons - 1,
            "extras": [{"id": id_, "quantity": count} for id_, count in booking.extras],
            "custom_fields": dict(booking.custom_fields),
            "note": booking.note,
            "coupon": booking.coupon,
        }
        return body | {theirs: besides[ours] for ours, theirs in self.contract.besides.items()}

    def _create_booking(self, booking: NewBooking) -> MadeBooking:
        try:
            made = _made(self._calls.create("/bookings", self._booking_body(booking)))
        except Rejected as refusal:
            raise self._meant(booking, refusal) from None
        if made.appointment is not None:
            # It may have been there before, with others in it.
            self.appointment_changed(made.appointment)
            return made
        try:
            there = self.bookings_of(
                booking.customer, booking.employee, booking.start, booking.zone
            )
        except (Rejected, PlatformError) as error:
            raise OutcomeUnknown(error.detail) from None
        ours = self._named(made.booking, there)
        if not ours:
            raise OutcomeUnknown("The booking cannot be found yet.")
        return max(ours, key=lambda one: one.booking)

    @staticmethod
    def _several_made(answer: Record, wanted: int) -> list[MadeBooking]:
        made = [_made(one) for one in answer.get("items", ())]
        if len(made) != wanted:
            raise OutcomeUnknown("The booking system does not tell what it has booked.")
        return made

    def _named(self, id_: int, there: Sequence[MadeBooking]) -> list[MadeBooking]:
        """Return which of these the id may mean: a booking, or the appointment it is in."""
        kind = self.contract.booking_id_kind
        bookings = [one for one in there if one.booking == id_ and kind != "appointment"]
        return bookings or [one for one in there if one.appointment == id_ and kind != "booking"]

    def _meant(self, booking: NewBooking, refusal: Rejected) -> Rejected:
        """Return Conflict for a refusal that may mean it, if the time turns out to be taken."""
        told = isinstance(refusal, Conflict | CouponRefused)
        if told or refusal.status not in self.contract.conflict_statuses:
            return refusal
        end = booking.end or booking.start + timedelta(minutes=1)
        try:
            rows = self.busy_times(booking.start, end, booking.zone, booking.employee)
        except (Rejected, PlatformError):
            return refusal
        taken = any(mapping.takes_a_place(row["status"]) for row in rows)
        return Conflict(refusal.status, refusal.detail) if taken else refusal

    def _create_one_by_one(
        self, bookings: Sequence[NewBooking], goes_on: Callable[[], bool]
    ) -> list[MadeBooking]:
        """Make bookings where there are no transactions; take back what was made if one fails."""
        made: list[MadeBooking] = []
        for booking in bookings:
            if made and not goes_on():
                raise OutcomeUnknown("Somebody else settles what was made so far.")
            try:
                made.append(self._create_booking(booking))
            except Rejected:
                try:
                    for one in made:
                        self.cancel_booking(one)
                except (Rejected, PlatformError) as error:
                    raise OutcomeUnknown(error.detail) from None
                raise
            except PlatformError as error:
                if made:
                    raise OutcomeUnknown(error.detail) from None
                raise
        return made


_SERVICE = schemas.ServiceSchema()
_EMPLOYEE = schemas.EmployeeSchema()
_LOCATION = schemas.LocationSchema()
_COUPON = schemas.CouponSchema()
_CUSTOMER = schemas.CustomerSchema()
_CUSTOM_FIELD = schemas.CustomFieldSchema()
_SETTINGS = schemas.SettingsSchema()
_CONTACT = schemas.ContactSchema()
_CREATED = schemas.CreatedSchema()


def _made(record: Record) -> MadeBooking:
    return MadeBooking(record["id"], record["appointment"])
