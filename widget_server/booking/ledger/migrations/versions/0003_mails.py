"""mails that are to leave the house; the bookings in one of the platform's appointments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STILL_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=32), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("ordering_key", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
        # Ids order what is told of one booking: none is ever given twice.
        sqlite_autoincrement=True,
    )
    waiting: dict[str, Any] = {"sqlite_where": STILL_WAITING, "postgresql_where": STILL_WAITING}
    op.create_index("ix_mails_due", "mails", ["next_at", "id"], **waiting)
    op.create_index("ix_mails_order", "mails", ["ordering_key", "id"], **waiting)
    op.create_index("ix_mails_finished", "mails", ["state", "finished_at"])
    op.create_index("ix_mails_address", "mails", ["address"])
    op.create_index("ix_claims_platform_appointment", "claims", ["platform_appointment"])


def downgrade() -> None:
    op.drop_index("ix_claims_platform_appointment", "claims")
    op.drop_table("mails")
