"""leases, and of whom a booking is, for limits."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site", "name"),
    )
    # Bookings of before count for no limit: whose they are was never kept.
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("visitor", sa.String(length=32), nullable=True))
        batch.create_index("bookings_of_visitor", ["site", "visitor"])


def downgrade() -> None:
    with op.batch_alter_table("bookings") as batch:
        batch.drop_index("bookings_of_visitor")
        batch.drop_column("visitor")
    op.drop_table("leases")
