"""How values stand in the file, and how they are read back: strictly, for the file may be broken.

Moments, dates and amounts are texts; all else is as JSON has it. What is read fits both databases,
so that a file is good for both or for none.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, String, Table

from widget_server.backend.models.base import Money
from widget_server.backend.rules.statuses import STATUSES
from widget_server.backend.schemas.values import known_zones
from widget_server.database import Instant

_AMOUNT = re.compile(r"-?\d{1,15}\.\d\d", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Reader = Callable[[Any], Any]


def plain(value: object) -> str:
    """Return as a text what JSON has no word for."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value)} has no place in the file")


def read_row(table: Table, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row; raise ValueError with a sentence that names the column."""
    readers = _readers(table)
    if data.keys() != readers.keys():
        for name in data.keys() - readers.keys():
            raise ValueError(f"the table {table.name} has no column {name!r}")
        missing = ", ".join(sorted(readers.keys() - data.keys()))
        raise ValueError(f"the table {table.name} needs a value for {missing}")
    row = {}
    for name, read in readers.items():
        try:
            row[name] = read(data[name])
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{table.name}.{name} {error}") from None
    return row


@cache
def _readers(table: Table) -> dict[str, Reader]:
    return {column.name: _reader(column) for column in table.columns}


def _reader(column: Column[Any]) -> Reader:
    read = _MEANINGS.get(column.name) or _reader_of(column.type)
    return partial(_read_nullable, read) if column.nullable else read


def _reader_of(kind: Any) -> Reader:
    simple: dict[type[Any], Reader] = {
        Instant: _moment, Money: _amount, Date: _date, Boolean: _boolean, JSON: _json,
        BigInteger: partial(_whole, 64), Integer: partial(_whole, 32),
        String: partial(_text, getattr(kind, "length", None)),
    }  # fmt: skip
    return next(read for known, read in simple.items() if isinstance(kind, known))


def _read_nullable(read: Reader, value: Any) -> Any:
    return None if value is None else read(value)


def _text(most: int | None, value: Any) -> str:
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise ValueError("must be a text")
    if most is not None and len(value) > most:
        raise ValueError(f"must have at most {most} characters")
    return value


def _whole(bits: int, value: Any) -> int:
    if type(value) is not int or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueError(f"must be a whole number of {bits} bits")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - told like all the others
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        # A time without an offset would be taken for one of this machine's zone.
        return _aware(moment).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("must be a moment such as 2026-12-01T09:30:00+00:00") from None


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("must be a date such as 2026-12-01") from None


def _amount(value: Any) -> Decimal:
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise ValueError('must be an amount such as "45.00"')
    return Decimal(value)


def _json(value: Any) -> Any:
    if value is None:
        raise ValueError("must not be null")
    return value


def _zone(value: Any) -> str:
    if value not in known_zones():
        raise ValueError("must be a time zone such as Europe/Berlin")
    return str(value)


def _status(value: Any) -> str:
    if value not in STATUSES:
        raise ValueError(f"must be one of {', '.join(sorted(STATUSES))}")
    return str(value)


# What would break the reading of everything else, by the column's name.
_MEANINGS: dict[str, Reader] = {"timezone": _zone, "status": _status}
