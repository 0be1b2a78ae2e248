"""Rows on their way out: as JSON and as CSV, piece by piece."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
# A spreadsheet takes a text that starts like this for a formula, and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(head: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield an object with the fields of `head`, and the rows in `data`."""
    yield json.dumps(head)[:-1] + ', "data": ['
    separator = ""
    for row in rows:
        yield separator + json.dumps(row)
        separator = ", "
    yield "]}"


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a line of names, then a line for each row (RFC 4180)."""
    yield _line(columns)
    for row in rows:
        yield _line([_cell(row[name]) for name in columns])


def _line(cells: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
