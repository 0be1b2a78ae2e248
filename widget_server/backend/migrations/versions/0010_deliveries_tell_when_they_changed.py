"""Deliveries tell when they changed, as every other list does."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column(
        "updated_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default="2000-01-01 00:00:00.000000",
    )
    with op.batch_alter_table("webhook_deliveries") as table:
        table.add_column(column)
    # What still waits may have been tried since; nobody knows when.
    op.execute("UPDATE webhook_deliveries SET updated_at = COALESCE(finished_at, created_at)")


def downgrade() -> None:
    with op.batch_alter_table("webhook_deliveries") as table:
        table.drop_column("updated_at")
