"""The people: employees with their schedules and services, and customers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from widget_server.backend.models.base import Base, Numbered


class AssignedService(Base):
    """A service that an employee gives; null price, duration, capacity are the service's."""

    __tablename__ = "employee_services"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), primary_key=True, index=True)
    price: Mapped[Decimal | None]
    duration: Mapped[int | None]
    capacity: Mapped[int | None]


class Employee(Numbered):
    """Someone whose time is booked; the schedule is kept as it came over the wire."""

    __tablename__ = "employees"

    first_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    phone_country_code: Mapped[str | None] = mapped_column(String(2))
    phone_number: Mapped[str] = mapped_column(String(40))
    timezone: Mapped[str | None] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text)
    picture: Mapped[str | None] = mapped_column(String(2000))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    working_hours: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    special_days: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    days_off: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Appointments in a day, for visitors who book themselves; null does not limit.
    max_per_day: Mapped[int | None]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    services: Mapped[list[AssignedService]] = relationship(
        cascade="all, delete-orphan", order_by=AssignedService.service_id, lazy="raise"
    )


class Customer(Numbered):
    """Someone who books. `description` is the staff's note and is never read back."""

    __tablename__ = "customers"

    first_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320))
    phone_country_code: Mapped[str | None] = mapped_column(String(2))
    phone_number: Mapped[str] = mapped_column(String(40))
    gender: Mapped[str | None] = mapped_column(String(40))
    birthday: Mapped[date | None]
    description: Mapped[str] = mapped_column(Text, default="")
    # The address as it is compared: people do not mind its case.
    email_key: Mapped[str] = mapped_column(String(320), index=True)
    # What searches look into; its indexes are made by the migrations alone.
    search_key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "updated_at"),
        Numbered.__table_args__,
    )
