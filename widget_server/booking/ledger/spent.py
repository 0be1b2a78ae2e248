"""Challenges that have been spent, so that each lets one attempt to book in and no other."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError

from widget_server.booking.ledger.models import SpentChallenge
from widget_server.database import Database
from widget_server.site import Site

# Remembered for so long beyond their end: the clocks of several machines differ.
KEPT_BEYOND = timedelta(hours=1)


class SpentChallenges:
    """The spent challenges of one site; every method is one short transaction."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site

    def spend(self, challenge: str, key: str, ends: datetime, now: datetime) -> bool:
        """Spend a challenge on a visitor's key; tell whether it is that key's.

        The key that has spent it may come again: what was not booked may be tried again with the
        same key, and a key books once. `ends` is when the challenge is worth nothing any more.
        """
        try:
            with self._database.writing() as session:
                session.execute(delete(SpentChallenge).where(*self._long_over(now)))
                session.add(SpentChallenge(site=self._site.id, id=challenge, key=key, ends=ends))
        except IntegrityError:
            return self._spender(challenge) == key
        return True

    def _spender(self, challenge: str) -> str | None:
        with self._database.reading() as session:
            return session.scalar(
                select(SpentChallenge.key).where(
                    SpentChallenge.site == self._site.id, SpentChallenge.id == challenge
                )
            )

    def _long_over(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (SpentChallenge.site == self._site.id, SpentChallenge.ends < now - KEPT_BEYOND)
