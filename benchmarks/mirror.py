"""The copy of an account's appointments: a hundred thousand of them, page by page, over HTTP.

The account is the simulated platform in strict mode, which knows no dates; it runs in a process of
its own. What counts are the calls, and the memory that reading all of it takes here.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.command import Figures, command
from benchmarks.timing import median_ms
from tests.simulator.clients import account_of, client_of
from tests.simulator.generated import FIRST_ID
from tests.simulator.simulator import Simulator, simulated
from widget_server.backend import migrate
from widget_server.backend.auth import create_client
from widget_server.backend.seed import seed_demo
from widget_server.bookablesites.client import BookablesitesClient
from widget_server.clock import SystemClock
from widget_server.database import open_database, sqlite_url
from widget_server.remote import mirror_of

APPOINTMENTS, EMPLOYEES = 100_000, (1, 2, 3)
BERLIN = ZoneInfo("Europe/Berlin")
# An hour's worth is measured, not waited for.
SETTINGS: dict[str, Any] = {"EXTENSIONS": "off", "CALLS_PER_MINUTE": 1_000_000}
STATUS = Path("/proc/self/status")


@contextmanager
def platform(folder: Path) -> Iterator[Simulator]:
    """Run the simulated platform."""
    url, clock = sqlite_url(folder / "backend.sqlite"), SystemClock()
    database = open_database(url)
    migrate(database)
    credentials = create_client(database, "benchmark", ["*"], clock=clock)
    seed_demo(database, clock.now())
    database.close()
    with simulated(url, credentials) as running:
        running.strict()
        running.appointments(APPOINTMENTS, EMPLOYEES)
        yield running


def measure() -> Figures:
    """Measure the first load, a look, and what a change costs."""
    with tempfile.TemporaryDirectory() as folder, platform(Path(folder)) as running:
        client = mirrored(running, Path(folder))
        client.locations()
        first = observed(running, lambda: week(client, 0))
        found: Figures = {"first load": first, **{
            name: observed(running, lambda: week(client, 1)) for name in ("a look", "the next")
        }}  # fmt: skip
        for name, change in CHANGES.items():
            change(running, client)
            found[name] = observed(running, lambda: week(client, 2))
        found["milliseconds of a look here"] = median_ms(lambda: here(client))
        sizes = [path.stat().st_size for path in Path(folder).glob("appointments.sqlite*")]
        found["file MB"] = sum(sizes) / 1e6
        return found


def mirrored(running: Simulator, folder: Path) -> BookablesitesClient:
    """Return a client with a copy, as the server has it."""
    mirror = mirror_of(account_of(running, **SETTINGS), 1, folder, SystemClock())
    return client_of(running, **SETTINGS).mirrored(mirror)


def week(client: BookablesitesClient, number: int) -> int:
    """Ask for the busy times of a week; return how many there are."""
    start = SystemClock().now() + timedelta(weeks=number)
    return len(client.busy_times(start, start + timedelta(weeks=1), BERLIN))


def here(client: BookablesitesClient) -> int:
    """Read a week from the file alone."""
    start = SystemClock().now()
    mirror = client._mirror  # noqa: SLF001 - what the calls cost is another matter
    assert mirror
    return len(mirror.known(start, start + timedelta(weeks=1), None))


def observed(running: Simulator, ask: Callable[[], int]) -> Figures:
    """Return what a question costs."""
    before, began = len(running.calls("GET", "/appointments")), time.perf_counter()
    memory = resident_mb("VmRSS")
    with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:  # noqa: PTH123
        refs.write("5")  # the peak begins anew
    rows = ask()
    return {
        "rows": rows,
        "seconds": time.perf_counter() - began,
        "calls": len(running.calls("GET", "/appointments")) - before,
        "peak MB more": resident_mb("VmHWM") - memory,
    }


def resident_mb(which: str) -> float:
    """Return this process's memory: VmRSS at the moment, VmHWM at most so far."""
    [line] = [line for line in STATUS.read_text().splitlines() if line.startswith(which)]
    return int(line.split()[1]) / 1024


def _cancel(running: Simulator, client: BookablesitesClient) -> None:
    id_ = FIRST_ID + APPOINTMENTS // 2
    running.edit(changed={id_: {"status": "canceled"}})
    client.appointment_changed(id_)


def _more(running: Simulator, _client: BookablesitesClient) -> None:
    running.appointments(APPOINTMENTS + 1, EMPLOYEES)


def _insert(running: Simulator, _client: BookablesitesClient) -> None:
    running.edit(inserted={APPOINTMENTS // 3: FIRST_ID + 2 * APPOINTMENTS})


CHANGES: dict[str, Callable[[Simulator, BookablesitesClient], None]] = {
    "a changed row, told of": _cancel,
    "a new row in front": _more,
    "a new row in the middle": _insert,
}


def table(figures: Figures) -> str:
    """Return the figures as a table."""
    lines = [f"A copy of {APPOINTMENTS} appointments", ""]
    lines.append(f"  {'':26} calls  seconds  peak MB more")
    for name, cost in figures.items():
        if isinstance(cost, dict):
            numbers = f"{cost['calls']:5} {cost['seconds']:8.2f} {cost['peak MB more']:13.1f}"
            lines.append(f"  {name:26} {numbers}")
        else:
            lines.append(f"  {name:34} {cost:6.1f}")
    return "\n".join(lines)


if __name__ == "__main__":
    command("mirror", __doc__, measure, table)
