"""What was claimed, sent and confirmed; survives a crash at any point."""

from pathlib import Path

from widget_server.database import Database
from widget_server.database import migrate as run_migrations

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Bring the ledger's tables up to date."""
    run_migrations(database, MIGRATIONS)
