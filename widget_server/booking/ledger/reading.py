"""What the ledger knows, for those who only look."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, true

from widget_server.booking.ledger import series
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.ledger.states import ON_THE_WAY, UNSETTLED, State
from widget_server.database import Database
from widget_server.site import Site


class LedgerReading:
    """The reading side of the ledger of one site."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site

    def ping(self) -> None:
        """Touch the database; raises what the database raises when it cannot be used."""
        with self._database.reading() as session:
            session.execute(select(1))

    def booking(self, booking_id: str) -> Booking | None:
        """Return a booking of this site."""
        with self._database.reading() as session:
            return session.scalar(
                select(Booking).where(Booking.id == booking_id, Booking.site == self._site.id)
            )

    def of_series(self, name: str) -> list[Booking]:
        """Return the bookings of a recurring series, in order of time."""
        with self._database.reading() as session:
            return series.members(session, self._site.id, name)

    def unsettled(self, before: datetime | None = None) -> list[str]:
        """Return the ids of bookings whose outcome is open, and untouched since `before`."""
        open_ones = (Booking.site == self._site.id, Booking.state.in_(UNSETTLED))
        query = select(Booking.id).where(*open_ones).order_by(Booking.updated_at)
        with self._database.reading() as session:
            return list(
                session.scalars(query.where(Booking.updated_at < before) if before else query)
            )

    def restless(self) -> dict[str, tuple[int, datetime]]:
        """Return how many bookings are in each state of those that do not last.

        With each comes when the one was touched last that nobody has touched for longest.
        """
        query = (
            select(Booking.state, func.count(), func.min(Booking.updated_at))
            .where(Booking.site == self._site.id, Booking.state.in_(UNSETTLED))
            .group_by(Booking.state)
        )
        with self._database.reading() as session:
            return {state: (number, since) for state, number, since in session.execute(query)}

    def held(
        self,
        start: datetime,
        end: datetime,
        now: datetime,
        besides: str | None = None,
        before: int | None = None,
    ) -> list[Claim]:
        """Return the claims on [start, end) that the platform may not show yet.

        With `before`, only those made before the claim with this id.
        """
        on_the_way = Booking.state.in_(ON_THE_WAY)
        moving = and_(
            Booking.state.in_((State.MOVING, State.MOVE_SENT)),
            Claim.generation > Booking.generation,
        )
        with self._database.reading() as session:
            rows = session.scalars(
                select(Claim)
                .join(Booking)
                .where(
                    Claim.site == self._site.id,
                    Claim.blocking,
                    Claim.busy_from < end,
                    Claim.busy_until > start,
                    or_(on_the_way, moving),
                    or_(Booking.expires_at.is_(None), Booking.expires_at > now),
                    Booking.id != (besides or ""),
                    true() if before is None else Claim.id < before,
                )
            )
            return list(rows)

    def standing_in(self, appointment: int) -> dict[str, str | None]:
        """Return the ids of the CONFIRMED bookings with a part in one of the platform's.

        With each comes the series that it is in, if any.
        """
        with self._database.reading() as session:
            rows = session.execute(
                select(Booking.id, Booking.series)
                .join(Claim)
                .where(
                    Booking.site == self._site.id,
                    Booking.state == State.CONFIRMED,
                    Claim.platform_appointment == appointment,
                )
            )
            return {row.id: row.series for row in rows}

    def spans_of(self, appointment: int) -> list[tuple[datetime, datetime]]:
        """Return the times that bookings here keep in one of the platform's appointments."""
        of_it = (Claim.site == self._site.id, Claim.platform_appointment == appointment)
        query = select(Claim.busy_from, Claim.busy_until).where(*of_it, Claim.blocking)
        with self._database.reading() as session:
            return [(row.busy_from, row.busy_until) for row in session.execute(query)]

    def recorded(self, platform_bookings: Sequence[int], besides: str) -> set[int]:
        """Return which of the platform's bookings belong to other bookings of the ledger."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(Claim.platform_booking).where(
                    Claim.site == self._site.id,
                    Claim.booking_id != besides,
                    Claim.platform_booking.in_(platform_bookings),
                )
            )
            return {row for row in rows if row is not None}
