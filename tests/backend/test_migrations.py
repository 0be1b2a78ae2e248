"""The tables that the migrations make are the tables that the models mean."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from widget_server.backend.models import Base


def _is_modelled(_thing, name, *_rest):
    # The index of what customers are searched by is made by a migration alone.
    return not name.startswith("customers_search")


def test_migrations_and_models_agree(api):
    with api.database.engine.connect() as connection:
        options = {"compare_type": True, "include_object": _is_modelled}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
