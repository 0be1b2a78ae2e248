"""Coupons: a code that makes a booking cheaper."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from widget_server.backend.models.base import Numbered


class Coupon(Numbered):
    """A coupon; null limits do not limit, null `services` means all.

    `booking_limit_amount` is kept for the platform's clients; nobody says what it limits.
    """

    __tablename__ = "coupons"

    code: Mapped[str] = mapped_column(String(100))
    # The code as it is compared.
    code_key: Mapped[str] = mapped_column(String(300), unique=True)
    discount_type: Mapped[str] = mapped_column(String(16))
    discount_value: Mapped[Decimal]
    expiration_date: Mapped[date | None]
    usage_limit: Mapped[int | None]
    limit_per_user: Mapped[int | None]
    booking_limit_amount: Mapped[int | None]
    services: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    updated_at: Mapped[datetime]

    # Counted from the bookings; defined beside them.
    used: ClassVar[Any]
