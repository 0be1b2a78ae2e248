"""One unit of work: a transaction, its moment, and what it changed."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from widget_server.backend.changes import Change, OnChange
from widget_server.backend.errors import ChangedMeanwhile, CodeTaken, SlotTaken
from widget_server.backend.models import Appointment, Business, Event, Numbered
from widget_server.backend.webhooks import queue
from widget_server.clock import Clock
from widget_server.database import Database
from widget_server.errors import InvalidInput

# The names of the constraints that refuse on PostgreSQL what two do at once.
NO_OVERLAP = "appointments_do_not_overlap"
ONE_CODE = "uq_coupons_code_key"
# PostgreSQL's weakest row lock: it keeps a row from being deleted, and nothing else.
KEPT = {"read": True, "key_share": True}
Row = TypeVar("Row", bound=Numbered)
# Finds the appointment that a visit joins, None when it opens its own; raises SlotTaken.
Guard = Callable[[Session, Any], Appointment | None]


@dataclass
class Work:
    """An open transaction at the moment `now`; `changes` are told after the commit.

    `stranded` are the appointments that a changed schedule leaves outside working time.
    """

    session: Session
    now: datetime
    guard: Guard
    changes: list[Change] = field(default_factory=list)
    stranded: list[int] = field(default_factory=list)

    @cached_property
    def business(self) -> Business:
        """The business's settings."""
        return read_business(self.session)

    @property
    def zone(self) -> ZoneInfo:
        """The business's time zone."""
        return self.business.zone

    def known(self, model: type[Row], id_: int, field_name: str) -> Row:
        """Return the row that a field of the input names; blame the field when there is none.

        It cannot be deleted until this transaction ends.
        """
        row = self.session.get(model, id_, with_for_update=KEPT)
        if row is None or getattr(row, "deleted_at", None):
            raise InvalidInput.at(field_name, "There is none with this id.")
        return row

    def record(self, change: Change, payload: dict[str, Any]) -> None:
        """Write the event of a change in this transaction, and tell of it after the commit."""
        for id_ in change.ids:
            self.session.add(
                Event(
                    type=change.event,
                    kind=change.kind,
                    aggregate_id=id_,
                    sequence=self._next_sequence(change.kind, id_),
                    payload=payload,
                    created_at=self.now,
                )
            )
            queue.enqueue(self.session, self.business, change, id_, payload, self.now)
        self.session.flush()
        self.changes.append(change)

    def _next_sequence(self, kind: str, id_: int) -> int:
        query = select(func.max(Event.sequence)).where(
            Event.kind == kind, Event.aggregate_id == id_
        )
        return (self.session.scalar(query) or 0) + 1


def read_business(session: Session) -> Business:
    """Return the business's settings; the defaults, when none were ever written."""
    business = session.scalar(select(Business).order_by(Business.id).limit(1))
    if business is None:
        business = Business(**{c.key: _default(c.default) for c in _business_columns()})
    return business


def _business_columns() -> list[Any]:
    return [column for column in Business.__table__.columns if column.key != "id"]


def _default(default: Any) -> Any:
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


@contextmanager
def _refusing_in_words() -> Iterator[None]:
    """Say what the database's own guards say in the words of this API."""
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig)
        if NO_OVERLAP in said:
            raise SlotTaken from None
        if ONE_CODE in said:
            raise CodeTaken from None
        raise ChangedMeanwhile from None
    except StaleDataError:
        raise ChangedMeanwhile from None


@contextmanager
def writing(database: Database, clock: Clock, guard: Guard, on_change: OnChange) -> Iterator[Work]:
    """Open a unit of work; after the commit, tell what changed."""
    with _refusing_in_words(), database.writing() as session:
        # The clock is read once the writer's turn has come: order of commits, order of times.
        session.connection()
        work = Work(session, clock.now(), guard)
        yield work
    for change in work.changes:
        _tell(on_change, change)


def _tell(on_change: OnChange, change: Change) -> None:
    try:
        on_change(change)
    except Exception:
        # The change is committed: its maker must hear so, whatever the listener met.
        logging.getLogger(__name__).exception("A listener failed on %s.", change.event)
