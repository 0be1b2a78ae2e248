"""Custom fields tell when they changed, as every other list does."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column(
        "updated_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default="2000-01-01 00:00:00.000000",
    )
    with op.batch_alter_table("custom_fields") as table:
        table.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("custom_fields") as table:
        table.drop_column("updated_at")
