"""Challenges of the bot defence that have been spent."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_challenges",
        sa.Column("site", sa.String(length=64), primary_key=True),
        sa.Column("id", sa.String(length=32), primary_key=True),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_spent_challenges_ends", "spent_challenges", ["ends"])


def downgrade() -> None:
    op.drop_table("spent_challenges")
