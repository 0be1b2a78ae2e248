"""Which customer has an e-mail address, by an opaque name of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("site", sa.String(length=64), primary_key=True),
        sa.Column("name", sa.String(length=32), primary_key=True),
        sa.Column("customer", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("customers")
