"""Leases: of all processes and machines one does what need not be done twice.

A lease saves work and guards nothing: what is done under it must bear being done twice, for its
holder may be paused until somebody else has it.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from widget_server.booking.ledger.models import Lease
from widget_server.database import Database
from widget_server.site import Site


class Leases:
    """The leases of one site; every method is one short transaction."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take a lease that is free, or keep one's own; tell whether `holder` has it now."""
        with self._database.reading() as session:
            known = session.scalar(select(Lease).where(*self._is(name)))
        if known is None:
            return self._enter(name, holder, until)
        if known.holder != holder and known.until > now:
            return False
        with self._database.writing() as session:
            taken = session.execute(
                update(Lease)
                .where(*self._is(name), Lease.holder == known.holder, Lease.until == known.until)
                .values(holder=holder, until=until)
            )
            return bool(taken.rowcount)  # type: ignore[attr-defined]

    def give_back(self, name: str, holder: str) -> None:
        """Let the next one have a lease, if `holder` has it."""
        with self._database.writing() as session:
            session.execute(delete(Lease).where(*self._is(name), Lease.holder == holder))

    def _enter(self, name: str, holder: str, until: datetime) -> bool:
        try:
            with self._database.writing() as session:
                session.add(Lease(site=self._site.id, name=name, holder=holder, until=until))
        except IntegrityError:
            return False  # somebody was a moment faster
        return True

    def _is(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return (Lease.site == self._site.id, Lease.name == name)
