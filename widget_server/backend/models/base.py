"""How values are kept, the same on SQLite and PostgreSQL.

Instants are UTC, money is whole hundredths: both compare, sort and add up exactly in SQL.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from widget_server.database import Instant

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Ids are never given twice, not even after a delete.
NEVER_REUSED = {"sqlite_autoincrement": True}


class Money(TypeDecorator[Decimal]):
    """An amount with two places."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Turn the amount into whole hundredths."""
        return None if value is None else round(value * 100)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Turn whole hundredths into the amount."""
        return None if value is None else Decimal(value).scaleb(-2)


class Base(DeclarativeBase):
    """The backend's tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant, Decimal: Money}  # noqa: RUF012 - SQLAlchemy's way


class Numbered(Base):
    """A table whose rows are numbered from 1."""

    __abstract__ = True
    __table_args__: Any = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
