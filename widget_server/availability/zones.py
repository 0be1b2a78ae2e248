"""Wall clocks and instants, in whole minutes.

The engine counts instants in minutes since 1970-01-01T00:00Z ("minutes") and wall-clock times in
minutes since 1970-01-01T00:00 on the wall ("walls"); a local date is a wall divided by 1440. A zone
is then a short list of offsets with the minute from which each holds, and every question about
clock changes is a search in it: gaps, folds, changes at midnight, dates that are skipped.

Offsets of the days before standard time have seconds; they are counted up to the next whole minute.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = 1440
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# No two changes of any zone's offset lie closer than this (the closest known are four days apart).
_SAMPLE = 3 * DAY
_FIRST_YEAR, _LAST_YEAR = 2, 9998
_FOREVER = 1 << 40


class UnknownZone(ValueError):
    """No time zone of that name."""


def minute_of(moment: datetime) -> int:
    """Return the minute an aware moment lies in."""
    since = moment - EPOCH
    return since.days * DAY + since.seconds // 60


def minute_from(moment: datetime) -> int:
    """Return the first whole minute at or after an aware moment."""
    since = moment - EPOCH
    seconds = since.seconds
    if since.microseconds and not seconds % 60:
        seconds += 1
    return since.days * DAY - (-seconds // 60)


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one without a zone as it is, to be refused.

    Before moments are added to or compared: where the clock is changed, Python's sums in another
    zone lose an hour, and to it a time that is skipped or repeated equals no other.
    """
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


def moment_of(minute: int) -> datetime:
    """Return the aware UTC moment at which a minute begins."""
    return EPOCH + timedelta(minutes=minute)


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to a date."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> date:
    """Return the date that lies so many days after 1970-01-01; clamped to what `date` can hold."""
    return date.fromordinal(min(max(day + _EPOCH_ORDINAL, 1), date.max.toordinal()))


@dataclass(frozen=True, slots=True)
class _Table:
    """The offsets of a range of years.

    `offsets[i]` holds from minute `begins[i]` until `begins[i + 1]`; `wall_ends[i]` is the wall
    time at which it ends. What lies from `lo` to `hi` needs no other year.
    """

    years: range
    lo: int
    hi: int
    begins: tuple[int, ...]
    offsets: tuple[int, ...]
    wall_ends: tuple[int, ...]


class Zone:
    """A time zone in minutes; learns the years it is asked about."""

    __slots__ = ("_info", "_table")

    def __init__(self, info: ZoneInfo) -> None:
        self._info = info
        self._table = _Table(range(0), 0, -1, (), (), ())

    def local(self, minute: int) -> int:
        """Return the wall time at a minute."""
        table = self._covering(minute, minute)
        return minute + table.offsets[bisect_right(table.begins, minute) - 1]

    def date(self, minute: int) -> int:
        """Return the local date at a minute, as a day number."""
        return self.local(minute) // DAY

    def minute(self, wall: int) -> int:
        """Return the minute of a wall time.

        A time that occurs twice is its first occurrence; one that does not exist moves forward by
        the gap: in both cases the offset before the change decides.
        """
        table = self._covering(wall, wall)
        at = bisect_right(table.wall_ends, wall)
        minute = wall - table.offsets[at]
        if minute < table.begins[at]:
            minute = wall - table.offsets[at - 1]
        return minute

    def spans(self, first: int, last: int) -> list[tuple[int, int]]:
        """Return the half-open ranges of minutes whose local date is one of `first` .. `last`.

        Mostly one range; none for a skipped date, two where a date comes back at a clock change.
        """
        if last < first:
            return []
        lo, hi = first * DAY, (last + 1) * DAY
        table = self._covering(lo, hi)
        found: list[tuple[int, int]] = []
        ends = (*table.begins[1:], _FOREVER)
        for begin, end, offset in zip(table.begins, ends, table.offsets, strict=True):
            a, b = max(begin, lo - offset), min(end, hi - offset)
            if a >= b:
                continue
            if found and found[-1][1] == a:
                a = found.pop()[0]
            found.append((a, b))
        return found

    def _covering(self, lo: int, hi: int) -> _Table:
        table = self._table
        if table.lo <= lo and hi <= table.hi:
            return table
        # Two days of room: a wall time is at most one day away from its instant.
        first = _year(lo - 2 * DAY)
        last = _year(hi + 2 * DAY)
        if first in table.years and last in table.years:
            return table
        if table.years:
            first, last = min(first, table.years[0]), max(last, table.years[-1])
        self._table = _table(self._info, range(first, last + 1))
        return self._table


@lru_cache(maxsize=1024)
def zone(name: str) -> Zone:
    """Return the zone of an IANA name, old names included. Raises UnknownZone."""
    try:
        info = ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UnknownZone(name) from None
    return Zone(info)


def _year(minute: int) -> int:
    return min(max(date_of(minute // DAY).year, _FIRST_YEAR), _LAST_YEAR)


def _table(info: ZoneInfo, years: range) -> _Table:
    begins, offsets = [-_FOREVER], [_offset(info, _new_year(years[0]))]
    for year in years:
        for minute, offset in _changes(info, year):
            begins.append(minute)
            offsets.append(offset)
    wall_ends = [begin + offset for begin, offset in zip(begins[1:], offsets[:-1], strict=True)]
    room = (_new_year(years[0]) + 2 * DAY, _new_year(years[-1] + 1) - 2 * DAY - 1)
    return _Table(years, *room, tuple(begins), tuple(offsets), (*wall_ends, _FOREVER))


def _new_year(year: int) -> int:
    return day_number(date(year, 1, 1)) * DAY


@lru_cache(maxsize=4096)
def _changes(info: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Return (minute, new offset) of each clock change of a year, in order."""
    samples = [*range(_new_year(year), _new_year(year + 1), _SAMPLE), _new_year(year + 1)]
    return tuple(
        (minute := _change_between(info, lo, hi), _offset(info, minute))
        for lo, hi in pairwise(samples)
        if _offset(info, lo) != _offset(info, hi)
    )


def _change_between(info: ZoneInfo, lo: int, hi: int) -> int:
    before = _offset(info, lo)
    while hi - lo > 1:
        middle = (lo + hi) // 2
        lo, hi = (middle, hi) if _offset(info, middle) == before else (lo, middle)
    return hi


def _offset(info: ZoneInfo, minute: int) -> int:
    offset = moment_of(minute).astimezone(info).utcoffset() or timedelta()
    return -(-offset // timedelta(minutes=1))
