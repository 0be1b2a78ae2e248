"""The pictures of docs/availability.md, drawn from scenarios so that they cannot be wrong.

A block that opens with three backticks and `text R10a-opening` shows that scenario;
`python -m tests.availability.timelines` draws all of them anew, and a test sees that they are.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from widget_server.availability import Employee, FoundSlots
from widget_server.availability.busy import blocks
from widget_server.availability.schedule import working_time
from widget_server.availability.zones import DAY, Zone, date_of, zone
from widget_server.shapes import Scenario, scenario_from_json

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "availability.md"
BLOCK = re.compile(r"^```text (\S+)\n.*?^```$", re.MULTILINE | re.DOTALL)
WIDEST = 64
UNITS = (5, 10, 15, 20, 30, 60, 120)
LABEL = 10


class Bar(NamedTuple):
    """Minutes of a row that are filled with a sign; `edge` is that of the first of them."""

    start: int
    end: int
    sign: str
    edge: str


class Row(NamedTuple):
    """A line of a picture."""

    label: str
    bars: list[Bar]

    def within(self, spans: list[tuple[int, int]]) -> "Row":
        """Return the row cut to a date; what began before has no edge there."""
        cut = [
            Bar(max(bar.start, lo), min(bar.end, hi), bar.sign,
                bar.edge if bar.start >= lo else bar.sign)
            for bar in self.bars
            for lo, hi in spans
            if bar.start < hi and lo < bar.end
        ]  # fmt: skip
        return Row(self.label, cut)


def redrawn(page: str) -> str:
    """Return the page with every picture drawn anew."""
    return BLOCK.sub(lambda match: f"```text {match[1]}\n{picture(match[1])}\n```", page)


def picture(name: str) -> str:
    """Return the picture of a scenario: each date that has something to show, on its own axis."""
    path = ROOT / "tests" / "scenarios" / f"{name}.json"
    case = scenario_from_json(json.loads(path.read_text(encoding="utf-8")))
    local = zone(case.query.timezone or case.business.rules.timezone)
    lines: list[str] = []
    for day in days_to_show(case, local):
        lines += [str(date_of(day)), *of_date(case, case.found(), local, day)]
    return "\n".join(lines)


def days_to_show(case: Scenario, local: Zone) -> range:
    """Return the dates of the window."""
    first, last = (
        edge.toordinal() - date_of(0).toordinal() for edge in case.query.window
    )  # a date-time is its date in UTC: near enough for the cases shown
    return range(first, last + 1)


def of_date(case: Scenario, found: FoundSlots, local: Zone, day: int) -> Iterator[str]:
    """Yield the lines of one date: its hours on the clock, its rows, the starts."""
    spans = local.spans(day, day)
    starts = [minute for minute in found.minutes() if local.date(minute) == day]
    rows = [row for row in rows_of(case, day) if row.within(spans).bars]
    rows = [row.within(spans) for row in (*rows, Row("offered", list(map(at, starts))))]
    bars = [bar for row in rows for bar in row.bars]
    if not bars:
        yield "no hours"
        return
    base = min(bar.start for bar in bars) // 60 * 60
    end = -(-max(bar.end for bar in bars) // 60) * 60
    unit = next(size for size in UNITS if (end - base) // size <= WIDEST or size == UNITS[-1])
    yield " " * LABEL + clock(local, base, end, unit)
    for row in rows:
        yield f"{row.label:<{LABEL}}{drawn(row.bars, base, unit)}".rstrip()
    times = ["{:02}:{:02}".format(*divmod(local.local(start) % DAY, 60)) for start in starts]
    yield " " * LABEL + (" ".join(times) or "none")


def at(start: int) -> Bar:
    """Return the bar of an offered start."""
    return Bar(start, start + 1, "^", "^")


def rows_of(case: Scenario, day: int) -> Iterator[Row]:
    """Yield the hours of each employee, and what is taken of them, around a date."""
    alone = len(case.business.employees) == 1
    for employee in case.business.employees:
        name = "" if alone else f" {employee.id}"
        yield Row(f"hours{name}", list(hours_of(case, employee, day)))
        yield Row(f"taken{name}", list(taken_of(case, employee)))


def hours_of(case: Scenario, employee: Employee, day: int) -> Iterator[Bar]:
    """Yield the periods that may reach into a date."""
    working = working_time(case.business, employee)
    for near in (day - 1, day, day + 1):
        for opening in working.openings(near):
            yield Bar(opening.start, opening.end, "=", "[")


def taken_of(case: Scenario, employee: Employee) -> Iterator[Bar]:
    """Yield the appointments: # what blocks, . its buffers, - what does not block."""
    for taken in case.busy().employee(employee.id).everything():
        if blocks(taken.appointment):
            yield Bar(taken.lo, taken.hi, ".", ".")
            yield Bar(taken.start, taken.end, "#", "#")
        else:
            yield Bar(taken.start, taken.end, "-", "-")


def clock(local: Zone, base: int, end: int, unit: int) -> str:
    """Return the axis: the hour on the wall where each begins."""
    every = next(hours for hours in (1, 2, 3, 6) if 60 * hours // unit >= 3)
    line = ""
    for minute in range(base, end + 1, unit):
        wall = local.local(minute) % DAY
        if wall % (60 * every) < unit and len(line) * unit <= minute - base:
            line = f"{line:<{(minute - base) // unit}}{wall // 60:02}"
    return line


def drawn(bars: Iterable[Bar], base: int, unit: int) -> str:
    """Return bars as signs, one for each `unit` minutes."""
    signs: dict[int, str] = {}
    for bar in bars:
        first, end = (bar.start - base) // unit, -(-(bar.end - base) // unit)
        signs |= dict.fromkeys(range(first, end), bar.sign)
        signs[first] = bar.edge
    return "".join(signs.get(place, " ") for place in range(max(signs, default=-1) + 1))


if __name__ == "__main__":
    PAGE.write_text(redrawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
