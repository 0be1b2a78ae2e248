"""The platform's API as the rest of the program sees it.

Reads answer JSON in our own vocabulary (mapping.py). A write is sent once: when no answer comes it
raises OutcomeUnknown, and whoever called finds out what has become of it.
"""

import json as jsonlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema

from widget_server.bookablesites import mapping, schemas
from widget_server.bookablesites.auth import AccessTokens
from widget_server.bookablesites.errors import (
    Conflict,
    CouponRefused,
    CredentialsRefused,
    Gone,
    InvalidAnswer,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)
from widget_server.bookablesites.paging import iter_records
from widget_server.bookablesites.transport import Reply, Transport

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Contract:
    """What differs between accounts, and between the platform and the embedded backend.

    `extended`: the account filters appointments by date and employee, finds customers by e-mail,
    cancels single bookings and shows settings and custom fields, as the embedded backend does.
    """

    api_path: str = "/api/v2"
    page_size: int = 50
    extended: bool = False


@dataclass(frozen=True, slots=True)
class NewBooking:
    """A booking to be made; `start` is aware, `zone` the one the platform reads times in."""

    service: int
    employee: int
    customer: int
    location: int | None
    start: datetime
    zone: ZoneInfo
    persons: int
    extras: tuple[tuple[int, int], ...]
    custom_fields: Mapping[str, str]
    note: str
    coupon: str | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon: `value` is a percentage, or an amount when it `is_fixed`; None does not limit."""

    code: str
    is_fixed: bool
    value: Decimal
    expires: date | None
    usage_limit: int | None
    limit_per_user: int | None
    services: tuple[int, ...] | None
    used: int


@dataclass(frozen=True, slots=True)
class MadeBooking:
    """What the platform calls the booking that it has just made."""

    booking: int
    appointment: int | None


class BookablesitesClient:
    """Speaks to one account."""

    def __init__(self, transport: Transport, tokens: AccessTokens, contract: Contract) -> None:
        self._transport = transport
        self._tokens = tokens
        self.contract = contract

    # Reading

    def settings(self) -> Record:
        """Return the business's settings as the account shows them; empty when it does not."""
        if not self.contract.extended:
            return {}
        settings = self._get("/settings")
        if not isinstance(settings, dict):
            raise InvalidAnswer("The booking system's settings cannot be read.")
        return settings

    def custom_fields(self) -> list[Record]:
        """Return what the booking form asks; empty when the account does not show it."""
        if not self.contract.extended:
            return []
        return list(self._records("/custom-fields", schemas.CustomFieldSchema()))

    def services(self) -> list[Record]:
        """Return all services."""
        return [mapping.service(wire) for wire in self._records("/services", _SERVICE)]

    def employees(self) -> list[Record]:
        """Return all employees with their schedules."""
        return [mapping.employee(wire) for wire in self._records("/employees", _EMPLOYEE)]

    def locations(self) -> list[Record]:
        """Return all locations."""
        return [mapping.location(wire) for wire in self._records("/locations", _LOCATION)]

    def busy_times(
        self, start: datetime, end: datetime, zone: ZoneInfo, employee: int | None = None
    ) -> list[Record]:
        """Return the appointments that touch [start, end), reduced to busy times."""
        return [
            busy
            for wire in self._appointments(start, end, zone, employee)
            for busy in mapping.appointment(wire, zone)
            if employee is None or busy["employee"] == employee
        ]

    def bookings_of(
        self, customer: int, employee: int, start: datetime, zone: ZoneInfo
    ) -> list[MadeBooking]:
        """Return the customer's live bookings with the employee at exactly this start."""
        end = start + timedelta(minutes=1)
        return [
            MadeBooking(booking["id"], wire["id"])
            for wire in self._appointments(start, end, zone, employee)
            if mapping.instant(wire["start_date_time"], zone) == start
            and employee in wire["employees"]
            and mapping.takes_a_place(wire["status"])
            for booking in wire["bookings"]
            if booking["customer"] == customer and mapping.takes_a_place(booking["status"])
        ]

    def appointment(self, appointment: int, zone: ZoneInfo) -> Record:
        """Return one appointment with its bookings' states.

        Raises Gone when it is not there, or when the account does not show single appointments.
        """
        if not self.contract.extended:
            raise Gone(405, "This account does not show single appointments.")
        wire = schemas.load(_APPOINTMENT, self._get(f"/appointments/{appointment}"))
        return {
            "status": wire["status"],
            "start": mapping.instant(wire["start_date_time"], zone),
            "end": mapping.instant(wire["end_date_time"], zone),
            "bookings": {booking["id"]: booking["status"] for booking in wire["bookings"]},
        }

    def coupon(self, code: str) -> Coupon | None:
        """Return the coupon with this code, in any case; None where none can be asked for."""
        if not self.contract.extended:
            return None
        for wire in self._records("/coupons", _COUPON, {"code": code}):
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
            for wire in self._records("/appointments", _APPOINTMENT, {"customer": customer})
            for booking in wire["bookings"]
            if mapping.takes_a_place(booking["status"])
        )

    # Writing

    def customer_by_email(self, email: str) -> int | None:
        """Return the id of the customer with this e-mail address, where it can be asked for."""
        if not self.contract.extended:
            return None
        answer = self._get("/customers", {"email": email, "limit": 1})
        for record in iter_records(lambda _page: answer):
            return int(record["id"])
        return None

    def create_customer(self, customer: Mapping[str, str]) -> int:
        """Create a customer and return its id."""
        return int(self._create("/customers", dict(customer))["id"])

    def create_bookings(self, bookings: Sequence[NewBooking]) -> list[MadeBooking]:
        """Make the bookings of one visit: all or none.

        Raises Conflict when the platform says that a time is taken, CouponRefused, and
        OutcomeUnknown when some may have been made.
        """
        bodies = [self._booking_body(booking) for booking in bookings]
        if len(bodies) == 1:
            return [_made(self._create("/bookings", bodies[0]))]
        if self.contract.extended:
            body = {"items": bodies, "customer": bookings[0].customer}
            return [_made(one) for one in self._create("/bookings", body)["items"]]
        return self._create_one_by_one(bodies)

    def move_booking(
        self, booking: int, start: datetime, employee: int, zone: ZoneInfo
    ) -> MadeBooking:
        """Move one booking, never the others of its group; moving it twice is moving it once.

        Only where the account can (`extended`). Raises Conflict when the time is taken.
        """
        body = {**_local_time(start, zone), "employee": employee}
        try:
            answer = _json(self._call("PATCH", f"/bookings/{booking}", json=body))
            return _made(schemas.load(_CREATED, answer))
        except InvalidAnswer as error:
            raise OutcomeUnknown(error.detail) from None

    def cancel_booking(self, made: MadeBooking) -> None:
        """Cancel one customer's booking, never the others' in the same appointment."""
        path = f"/bookings/{made.booking}"
        if not self.contract.extended:
            path = f"/appointments/{made.appointment}"
        try:
            self._call("DELETE", path)
        except Gone:
            return

    # How

    def _booking_body(self, booking: NewBooking) -> Record:
        body: Record = {
            "service": booking.service,
            "employee": booking.employee,
            "customer": booking.customer,
            **_local_time(booking.start, booking.zone),
        }
        if booking.location is not None:
            body["location"] = booking.location
        if self.contract.extended:
            body["additional_persons"] = booking.persons - 1
            body["extras"] = [{"id": id_, "quantity": count} for id_, count in booking.extras]
            body["custom_fields"] = dict(booking.custom_fields)
            body["note"] = booking.note
            body["coupon"] = booking.coupon
        return body

    def _create_one_by_one(self, bodies: Sequence[Record]) -> list[MadeBooking]:
        """Make bookings where there are no transactions; take back what was made if one fails."""
        made: list[MadeBooking] = []
        for body in bodies:
            try:
                made.append(_made(self._create("/bookings", body)))
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

    def _appointments(
        self, start: datetime, end: datetime, zone: ZoneInfo, employee: int | None
    ) -> Iterator[Record]:
        query: dict[str, Any] = {}
        if self.contract.extended:
            # Dates, inclusive, in the business's zone: a day more on each side costs little.
            query["date_from"] = (start - timedelta(days=1)).astimezone(zone).strftime("%Y-%m-%d")
            query["date_to"] = (end + timedelta(days=1)).astimezone(zone).strftime("%Y-%m-%d")
            if employee is not None:
                query["employee"] = employee
        for wire in self._records("/appointments", _APPOINTMENT, query):
            begins = mapping.instant(wire["start_date_time"], zone)
            if begins < end and mapping.instant(wire["end_date_time"], zone) > start:
                yield wire

    def _records(
        self, path: str, schema: Schema, query: Mapping[str, Any] | None = None
    ) -> Iterator[Record]:
        def fetch(page: int) -> Any:
            return self._get(path, {**(query or {}), "page": page, "limit": self._page_size})

        return (schemas.load(schema, record) for record in iter_records(fetch))

    @property
    def _page_size(self) -> int:
        return self.contract.page_size

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        try:
            return _json(self._call("GET", path, query=query))
        except OutcomeUnknown as error:
            # A read that got lost has done no harm.
            raise PlatformError(error.detail) from None

    def _create(self, path: str, body: Record) -> Record:
        try:
            answer = _json(self._call("POST", path, json=body))
            answer = answer.get("data", answer) if isinstance(answer, dict) else answer
            return schemas.load(_CREATED, answer)
        except InvalidAnswer as error:
            raise OutcomeUnknown(error.detail) from None

    def _call(self, method: str, path: str, **what: Any) -> Reply:
        token = self._tokens.current()
        reply = self._send(method, path, token, what)
        if reply.status == 401:
            reply = self._send(method, path, self._tokens.after(token), what)
        return _checked(reply)

    def _send(self, method: str, path: str, token: str, what: Mapping[str, Any]) -> Reply:
        headers = {"Authorization": f"Bearer {token}"}
        return self._transport.send(method, self.contract.api_path + path, headers=headers, **what)


