"""Leasing, acknowledging, putting off and giving up messages: the table's own verbs."""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from widget_server.clock import Clock
from widget_server.database import Database
from widget_server.outbox.table import DEAD, DELIVERED, WAITING, OutboxRow

Row = TypeVar("Row", bound=OutboxRow)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what: the lease of an attempt, the pauses between attempts.

    The pause grows fourfold from `first_pause` to `longest_pause`, give or take `jitter`; after
    `attempts` of them a message is dead. What is finished is forgotten after `keep`.
    """

    lease: timedelta = timedelta(seconds=60)
    first_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(hours=24)
    jitter: float = 0.2
    attempts: int = 10
    keep: timedelta = timedelta(days=30)

    def pause(self, attempt: int, chance: float) -> timedelta:
        """Return the pause after the attempt of this number; `chance` is from 0 to 1."""
        # Beyond the twentieth power every pause is the longest.
        grown = self.first_pause * pow(4.0, min(attempt - 1, 20))
        return min(grown, self.longest_pause) * (1 + self.jitter * (2 * chance - 1))


@dataclass(frozen=True, slots=True)
class Message:
    """A message under lease; `attempt` counts from 1."""

    row: int
    id: str
    topic: str
    payload: dict[str, Any]
    created_at: datetime
    attempt: int
    lease: str


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many messages are due, wait for later, are dead; how long the oldest has been due."""

    due: int
    later: int
    dead: int
    oldest_due_seconds: float


