"""What the business offers and where: services with their extras, and locations.

Rows that appointments speak of are never removed; `deleted_at` hides them.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from widget_server.backend.models.base import Numbered


class Location(Numbered):
    """A place where visits happen."""

    __tablename__ = "locations"

    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500))
    phone: Mapped[str] = mapped_column(String(40))
    timezone: Mapped[str | None] = mapped_column(String(64))
    virtual: Mapped[bool]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Extra(Numbered):
    """Something that can be added to a visit; lengthens it by `duration` minutes each."""

    __tablename__ = "extras"

    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    duration: Mapped[int]
    price: Mapped[Decimal]
    max_quantity: Mapped[int]


class Service(Numbered):
    """What the customer books. All times in minutes."""

    __tablename__ = "services"

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(String(200))
    picture: Mapped[str | None] = mapped_column(String(2000))
    duration: Mapped[int]
    price: Mapped[Decimal]
    buffer_time_before: Mapped[int]
    buffer_time_after: Mapped[int]
    min_capacity: Mapped[int]
    max_capacity: Mapped[int]
    allow_below_min: Mapped[bool]
    slot_step: Mapped[int | None]
    minimum_notice: Mapped[int | None]
    booking_window_days: Mapped[int | None]
    private: Mapped[bool]
    # Appointments in a day, for visitors who book themselves; null does not limit.
    max_per_day: Mapped[int | None]
    # In which series visitors may book it: frequencies, min_count, max_count; null for none.
    recurring: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    extras: Mapped[list[Extra]] = relationship(
        cascade="all, delete-orphan", order_by=Extra.id, lazy="raise"
    )
