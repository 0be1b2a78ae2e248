"""What grows: customers found by any part of their names, appointments in order, coupons counted.

A search is for a piece of text: an index of all runs of three letters finds it, on each database in
its own way. The models know nothing of these indexes: queries are asked through
`backend.rules.search`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE VIRTUAL TABLE customers_search USING fts5(
      search_key, content='customers', content_rowid='id', tokenize='trigram'
    )
    """,
    "INSERT INTO customers_search (customers_search) VALUES ('rebuild')",
    """
    CREATE TRIGGER customers_search_insert AFTER INSERT ON customers BEGIN
      INSERT INTO customers_search (rowid, search_key) VALUES (new.id, new.search_key);
    END
    """,
    """
    CREATE TRIGGER customers_search_delete AFTER DELETE ON customers BEGIN
      INSERT INTO customers_search (customers_search, rowid, search_key)
      VALUES ('delete', old.id, old.search_key);
    END
    """,
    """
    CREATE TRIGGER customers_search_update AFTER UPDATE OF search_key ON customers BEGIN
      INSERT INTO customers_search (customers_search, rowid, search_key)
      VALUES ('delete', old.id, old.search_key);
      INSERT INTO customers_search (rowid, search_key) VALUES (new.id, new.search_key);
    END
    """,
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public",
    "CREATE INDEX customers_search ON customers USING gin (search_key gin_trgm_ops)",
)
COUNT = """
UPDATE coupons SET used = (
  SELECT count(*) FROM bookings
  WHERE bookings.coupon_id = coupons.id AND bookings.status NOT IN ('canceled', 'rejected')
)
"""
Indexes = dict[str, tuple[tuple[str, ...], ...]]
NEW: Indexes = {
    "appointments": (
        ("employee_id", "created_at", "id", "status"),
        ("service_id", "created_at", "id", "status"),
        ("location_id", "created_at", "id", "status"),
        ("created_at", "id", "status"),
        ("start", "id", "end"),
    ),
    "bookings": (("coupon_id", "customer_id", "status"),),
}
OLD: Indexes = {
    "appointments": (("created_at", "id"), ("start", "id")),
    "bookings": (("coupon_id", "customer_id"),),
}


def upgrade() -> None:
    key = sa.Column("search_key", sa.Text(), nullable=False, server_default="")
    op.add_column("customers", key)
    _fill()
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)
    used = sa.Column("used", sa.Integer(), nullable=False, server_default="0")
    op.add_column("coupons", used)
    op.execute(COUNT)
    _exchange(OLD, NEW)


def downgrade() -> None:
    _exchange(NEW, OLD)
    op.drop_column("coupons", "used")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX customers_search")
    else:
        for when in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER customers_search_{when}")
        op.execute("DROP TABLE customers_search")
    op.drop_column("customers", "search_key")


def _exchange(old: Indexes, new: Indexes) -> None:
    for table, indexes in old.items():
        for columns in indexes:
            op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    for table, indexes in new.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def _fill() -> None:
    """Write the key of every customer; this is how `search_key` made it at this revision."""
    names = ("first_name", "last_name", "email", "phone_number")
    customers = sa.table("customers", *map(sa.column, ("id", "search_key", *names)))
    bind = op.get_bind()
    rows = bind.execute(sa.select(customers.c.id, *(customers.c[name] for name in names))).all()
    change = (
        customers.update()
        .where(customers.c.id == sa.bindparam("of"))
        .values(search_key=sa.bindparam("key"))
    )
    keys = [
        {"of": id_, "key": " ".join((*texts, "".join(filter(str.isdigit, texts[3])))).casefold()}
        for id_, *texts in rows
    ]
    if keys:
        bind.execute(change, keys)
