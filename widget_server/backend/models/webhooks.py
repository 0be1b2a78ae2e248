"""Who wants to hear of what, and what was or is to be told them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from widget_server.backend.models.base import Base, Numbered
from widget_server.outbox import OutboxRow


class Webhook(Numbered):
    """A subscription to one type of event; `format` is json or form."""

    __tablename__ = "webhooks"

    event: Mapped[str] = mapped_column(String(64), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    format: Mapped[str] = mapped_column(String(8))
    # Sent along, as the platform does; null: none.
    verification_token: Mapped[str | None] = mapped_column(String(200))
    # Signs what is sent: it must be known here, and is told once.
    secret: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]


class Delivery(OutboxRow, Base):
    """One event for one subscription."""

    __tablename__ = "webhook_deliveries"

    webhook_id: Mapped[int] = mapped_column(
        ForeignKey("webhooks.id", ondelete="CASCADE"), index=True
    )
    updated_at: Mapped[datetime]
