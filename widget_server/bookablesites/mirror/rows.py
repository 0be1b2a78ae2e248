"""What is kept of an appointment: when, whose, in which state; nothing of who has booked it."""

import json
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any, NamedTuple

from widget_server.bookablesites import mapping

Record = dict[str, Any]
# Kept in columns of their own, or once instead of for each employee.
APART = ("id", "start", "end", "employee")


class Row(NamedTuple):
    """An appointment: its id, its times in seconds since 1970, the rest as JSON."""

    id: int
    starts: int
    ends: int
    busy: str


def row_of(read: Record) -> Row:
    """Return what is kept of an appointment, as `Appointments.read` returns it."""
    rows = mapping.appointment(read)
    rest: Record = {name: value for name, value in rows[0].items() if name not in APART}
    rest["employees"] = [row["employee"] for row in rows]
    starts, ends = floor(read["start"].timestamp()), ceil(read["end"].timestamp())
    return Row(read["id"], starts, ends, json.dumps(rest, separators=(",", ":")))


def busy_times(row: Row) -> list[Record]:
    """Return an appointment as busy times, as `mapping.appointment` does."""
    rest = json.loads(row.busy)
    employees = rest.pop("employees")
    times = {"id": row.id, "start": _text(row.starts), "end": _text(row.ends)}
    return [{**rest, **times, "employee": one} for one in employees]


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
