"""visits of several parts, holds and moves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# On PostgreSQL the last line against overlaps: it holds even if the code forgets its locks. Places
# of a group are shared, so that they are counted under a lock instead.
EXCLUDE = """
ALTER TABLE claims ADD CONSTRAINT claims_do_not_overlap EXCLUDE USING gist (
  site WITH =, employee WITH =, booking_id WITH <>,
  tstzrange(busy_from, busy_until) WITH &&
) WHERE (blocking AND capacity = 1)
"""


def upgrade() -> None:
    with op.batch_alter_table("bookings") as batch:
        batch.add_column(sa.Column("generation", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("next_details", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("claims") as batch:
        batch.add_column(sa.Column("item", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("generation", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("end", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("capacity", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("platform_booking", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("platform_appointment", sa.BigInteger(), nullable=True))
    for column in ("platform_booking", "platform_appointment"):
        op.execute(
            f"UPDATE claims SET {column} = (SELECT b.{column} FROM bookings b"  # noqa: S608
            " WHERE b.id = claims.booking_id)"
        )
    # Until now the end was not kept; the buffers may be part of it, which errs on the safe side.
    op.execute('UPDATE claims SET "end" = busy_until')
    with op.batch_alter_table("claims") as batch:
        batch.alter_column("end", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.create_index("ix_claims_platform_booking", ["platform_booking"])
    with op.batch_alter_table("bookings") as batch:
        batch.drop_column("platform_booking")
        batch.drop_column("platform_appointment")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public")
        op.execute(EXCLUDE)


def downgrade() -> None:
    raise NotImplementedError("Visits of several parts do not fit into the tables of before.")