@dataclass(frozen=True)
class Outbox(Generic[Row]):
    """The outbox in one table of one database.

    `lane` is what SQL can tell of a row about where its message goes: one that gets stuck there
    holds up its own lane alone. By default all messages are in one.
    """

    database: Database
    table: type[Row]
    clock: Clock
    patience: Patience = Patience()
    chance: Callable[[], float] = field(default=random.random)
    # Whether what was finished can still be read, and replayed; False where it tells of people.
    keeps_payload: bool = True
    lane: SQLColumnExpression[Any] = field(default=literal(""), compare=False)

    def add(
        self, session: Session, topic: str, ordering_key: str, payload: Any, **more: Any
    ) -> Row:
        """Add a message within the transaction of the change it tells of."""
        now = self.clock.now()
        row = new_row(self.table, topic, ordering_key, payload, now, **more)
        session.add(row)
        return row

    def lanes(self) -> list[Any]:
        """Return the lanes in which something is due."""
        query = select(self.lane).select_from(self.table).where(self._is_due()).distinct()
        with self.database.reading() as session:
            return list(session.scalars(query))

    def lease(self, limit: int, lane: Any = None) -> list[Message]:
        """Take up to `limit` messages that are due; nobody else gets them until the lease ends."""
        with self.database.reading() as session:
            if not session.scalars(self._due(1, lane)).first():
                return []
        token = secrets.token_hex(16)
        with self.database.writing() as session:
            query = self._due(limit, lane).with_for_update(skip_locked=True, of=self.table)
            rows = session.scalars(query).all()
            for row in rows:
                row.lease, row.attempts = token, row.attempts + 1
                row.leased_until = self.clock.now() + self.patience.lease
                _touch(row, self.clock.now())
            return [_message(row, token) for row in rows]

    def delivered(self, message: Message, outcome: str) -> bool:
        """Say that a message arrived; False when its lease had gone to somebody else."""
        return self._finish(message, DELIVERED, outcome)

    def give_up(self, message: Message, outcome: str) -> bool:
        """Say that a message can never arrive."""
        return self._finish(message, DEAD, outcome)

    def put_off(self, message: Message, outcome: str) -> bool:
        """Say that an attempt failed: the next one follows after a pause, or none at all."""
        if message.attempt >= self.patience.attempts:
            return self.give_up(message, outcome)
        later = self.clock.now() + self.patience.pause(message.attempt, self.chance())
        return self._settle(message, next_at=later, outcome=outcome[:300])

    def replay(self, row: Row) -> None:
        """Deliver a message, a row of an open transaction, anew under its id."""
        row.state, row.attempts, row.next_at = WAITING, 0, self.clock.now()
        row.lease = row.leased_until = row.finished_at = None
        _touch(row, self.clock.now())

    def forget(self) -> int:
        """Delete what was finished long ago; return how much."""
        before = self.clock.now() - self.patience.keep
        old = (self.table.state != WAITING, self.table.finished_at < before)
        with self.database.writing() as session:
            result: Any = session.execute(delete(self.table).where(*old))
            return int(result.rowcount)

    def lengths(self) -> Lengths:
        """Return how many messages are due, wait for later, and are dead."""
        row, now = self.table, self.clock.now()
        is_due = and_(row.state == WAITING, row.next_at <= now)
        query = select(
            func.count().filter(is_due), func.count().filter(row.state == WAITING),
            func.count().filter(row.state == DEAD), func.min(row.next_at).filter(is_due),
        ).where(row.state.in_((WAITING, DEAD)))  # fmt: skip
        with self.database.reading() as session:
            due, waiting, dead, since = session.execute(query).one()
        # No message is due: no moment is the earliest, whatever the types say.
        oldest: datetime | None = since
        return Lengths(due, waiting - due, dead, (now - (oldest or now)).total_seconds())

    def _due(self, limit: int, lane: Any) -> Select[Row]:
        query = select(self.table).where(self._is_due())
        if lane is not None:
            query = query.where(self.lane == lane)
        return query.order_by(self.table.next_at, self.table.id).limit(limit)

    def _is_due(self) -> ColumnElement[bool]:
        row, now = self.table, self.clock.now()
        free = or_(row.leased_until.is_(None), row.leased_until <= now)
        return and_(row.state == WAITING, row.next_at <= now, free, ~self._earlier())

    def _earlier(self) -> ColumnElement[bool]:
        """Tell whether a message with the same key has to go first."""
        row, before = self.table, aliased(self.table)
        return exists().where(
            before.ordering_key == row.ordering_key, before.id < row.id, before.state == WAITING
        )

    def _finish(self, message: Message, state: str, outcome: str) -> bool:
        finished: dict[str, Any] = {"state": state, "finished_at": self.clock.now()}
        if not self.keeps_payload:
            finished["payload"] = {}
        return self._settle(message, outcome=outcome[:300], **finished)

    def _settle(self, message: Message, **values: Any) -> bool:
        row = self.table
        if _tells_changes(row):
            values["updated_at"] = self.clock.now()
        change = update(row).where(row.id == message.row, row.lease == message.lease)
        with self.database.writing() as session:
            result: Any = session.execute(change.values(lease=None, leased_until=None, **values))
            return bool(result.rowcount)


def new_row(
    table: type[Row], topic: str, ordering_key: str, payload: Any, now: datetime, **more: Any
) -> Row:
    """Return a message that is due at once; `more` are columns of the table's own."""
    # A mapped class takes its columns by name; its mixin cannot say so.
    make: Callable[..., Row] = table
    row = make(
        message_id=f"msg_{secrets.token_hex(16)}",
        topic=topic,
        ordering_key=ordering_key,
        payload=payload,
        state=WAITING,
        created_at=now,
        next_at=now,
        attempts=0,
        outcome="",
        **more,
    )
    _touch(row, now)
    return row


def _touch(row: OutboxRow, now: datetime) -> None:
    if _tells_changes(type(row)):
        row.updated_at = now  # type: ignore[attr-defined] # a column of some tables only


def _tells_changes(table: type[OutboxRow]) -> bool:
    """Tell whether the table keeps when a row last changed: its own column `updated_at`."""
    return hasattr(table, "updated_at")


def _message(row: OutboxRow, token: str) -> Message:
    return Message(
        row=row.id,
        id=row.message_id,
        topic=row.topic,
        payload=row.payload,
        created_at=row.created_at,
        attempt=row.attempts,
        lease=token,
    )
