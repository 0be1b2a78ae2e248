"""Coupons: a code that makes a booking cheaper."""

from datetime import date, datetime
from decimal import Decimal

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
    # How many bookings hold it: kept beside them, for a list cannot count them all each time.
    used: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
