"""The tables that the migrations make are the tables that the models mean."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from widget_server.backend.models import Base


def test_migrations_and_models_agree(api):
    with api.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
