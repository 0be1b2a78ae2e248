"""What every use case of the writing side works with."""

from dataclasses import dataclass
from datetime import datetime

from widget_server.bookablesites.client import BookablesitesClient
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.manage_links import ManageLinks
from widget_server.catalogue.catalogue import Catalogue
from widget_server.clock import Clock


@dataclass(frozen=True)
class Desk:
    """The front desk of one business: where it reads, where it writes, what it remembers."""

    catalogue: Catalogue
    ledger: Ledger
    links: ManageLinks
    clock: Clock

    @property
    def client(self) -> BookablesitesClient:
        """Return the way to the platform."""
        return self.catalogue.client

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()
