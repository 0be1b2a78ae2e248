"""PostgreSQL refuses overlapping appointments of an employee by itself."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The last line: it holds even if the code forgets its locks. A group is one appointment with many
# bookings, so that this covers groups too.
EXCLUDE = """
ALTER TABLE appointments ADD CONSTRAINT appointments_do_not_overlap EXCLUDE USING gist (
  employee_id WITH =, tstzrange(occupied_from, occupied_to) WITH &&
) WHERE (status IN ('approved', 'pending'))
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public")
        op.execute(EXCLUDE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE appointments DROP CONSTRAINT appointments_do_not_overlap")
