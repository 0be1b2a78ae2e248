"""The embedded booking system, sealed behind the platform's own HTTP contract."""

from pathlib import Path

from widget_server import database as db

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: db.Database) -> None:
    """Bring the backend's schema in `database` up to date."""
    db.migrate(database, MIGRATIONS)
