"""The engine: family W cold and warm, and what grows with what.

Cold: appointments come as texts, nothing is kept; timed until the starts, who can take each and the
places left are known. Warm: working time and busy sets are kept, as the caching layer keeps them.
Rendering, that is making objects and text of it, is timed apart.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import yardstick
from benchmarks.timing import median_ms, medians_ms
from benchmarks.workloads import (
    CELL,
    FAMILY,
    FIRST_DAY,
    HOST_ZONE,
    NOW,
    VISITOR_ZONE,
    BusyText,
    Workload,
)
from widget_server.availability import (
    Appointment,
    Business,
    BusyTimes,
    FoundSlots,
    SlotQuery,
    find_slots,
)
from widget_server.shapes import business_from_json, slot_to_json

SERVICE = 1
LENGTH = 30
Figures = dict[str, Any]


def business(hosts: int) -> Business:
    """Return a business whose hosts all give one service of half an hour."""
    hours = [
        {"weekday": day, "periods": [{"start": "09:00", "end": "17:00"}]} for day in range(1, 6)
    ]
    return business_from_json(
        {
            "settings": {"timezone": HOST_ZONE, "slot_step_minutes": CELL,
                         "booking_window_days": 800},
            "locations": [],
            "services": [{"id": SERVICE, "name": "Talk", "duration_minutes": LENGTH}],
            "employees": [
                {"id": host, "first_name": "Host", "last_name": str(host),
                 "services": [{"id": SERVICE}], "working_hours": hours}
                for host in range(1, hosts + 1)
            ],
        }
    )  # fmt: skip


def parsed(hosts: Sequence[BusyText]) -> list[Appointment]:
    """Return the hosts' appointments, read from their texts."""
    read = datetime.fromisoformat
    return [
        Appointment(None, read(start), read(end), host)
        for host, busy in enumerate(hosts, 1)
        for start, end in busy
    ]


def query(window: tuple[datetime, datetime]) -> SlotQuery:
    """Return the visitor's question."""
    return SlotQuery(services=(SERVICE,), window=window, timezone=VISITOR_ZONE)


def measure_workload(workload: Workload) -> Figures:
    """Measure one member of the family; raise AssertionError when its starts are wrong."""
    texts = workload.busy()
    asked, kept_business = query(workload.window), business(workload.hosts)
    kept_busy = BusyTimes.of(kept_business, parsed(texts))

    def cold() -> FoundSlots:
        fresh = replace(kept_business)  # as good as new: nothing is kept with it yet
        return find_slots(asked, fresh, BusyTimes.of(fresh, parsed(texts)), NOW)

    def warm() -> FoundSlots:
        return find_slots(asked, kept_business, kept_busy, NOW)

    def render(found: FoundSlots) -> str:
        days = found.days(VISITOR_ZONE)
        return json.dumps([[str(day), [slot_to_json(one) for one in slots]] for day, slots in days])

    found = warm()
    starts = [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in found.starts()]
    sha256 = hashlib.sha256("\n".join(starts).encode()).hexdigest()
    assert sha256 == workload.sha256, f"{workload.name}: wrong starts"
    assert cold().starts() == found.starts()
    bare = [minute for day in yardstick.sweep(workload, texts).values() for minute in day]
    assert bare == found.minutes()
    compared = {
        "cold_ms": cold,
        "warm_ms": warm,
        "render_ms": lambda: render(found),
        "yardstick_ms": lambda: yardstick.sweep(workload, texts),
    }
    return medians_ms(compared, budget_seconds=4) | {"slots": len(starts), "sha256": sha256}


def measure_growth() -> Figures:
    """Measure what a warm question costs as the files, the staff and the window grow."""
    return {
        "appointments_on_file": {
            str(number): _warm_ms(employees=5, days=30, appointments=number)
            for number in (10**2, 10**3, 10**4, 10**5, 10**6)
        },
        "employees": {
            str(number): _warm_ms(employees=number, days=30, appointments=20 * number)
            for number in (1, 5, 20, 100, 500)
        },
        "days": {
            str(number): _warm_ms(employees=5, days=number, appointments=1000)
            for number in (1, 7, 31, 92, 365)
        },
    }


def _warm_ms(*, employees: int, days: int, appointments: int) -> float:
    """Time a question about the first days; what is on file reaches back for years."""
    window = (
        datetime.combine(FIRST_DAY, datetime.min.time(), tzinfo=UTC),
        datetime.combine(FIRST_DAY + timedelta(days=days), datetime.min.time(), tzinfo=UTC),
    )
    kept = business(employees)
    busy = BusyTimes.of(kept, _on_file(employees, appointments))
    asked = query(window)
    return median_ms(lambda: find_slots(asked, kept, busy, NOW), budget_seconds=0.4)


def _on_file(employees: int, number: int) -> list[Appointment]:
    """Return a hundred appointments in the first month, and the others before it, back to back."""
    begin = datetime.combine(FIRST_DAY, datetime.min.time(), tzinfo=UTC)
    recent = min(number, 100)
    half = timedelta(minutes=30)
    starts = [begin + timedelta(hours=7 * k) for k in range(recent)]
    starts += [begin - half * (k // employees + 1) for k in range(number - recent)]
    return [
        Appointment(
            id=None, service=None, employee=k % employees + 1, start=start, end=start + half
        )
        for k, start in enumerate(starts)
    ]


def measure() -> Figures:
    """Return all figures of the engine."""
    return {
        "W": {workload.name: measure_workload(workload) for workload in FAMILY},
        "growth": measure_growth(),
    }


def table(figures: Figures) -> str:
    """Return the figures as a table, in yardsticks of the same run."""
    lines = ["      slots  yardstick     cold     warm   render   (ms; in yardsticks)"]
    for name, row in figures["W"].items():
        unit = row["yardstick_ms"]
        cells = [
            f"{row[key]:8.2f} ({row[key] / unit:4.2f})"
            for key in ("cold_ms", "warm_ms", "render_ms")
        ]
        lines.append(f"{name:4} {row['slots']:6} {unit:9.2f}   " + " ".join(cells))
    for name, row in figures["growth"].items():
        cost = "  ".join(f"{size}: {value:.2f}" for size, value in row.items())
        lines.append(f"warm ms by {name.replace('_', ' ')}: {cost}")
    return "\n".join(lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    figures = measure() if parser.parse_args().json else None
    print(json.dumps(figures) if figures else table(measure()))


if __name__ == "__main__":
    main()
