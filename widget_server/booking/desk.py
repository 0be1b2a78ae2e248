"""What every use case of the writing side works with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from widget_server.availability import Appointment
from widget_server.bookablesites.client import BookablesitesClient
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Booking, Claim
from widget_server.booking.manage_links import ManageLinks
from widget_server.booking.observing import Nobody, Observer
from widget_server.catalogue.catalogue import Catalogue
from widget_server.catalogue.find_slots import MARGIN, Adjusted
from widget_server.clock import Clock


@dataclass(frozen=True)
class Desk:
    """The front desk of one business: where it reads, where it writes, what it remembers.

    `links` opens bookings, `hold_links` opens holds, `decide_links` lets the team confirm or
    decline a booking: a token of the one is worthless to the others.
    """

    catalogue: Catalogue
    ledger: Ledger
    links: ManageLinks
    hold_links: ManageLinks
    decide_links: ManageLinks
    clock: Clock
    # Longer than the platform can take to carry out a request whose answer got lost.
    grace: timedelta = timedelta(seconds=45)
    # How long the second of two equal requests waits for the first one's answer.
    patience: timedelta = timedelta(seconds=8)
    # How often what has not come to rest is looked at.
    period: timedelta = timedelta(seconds=10)
    observer: Observer = field(default_factory=Nobody)

    @property
    def client(self) -> BookablesitesClient:
        """Return the way to the platform."""
        return self.catalogue.client

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    def held(self, start: datetime, end: datetime, besides: str | None = None) -> Adjusted:
        """Return what is held here in [start, end) and not on the platform, for a search."""
        rows = self.ledger.held(start, end, self.now(), besides)
        return Adjusted(tuple(map(_as_appointment, rows)))

    def held_around(self, start: datetime, besides: str | None = None) -> Adjusted:
        """Return what is held here near a moment, as far as it can matter to a visit then."""
        return self.held(start - MARGIN, start + MARGIN, besides)

    def held_before(self, mine: Sequence[Claim], besides: str) -> tuple[Appointment, ...]:
        """Return what others held near these claims of a booking before they were made."""
        start, end = mine[0].start - MARGIN, mine[-1].end + MARGIN
        first = min(claim.id for claim in mine)
        rows = self.ledger.held(start, end, self.now(), besides, before=first)
        return tuple(map(_as_appointment, rows))

    def announce(self, booking: Booking, claims: Iterable[Claim] | None = None) -> None:
        """Let everybody who looks see what has become of a booking's times."""
        self.free_or_taken(booking.claims if claims is None else claims)

    def free_or_taken(self, claims: Iterable[Claim]) -> None:
        """Let everybody who looks see what has become of the times of these claims."""
        rows = list(claims)
        spans = [(claim.busy_from, claim.busy_until) for claim in rows]
        self.catalogue.times_changed(spans, {claim.employee for claim in rows})


def _as_appointment(claim: Claim) -> Appointment:
    return Appointment(
        id=-claim.id,
        service=claim.service,
        employee=claim.employee,
        location=claim.location,
        start=claim.start,
        end=claim.end,
        status="approved",
        persons=claim.persons,
        buffer_before_minutes=int((claim.start - claim.busy_from).total_seconds()) // 60,
        buffer_after_minutes=int((claim.busy_until - claim.end).total_seconds()) // 60,
    )
