"""What happened, written in the transaction in which it happened; delivered from here later."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from widget_server.backend.models.base import NEVER_REUSED, Numbered


class Event(Numbered):
    """A change of one thing; `sequence` counts the changes of that thing from 1."""

    __tablename__ = "events"

    type: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    aggregate_id: Mapped[int]
    sequence: Mapped[int]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("kind", "aggregate_id", "sequence"), NEVER_REUSED)
