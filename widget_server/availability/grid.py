"""The grid: which of the minutes at which a visit could start are offered (rule 6).

`opening` counts from the opening of each period; its grid is kept with the working time. `free` and
`clock` depend on what is taken, so that they are worked out here from the runs of possible starts.
"""

from itertools import pairwise

from widget_server.availability.intervals import grid, runs
from widget_server.availability.schedule import Frame
from widget_server.availability.zones import DAY, Zone

_CLOCK_STEPS = (60, 30, 20, 15, 10, 5)
# No local date of any zone is shorter, so that a run has to be this long to cover one.
_SHORTEST_DATE = DAY // 2


def grid_of_runs(possible: int, frame: Frame, zone: Zone, step: int, multiple: int) -> int:
    """Return the offered starts among the possible ones: bits of a frame.

    `multiple` is what beginnings are rounded up to on the clock; 1: they are not.
    """
    offered = 0
    for lo, hi in runs(possible):
        end = frame.base + hi
        begins = [frame.base + lo, *_restarts(frame.base + lo, end, zone)]
        for begin, stop in pairwise([*begins, end]):
            first = begin if multiple == 1 else round_up(begin, zone, multiple)
            if first < stop:
                offered |= grid(first - frame.base, step, stop - frame.base)
    return offered


def clock_multiple(step: int) -> int:
    """Return what beginnings are rounded up to on the clock; 1 where nothing divides the step."""
    return next((size for size in _CLOCK_STEPS if step % size == 0), 1)


def round_up(minute: int, zone: Zone, multiple: int) -> int:
    """Return the first minute from here on at which the wall clock shows a multiple."""
    rounded = minute + -zone.local(minute) % multiple
    if zone.local(rounded) % multiple == 0:
        return rounded
    # The clock is changed in between, by less than a multiple.
    while zone.local(minute) % multiple:
        minute += 1
    return minute


def _restarts(lo: int, hi: int, zone: Zone) -> list[int]:
    """Return the beginnings, within a run, of the local dates that the run covers as a whole."""
    if hi - lo < _SHORTEST_DATE:
        return []
    found = []
    for day in range(zone.date(lo), zone.date(hi - 1) + 1):
        spans = zone.spans(day, day)
        if spans and lo <= spans[0][0] and spans[-1][1] <= hi:
            found.append(zone.minute(day * DAY))
    return found
