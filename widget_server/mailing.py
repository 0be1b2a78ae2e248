"""Who writes and sends the mails, built of what the settings say about them."""

from datetime import timedelta
from pathlib import Path

from widget_server.booking.desk import Desk
from widget_server.booking.ledger.changes import Tell, tell_nobody
from widget_server.booking.messages.caps import Caps
from widget_server.booking.messages.composing import Composer
from widget_server.booking.messages.delivering import Postman, Send
from widget_server.booking.messages.folder import Folder
from widget_server.booking.messages.smtp import Smtp
from widget_server.booking.messages.telling import Teller
from widget_server.database import Database
from widget_server.settings import Mails, Settings


def teller(settings: Settings) -> Tell:
    """Return what writes down, with each change, that it is to be told."""
    if settings.mails is None:
        return tell_nobody
    hours = settings.mails.reminder_hours
    return Teller(bool(settings.mails.owner), timedelta(hours=hours) if hours else None)


def postman(
    settings: Settings, how: Mails, desk: Desk, ledger: Database, templates: Path
) -> Postman:
    """Return what makes mails of what was written down, and takes them out of the house."""
    return Postman(
        desk=desk,
        caps=Caps(ledger, lambda address: desk.links.pseudonyms(address)[0]),
        composer=Composer(templates, how.sender),
        send=_send(settings, how),
        public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
        owner=how.owner,
    )


def _send(settings: Settings, how: Mails) -> Send:
    server = how.server
    if server is None:
        return Folder(settings.data_dir / "mails")
    return Smtp(server.host, server.port, server.security, server.user, server.password)
