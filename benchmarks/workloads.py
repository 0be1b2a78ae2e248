"""Family W: the months and years of calendars that the engine is measured on.

Hosts in Berlin with weekly hours and a given number of appointments each, spread over the working
days in a fixed way; who asks is in New York. The sorted starts have a known hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

HOST_ZONE, VISITOR_ZONE = "Europe/Berlin", "America/New_York"
FIRST_DAY = date(2030, 3, 4)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
OPENS, CLOSES = 9 * 60, 17 * 60
CELL = 15
CELLS_OF_DAY = (CLOSES - OPENS) // CELL
BusyText = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Workload:
    """One member of the family; `sha256` is that of its sorted starts."""

    name: str
    hosts: int
    days: int
    appointments: int
    window: tuple[datetime, datetime]
    sha256: str

    @property
    def working_days(self) -> list[date]:
        """Return the days from Monday to Friday."""
        days = (FIRST_DAY + timedelta(days=number) for number in range(self.days))
        return [day for day in days if day.isoweekday() <= 5]

    def busy(self) -> list[BusyText]:
        """Return each host's appointments as pairs of ISO 8601 texts in UTC."""
        return [list(self._of_host(host)) for host in range(self.hosts)]

    def _of_host(self, host: int) -> Iterator[tuple[str, str]]:
        days = self.working_days
        for day in days:
            yield _text(day, 12 * 60), _text(day, 13 * 60)
        others, cells = self.appointments - len(days), CELLS_OF_DAY * len(days)
        for number in range(others):
            cell = (number * cells // others + 3 * host) % cells
            day, minute = days[cell // CELLS_OF_DAY], OPENS + CELL * (cell % CELLS_OF_DAY)
            yield _text(day, minute), _text(day, minute + 30)


def _text(day: date, minute: int) -> str:
    wall = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(HOST_ZONE)).replace(
        hour=minute // 60, minute=minute % 60
    )
    return wall.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_BEGIN = datetime(2030, 3, 4, 5, tzinfo=UTC)
_MONTH = (_BEGIN, datetime(2030, 4, 3, 4, tzinfo=UTC))
_YEAR = (_BEGIN, datetime(2031, 3, 4, 5, tzinfo=UTC))
_OF_A = "faabb8420c7728737edc3516158adf1a4d6050faf95a1360f7f56a1ee067fc20"
_OF_D = "96c27a1d3ad515aa6e297f415c9f31d070497169f84897f9a2b412da5c562f9e"
_SHARED = "5db51e1d90b7333216b27bffa9944ac7f5a2eca19a6df809fd0a226437004bcb"

FAMILY = (
    Workload("A", 1, 30, 100, _MONTH, _OF_A),
    Workload("B", 10, 30, 100, _MONTH, _SHARED),
    Workload("C", 50, 30, 100, _MONTH, _SHARED),
    Workload("D", 10, 365, 1000, _YEAR, _OF_D),
)  # fmt: skip
