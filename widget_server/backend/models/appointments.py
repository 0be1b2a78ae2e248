"""Appointments, the bookings in them, and the coupons these were paid less with.

An appointment is the time of an employee; a booking is a customer's place in it. What blocks is
the interval [occupied_from, occupied_to): the visit with both buffers.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from widget_server.backend.models.base import Numbered
from widget_server.backend.models.catalogue import Location, Service
from widget_server.backend.models.coupons import Coupon
from widget_server.backend.models.people import Customer, Employee


class Appointment(Numbered):
    """The time of an employee; buffers in minutes, as they were when it was made."""

    __tablename__ = "appointments"

    status: Mapped[str] = mapped_column(String(16))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    start: Mapped[datetime]
    end: Mapped[datetime]
    buffer_before: Mapped[int]
    buffer_after: Mapped[int]
    occupied_from: Mapped[datetime]
    occupied_to: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    service: Mapped[Service] = relationship(lazy="raise")
    employee: Mapped[Employee] = relationship(lazy="raise")
    location: Mapped[Location | None] = relationship(lazy="raise")
    bookings: Mapped[list["Booking"]] = relationship(
        back_populates="appointment", order_by="Booking.id", lazy="raise"
    )

    __table_args__ = (
        # The referee's question, and lists by employee.
        Index(None, "employee_id", "start"),
        Index(None, "employee_id", "occupied_to"),
        # With the end, so that what touches some dates is found without reading the rows.
        Index(None, "start", "id", "end"),
        Index(None, "updated_at", "id"),
        Index(None, "created_at", "id", "status"),
        # Lists of one of them, in the usual order; filtered by status without reading the rows.
        Index(None, "employee_id", "created_at", "id", "status"),
        Index(None, "service_id", "created_at", "id", "status"),
        Index(None, "location_id", "created_at", "id", "status"),
        Index(None, "service_id", "start"),
        Index(None, "location_id", "start"),
        Index(None, "status", "created_at", "id"),
        Numbered.__table_args__,
    )


class Booking(Numbered):
    """A customer's place in an appointment.

    `duration` in minutes, extras included; `extras` as they were when booked, with `quantity`;
    `price` for all persons, extras and coupon included, in the `currency` of that day.
    """

    __tablename__ = "bookings"

    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    status: Mapped[str] = mapped_column(String(16))
    # Given up by itself: it does not come back with its appointment.
    left_alone: Mapped[bool] = mapped_column(default=False)
    additional_persons: Mapped[int]
    duration: Mapped[int]
    extras: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    custom_fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    coupon_id: Mapped[int | None] = mapped_column(ForeignKey("coupons.id"))
    coupon_code: Mapped[str | None] = mapped_column(String(100))
    price: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    appointment: Mapped[Appointment] = relationship(back_populates="bookings", lazy="raise")
    customer: Mapped[Customer] = relationship(lazy="raise")
    coupon: Mapped[Coupon | None] = relationship(lazy="raise")

    __table_args__ = (
        Index(None, "customer_id", "appointment_id"),
        # With the status, so that a coupon's uses are counted without reading the bookings.
        Index(None, "coupon_id", "customer_id", "status"),
        Numbered.__table_args__,
    )

    @property
    def persons(self) -> int:
        """How many places it takes."""
        return 1 + self.additional_persons
