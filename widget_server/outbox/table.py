"""The columns of an outbox; each database has a table of its own with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from widget_server.database import Instant

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
_STILL_WAITING = text("state = 'waiting'")


class OutboxRow:
    """A message to be delivered; a mixin for a table.

    `message_id` stays the same over all attempts: receivers know by it what they have seen.
    Messages with one `ordering_key` are delivered in the order of their ids. `lease` is the token
    of the attempt under way, `outcome` what became of the last one.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    topic: Mapped[str] = mapped_column(String(64))
    ordering_key: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int]
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(300))

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - it is a class method
        """Find what is due without reading what was delivered; never give an id twice."""
        waiting: Any = {"sqlite_where": _STILL_WAITING, "postgresql_where": _STILL_WAITING}
        name = cls.__tablename__  # type: ignore[attr-defined] # the table's own class has it
        return (
            Index(f"ix_{name}_due", "next_at", "id", **waiting),
            Index(f"ix_{name}_order", "ordering_key", "id", **waiting),
            Index(f"ix_{name}_finished", "state", "finished_at"),
            {"sqlite_autoincrement": True},
        )
