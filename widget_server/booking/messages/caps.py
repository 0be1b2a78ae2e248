"""How many mails one address may get: nobody shall be flooded by bookings made in their name."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from widget_server.booking.ledger.models import Mail
from widget_server.database import Database, is_sqlite

# Within how long, and how many: enough for a family that plans its month.
CAPS = ((timedelta(hours=1), 10), (timedelta(days=1), 30))


@dataclass(frozen=True, slots=True)
class Caps:
    """Counts the mails to each address; `pseudonym` names an address without telling it."""

    database: Database
    pseudonym: Callable[[str], str]

    def admit(self, row: int, address: str, now: datetime) -> bool:
        """Count a mail; False when its address has had enough. A mail counts once."""
        name = self.pseudonym(inbox(address))
        with self.database.writing() as session:
            _lock(session, name)
            if any(_sent(session, row, name, now - span) >= most for span, most in CAPS):
                return False
            session.execute(update(Mail).where(Mail.id == row).values(address=name, sent_at=now))
        return True


def inbox(address: str) -> str:
    """Return whose inbox it is: the case does not matter, nor what follows a plus."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _sent(session: Session, besides: int, name: str, since: datetime) -> int:
    counted = select(func.count()).where(
        Mail.address == name, Mail.sent_at > since, Mail.id != besides
    )
    return session.scalar(counted) or 0


def _lock(session: Session, name: str) -> None:
    """Let nobody count the same address meanwhile; SQLite has one writer at a time anyway."""
    if is_sqlite(session):
        return
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
