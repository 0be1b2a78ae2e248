"""Run the backend's migrations on the connection handed over by widget_server.database."""

from alembic import context

from widget_server.backend.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
