"""Reading JSON: a value with the path that leads to it, so that every complaint names its field."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from widget_server.shapes.errors import ShapeError

T = TypeVar("T")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
# A year of minutes: no visit, buffer or step is longer.
MOST_MINUTES = 366 * 1440
_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value and where it stands."""

    value: Any
    path: str = ""

    def error(self, message: str) -> ShapeError:
        """Return the error that blames this value."""
        return ShapeError(self.path or "document", message)

    def __getitem__(self, key: str) -> "Node":
        """Return a member; one that is left out is null."""
        if not isinstance(self.value, dict):
            raise self.error("must be an object")
        return Node(self.value.get(key), f"{self.path}.{key}" if self.path else key)

    def __iter__(self) -> Iterator["Node"]:
        """Yield the entries of a list; null is an empty one."""
        if self.value is None:
            return
        if not isinstance(self.value, list | tuple):
            raise self.error("must be a list")
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{index}]")

    def optional(self, read: Callable[["Node"], T]) -> T | None:
        """Read a value that may be null."""
        return None if self.value is None else read(self)

    def default(self, read: Callable[["Node"], T], default: T) -> T:
        """Read a value that has a default."""
        return default if self.value is None else read(self)

    def tuple(self, read: Callable[["Node"], T]) -> tuple[T, ...]:
        """Read a list."""
        return tuple(read(node) for node in self)


def text(node: Node) -> str:
    """Read a string."""
    if not isinstance(node.value, str):
        raise node.error("must be a string")
    return node.value


def flag(node: Node) -> bool:
    """Read true or false."""
    if not isinstance(node.value, bool):
        raise node.error("must be true or false")
    return node.value


def whole(node: Node, least: int = -_MOST, most: int = _MOST) -> int:
    """Read a whole number within bounds."""
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        raise node.error("is missing" if node.value is None else "must be a whole number")
    if not least <= node.value <= most:
        raise node.error(f"must be {'at least' if node.value < least else 'at most'} "
                         f"{least if node.value < least else most}")  # fmt: skip
    return node.value


def identifier(node: Node) -> int:
    """Read an id."""
    return whole(node, -(2**63), 2**63)


def count(node: Node) -> int:
    """Read a whole number of at least 0."""
    return whole(node, 0)


def positive(node: Node) -> int:
    """Read a whole number of at least 1."""
    return whole(node, 1)


def minutes(node: Node) -> int:
    """Read a duration that may be 0."""
    return whole(node, 0, MOST_MINUTES)


def duration(node: Node) -> int:
    """Read a duration of at least a minute."""
    return whole(node, 1, MOST_MINUTES)


def clock_time(node: Node) -> int:
    """Read HH:MM as minutes of the day; 24:00 is 1440."""
    match = _CLOCK.fullmatch(text(node))
    if not match:
        raise node.error("must be a time of day, HH:MM")
    return int(match[1]) * 60 + int(match[2]) if match[1] else 1440


def calendar_date(node: Node) -> date:
    """Read YYYY-MM-DD."""
    if not _DATE.fullmatch(text(node)):
        raise node.error("must be a date, YYYY-MM-DD")
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        raise node.error("is no date of the calendar") from None


def moment(node: Node) -> datetime:
    """Read a date-time with an offset from UTC."""
    if node.value is None:
        raise node.error("is missing")
    if not _MOMENT.fullmatch(text(node)):
        raise node.error("must be a date-time such as 2026-12-01T09:00:00Z")
    try:
        found = datetime.fromisoformat(node.value.upper().replace(",", "."))
        if found.tzinfo is None:
            raise node.error("needs an offset from UTC, such as Z or +01:00")
        found.timestamp()
    except (ValueError, OverflowError):
        raise node.error("is no moment of the calendar") from None
    return found


def price(node: Node) -> Decimal:
    """Read an amount of money: a decimal string, or a number."""
    if isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
        raise node.error("must be an amount such as 5.00")
    try:
        amount = Decimal(str(node.value))
    except InvalidOperation:
        raise node.error("must be an amount such as 5.00") from None
    if not amount.is_finite() or amount < 0:
        raise node.error("must be an amount of at least 0")
    return amount
