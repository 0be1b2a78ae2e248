"""Which customer of the platform a visitor is, for accounts that cannot be asked by e-mail address.

Only an opaque name of the address is kept. Losing it costs a second customer on file.
"""

from collections.abc import Sequence

from sqlalchemy import select

from widget_server.booking.ledger.models import KnownCustomer
from widget_server.database import Database
from widget_server.site import Site


class Customers:
    """The known customers of one site; every method is one short transaction."""

    def __init__(self, database: Database, site: Site) -> None:
        self._database = database
        self._site = site

    def find(self, names: Sequence[str]) -> int | None:
        """Return the customer who is known by one of these names; the first name comes first."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(KnownCustomer).where(
                    KnownCustomer.site == self._site.id, KnownCustomer.name.in_(names)
                )
            )
            known = {row.name: row.customer for row in rows}
        return next((known[name] for name in names if name in known), None)

    def remember(self, name: str, customer: int) -> None:
        """Let a name be that of this customer from now on."""
        with self._database.writing() as session:
            session.merge(KnownCustomer(site=self._site.id, name=name, customer=customer))
