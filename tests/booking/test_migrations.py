"""The tables that the ledger's migrations make are the tables that its models mean."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from widget_server.booking.ledger import migrate
from widget_server.booking.ledger.models import Base
from widget_server.database import open_database

# Made by a migration alone, and only on PostgreSQL.
BY_HAND = ("claims_do_not_overlap",)


def test_migrations_and_models_agree(databases):
    database = open_database(databases.new(), schema="ledger")
    migrate(database)
    with database.engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_object": lambda _thing, name, *_rest: name not in BY_HAND,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    database.close()
