"""The name of the series that a booking belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("series", sa.String(length=32), nullable=True))
        batch.create_index("bookings_of_series", ["site", "series"])


def downgrade() -> None:
    with op.batch_alter_table("bookings") as batch:
        batch.drop_index("bookings_of_series")
        batch.drop_column("series")