_SERVICE = schemas.ServiceSchema()
_EMPLOYEE = schemas.EmployeeSchema()
_LOCATION = schemas.LocationSchema()
_APPOINTMENT = schemas.AppointmentSchema()
_COUPON = schemas.CouponSchema()
_CREATED = schemas.CreatedSchema()


def _made(record: Record) -> MadeBooking:
    return MadeBooking(record["id"], record["appointment"])


def _local_time(start: datetime, zone: ZoneInfo) -> Record:
    local = start.astimezone(zone)
    return {"date": local.strftime("%Y-%m-%d"), "time": local.strftime("%H:%M")}


_REFUSALS: dict[int, Callable[[int, str], Rejected]] = {404: Gone, 409: Conflict, 410: Gone}


def _checked(reply: Reply) -> Reply:
    if 200 <= reply.status < 300:
        return reply
    if reply.status in (401, 403):
        raise CredentialsRefused("The booking system refuses this server's credentials.")
    if reply.status == 429:
        raise PlatformError("The booking system asks for a pause.")
    if 400 <= reply.status < 500:
        refuse = _REFUSALS.get(reply.status, Rejected)
        if _code(reply) == "coupon_invalid":
            refuse = CouponRefused
        raise refuse(reply.status, "The booking system refuses this.")
    raise OutcomeUnknown("The booking system is out of order.")


def _code(reply: Reply) -> Any:
    try:
        document = jsonlib.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    return document.get("code") if isinstance(document, dict) else None


def _json(reply: Reply) -> Any:
    try:
        return jsonlib.loads(reply.body)
    except (ValueError, RecursionError):
        raise InvalidAnswer("The booking system's answer cannot be read.") from None
