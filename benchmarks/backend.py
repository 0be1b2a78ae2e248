"""The embedded backend: what lists and reports cost with a million appointments against a thousand.

Every question is asked of both, the same way and in the same run; the figure that counts is the
ratio. On SQLite, and on the PostgreSQL server that TEST_DATABASE_URL names.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from benchmarks.timing import medians_ms
from tests.databases import Databases, SqliteFiles, postgresql_server
from widget_server.backend import migrate
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.auth import create_client
from widget_server.backend.seed.large import LARGE, Size, seed_large
from widget_server.clock import FixedClock
from widget_server.database import open_database

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
# As many employees in both, so that nothing but the years behind them is more.
SMALL = Size(employees=LARGE.employees, customers=1_000, appointments=1_000)
PAGES = (1, 10, 50, 100)
Figures = dict[str, Any]


@dataclass(frozen=True)
class House:
    """A business in a database, and the way into it."""

    app: Flask
    token: str

    def get(self, path: str) -> Any:
        """Return what the API answers."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.app.test_client().get(f"/api/v2{path}", headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data() if answer.mimetype == "text/csv" else answer.get_json()

    def total(self, query: str) -> int:
        """Return how many appointments a query finds."""
        total: int = self.get(f"/appointments?limit=1&{query}")["pagination"]["total"]
        return total

    def days_with(self, wanted: int) -> str:
        """Return the dates up to yesterday that hold about so many appointments."""
        last = NOW.date() - timedelta(days=1)
        first, days = last, 1
        while self.total(_dates(first, last)) < wanted and days < 400:
            days *= 2
            first = last - timedelta(days=days)
        while self.total(_dates(first, last)) > wanted and first < last:
            first += timedelta(days=max(1, (last - first).days // 20))
        return _dates(first, last)

    def month_with(self, wanted: int) -> str:
        """Return a month, of everybody or of one employee, with about so many appointments."""
        last = NOW.date() - timedelta(days=1)
        month = _dates(last - timedelta(days=30), last)
        return min(
            (month, f"{month}&employee=1"), key=lambda query: abs(self.total(query) - wanted)
        )


def _dates(first: date, last: date) -> str:
    return f"date_from={first}&date_to={last}"


@contextmanager
def house(databases: Databases, size: Size) -> Iterator[House]:
    """Make a business of a size, and take it away again."""
    url = databases.new()
    database = open_database(url)
    migrate(database)
    seed_large(database, NOW, size)
    try:
        yield open_house(url)
    finally:
        database.close()
        databases.drop(url)


def open_house(url: str) -> House:
    """Open a business that is there already."""
    database, clock = open_database(url), FixedClock(NOW)
    client_id, secret = create_client(database, "benchmark", ["*"], "benchmark", clock=clock)
    app = create_backend_app(BackendConfig(calls_per_minute=None), database, clock)
    form = {"client_id": client_id, "client_secret": secret}
    token = app.test_client().post("/api/v2/token", data=form).get_json()["access_token"]
    return House(app, token)


def questions(here: House) -> dict[str, str]:
    """Return what is asked, by name; the same in a small house and in a large one."""
    recent = (NOW - timedelta(hours=1)).isoformat().replace("+", "%2B")
    some = here.days_with(700)
    asked = {f"appointments, page {page}": f"/appointments?limit=10&page={page}" for page in PAGES}
    asked |= {f"customers, page {page}": f"/customers?limit=10&page={page}" for page in PAGES}
    asked |= {
        f"{name}, page 1": f"/{name}" for name in ("employees", "services", "coupons", "locations")
    }
    filters = {
        "status": "status=approved",
        "rare status": "status=no-show",
        "two statuses": "status=canceled,no-show",
        "employee": "employee=1",
        "service": "service=1",
        "location": "location=1",
        "customer": "customer=1",
        "employee and status": "employee=1&status=canceled",
        "dates": some,
        "open end": "date_from=2000-01-01",
        "changed lately": f"updated_since={recent}",
        "changed ever": "updated_since=2000-01-01T00:00:00Z",
        "by start": "sort_by=start_date_time",
        "by start, employee": "sort_by=start_date_time&employee=1",
        "by change": "sort_by=updated_at&sort_order=asc",
    }
    asked |= {f"appointments, {name}": f"/appointments?{query}" for name, query in filters.items()}
    words = {"word": "search=keller", "two words": "search=mia+keller", "address": "search=7@exam",
             "e-mail": "email=mia.keller.7@example.org", "nobody": "search=xyzxyz"}  # fmt: skip
    asked |= {f"customers, {name}": f"/customers?{query}" for name, query in words.items()}
    month = here.month_with(100)
    for report in ("appointments", "revenue", "utilisation", "cancellations", "no-shows"):
        asked[f"report {report}"] = f"/reports/{report}?{month}"
        asked[f"report {report} by service"] = f"/reports/{report}?{month}&group_by=service"
    return asked


def first_after_a_write(here: House) -> Any:
    """Let something change, then ask for a list: the totals known are not true any more."""
    headers = {"Authorization": f"Bearer {here.token}"}
    change = {"name": "Main street"}
    client = here.app.test_client()
    assert client.patch("/api/v2/locations/1", json=change, headers=headers).status_code == 200
    return here.get("/appointments")


def compare(small: House, large: House) -> Figures:
    """Return the milliseconds of every question in both, and the ratio."""
    figures = {}
    asked_small, asked_large = questions(small), questions(large)
    pairs = {
        name: (partial(small.get, asked_small[name]), partial(large.get, asked_large[name]))
        for name in asked_small
    }
    again = (partial(first_after_a_write, small), partial(first_after_a_write, large))
    for name, (in_small, in_large) in {**pairs, "first list after a write": again}.items():
        times = medians_ms({"small": in_small, "large": in_large}, budget_seconds=0.6)
        figures[name] = {
            "small_ms": times["small"],
            "large_ms": times["large"],
            "ratio": round(times["large"] / times["small"], 2),
        }
    return figures


def measure() -> Figures:
    """Return the figures on both databases."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, databases in _databases(Path(folder)).items():
            with house(databases, SMALL) as small, house(databases, LARGE) as large:
                found[name] = compare(small, large)
    return found


def _databases(folder: Path) -> dict[str, Databases]:
    found: dict[str, Databases] = {"sqlite": SqliteFiles(folder)}
    try:
        found["postgresql"] = postgresql_server()
    except pytest.skip.Exception as without:
        print(f"{without} Left out.", file=sys.stderr)
    return found


def table(figures: Figures) -> str:
    """Return the figures as a table."""
    lines = []
    for database, rows in figures.items():
        lines.append(f"{database:42} 1,000    1,000,000   ratio   (ms)")
        lines += [
            f"  {name:38} {row['small_ms']:7.2f} {row['large_ms']:11.2f} {row['ratio']:7.2f}"
            for name, row in rows.items()
        ]
    return "\n".join(lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backend", description=__doc__)
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.add_argument("--urls", nargs=2, help="a small and a large business that are there")
    asked = parser.parse_args()
    if asked.urls:
        small, large = map(open_house, asked.urls)
        figures = {"these": compare(small, large)}
    else:
        figures = measure()
    print(json.dumps(figures) if asked.json else table(figures))


if __name__ == "__main__":
    main()
