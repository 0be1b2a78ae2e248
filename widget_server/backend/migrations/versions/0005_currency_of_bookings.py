"""The currency that a booking's price was told in: the business may have another one later."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default the table need not be written anew; the code always says which.
    column = sa.Column("currency", sa.String(length=3), nullable=False, server_default="")
    op.add_column("bookings", column)
    op.execute(
        "UPDATE bookings SET currency = "
        "COALESCE((SELECT currency FROM business ORDER BY id LIMIT 1), 'EUR')"
    )


def downgrade() -> None:
    op.drop_column("bookings", "currency")
