"""What holds for the whole business: its settings, and what its booking form asks."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from widget_server.backend.models.base import Numbered


class Business(Numbered):
    """The settings; one row. All times in minutes."""

    __tablename__ = "business"

    name: Mapped[str] = mapped_column(String(200), default="")
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    languages: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["en"])
    slot_step: Mapped[int] = mapped_column(default=30)
    slot_alignment: Mapped[str] = mapped_column(String(16), default="opening")
    use_service_duration_as_step: Mapped[bool] = mapped_column(default=False)
    step_includes_buffers: Mapped[bool] = mapped_column(default=False)
    buffers_within_hours: Mapped[bool] = mapped_column(default=False)
    minimum_notice: Mapped[int] = mapped_column(default=0)
    booking_window_days: Mapped[int] = mapped_column(default=365)
    cancel_limit: Mapped[int] = mapped_column(default=0)
    reschedule_limit: Mapped[int] = mapped_column(default=0)
    assignment: Mapped[str] = mapped_column(String(16), default="least_busy")
    default_status: Mapped[str] = mapped_column(String(16), default="approved")
    phone_required: Mapped[bool] = mapped_column(default=False)
    consent_text: Mapped[str | None] = mapped_column(Text)
    # For visitors who book themselves, by e-mail address; null does not limit.
    max_active_bookings: Mapped[int | None]

    @property
    def zone(self) -> ZoneInfo:
        """The business's time zone."""
        return ZoneInfo(self.timezone)


class CustomField(Numbered):
    """A question of the booking form; `services` names those it is asked for, null means all."""

    __tablename__ = "custom_fields"

    label: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(16))
    required: Mapped[bool]
    options: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    services: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    updated_at: Mapped[datetime]
