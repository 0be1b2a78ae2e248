"""The ledger's tables.

A booking is what a visitor asked for and what has become of it. A claim is the time of one employee
that it keeps others from: one for each part of the visit, and while it is being moved, one for each
part at the new time besides. An idempotency record ties the visitor's key to the booking and to the
answer. History is only ever added to. A mail is what is to be told of a change, until it is told.
Of the visitor nothing is kept but the customer's id and a name for counting that cannot be read
back: whom a mail goes to is asked when it leaves.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from widget_server.database import Instant
from widget_server.outbox import OutboxRow

AutoId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Of the ledger's own metadata."""


class Booking(Base):
    """One visitor's booking; `state` moves as states.py allows, by compare-and-set."""

    __tablename__ = "bookings"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    site: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    # Raised to revoke the manage link.
    token_version: Mapped[int] = mapped_column(Integer, default=1)
    # Raised with every change that a calendar must notice.
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    # Which of its claims hold: raised when a move is done.
    generation: Mapped[int] = mapped_column(Integer, default=1)
    customer: Mapped[int | None] = mapped_column(BigInteger)
    # Whose it is, for limits: an opaque name of the e-mail address, of a hold's network address.
    visitor: Mapped[str | None] = mapped_column(String(32))
    # Which recurring series it belongs to; until that is confirmed it is the whole of it.
    series: Mapped[str | None] = mapped_column(String(32))
    # When a hold ends; null for a booking.
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(32))
    # What the visitor was told: items, prices, zone, language.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The same after the move that is under way.
    next_details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    claims: Mapped[list["Claim"]] = relationship(
        back_populates="booking", lazy="selectin", order_by="(Claim.generation, Claim.item)"
    )

    __table_args__ = (
        Index("bookings_unsettled", "site", "state", "updated_at"),
        Index("bookings_of_visitor", "site", "visitor"),
        Index("bookings_of_series", "site", "series"),
    )

    @property
    def current_claims(self) -> list["Claim"]:
        """Return the claims of the parts, where they are now."""
        return [claim for claim in self.claims if claim.generation == self.generation]

    @property
    def visits(self) -> list[list["Claim"]]:
        """Return the claims of each visit: of a series that is still one booking, one by one."""
        parts = self.current_claims
        return [[claim] for claim in parts] if self.series else [parts]

    @property
    def next_claims(self) -> list["Claim"]:
        """Return the claims of the parts, where the move that is under way leads."""
        return [
            claim for claim in self.claims if claim.generation > self.generation and claim.blocking
        ]


class Claim(Base):
    """The time of an employee that a part of a booking keeps from others, buffers included."""

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"), index=True)
    site: Mapped[str] = mapped_column(String(64))
    # Which part of the visit, from 0.
    item: Mapped[int] = mapped_column(Integer, default=0)
    generation: Mapped[int] = mapped_column(Integer, default=1)
    employee: Mapped[int] = mapped_column(BigInteger)
    service: Mapped[int] = mapped_column(BigInteger)
    location: Mapped[int | None] = mapped_column(BigInteger)
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime] = mapped_column(Instant)
    busy_from: Mapped[datetime] = mapped_column(Instant)
    busy_until: Mapped[datetime] = mapped_column(Instant)
    persons: Mapped[int] = mapped_column(Integer)
    # How many persons the visit takes; claims of a group visit share its places.
    capacity: Mapped[int] = mapped_column(Integer, default=1)
    platform_booking: Mapped[int | None] = mapped_column(BigInteger, index=True)
    platform_appointment: Mapped[int | None] = mapped_column(BigInteger, index=True)
    # A claim whose booking is at rest in a freeing state blocks nobody.
    blocking: Mapped[bool] = mapped_column()

    booking: Mapped[Booking] = relationship(back_populates="claims")

    __table_args__ = (Index("claims_overlap", "site", "employee", "blocking", "busy_from"),)


class IdempotencyRecord(Base):
    """A visitor's key, the body it came with, and the answer once there is one."""

    __tablename__ = "idempotency"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    site: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(255))
    body_hash: Mapped[str] = mapped_column(String(64))
    booking_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
    # That of the booking that is to be changed, as the key found it.
    sequence: Mapped[int | None] = mapped_column(Integer)
    # Null while the first request is under way.
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (UniqueConstraint("site", "key"),)


class HistoryEntry(Base):
    """One thing that happened to a booking."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(AutoId, primary_key=True)
    booking_id: Mapped[str] = mapped_column(String(32), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    event: Mapped[str] = mapped_column(String(32))


class Mail(OutboxRow, Base):
    """A mail that is to leave the house; written in the transaction of what it tells of.

    `address` is an opaque name of whom it went to, and `sent_at` when: how many one address gets is
    counted by them.
    """

    __tablename__ = "mails"

    site: Mapped[str] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(32), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)


class KnownCustomer(Base):
    """Which of the platform's customers has an e-mail address, where the platform cannot be asked.

    `name` is an opaque name of the address.
    """

    __tablename__ = "customers"

    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer: Mapped[int] = mapped_column(BigInteger)


class SpentChallenge(Base):
    """A challenge of the bot defence, and the visitor's key it was spent on."""

    __tablename__ = "spent_challenges"

    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(255))
    # When it is worth nothing any more.
    ends: Mapped[datetime] = mapped_column(Instant, index=True)


class Lease(Base):
    """Who does, until when, what one process at a time should do."""

    __tablename__ = "leases"

    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(Instant)
