"""The demo business: believable, and always the same for the same moment."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from widget_server.backend import migrate
from widget_server.backend.models import Appointment
from widget_server.backend.seed import seed_demo
from widget_server.database import open_database, sqlite_url


def everything(api, path):
    first = api.get(f"/{path}?limit=100")
    pages = range(2, first["pagination"]["pages"] + 1)
    rest = [api.get(f"/{path}?limit=100&page={page}")["data"] for page in pages]
    return [row for data in [first["data"], *rest] for row in data]


def test_the_house(demo):
    services = everything(demo, "services")
    employees = everything(demo, "employees")
    locations = everything(demo, "locations")
    assert len([service for service in services if not service["private"]]) >= 7
    assert len({service["category"] for service in services}) >= 4
    assert len(employees) >= 6
    assert {"Europe/Berlin", "Europe/Lisbon"} == {location["timezone"] for location in locations}
    first = services[0]
    assert (first["id"], first["duration"], first["max_capacity"]) == (1, 30, 1)
    givers = [e for e in employees if 1 in {service["id"] for service in e["services"]}]
    weekdays = [{day["weekday"] for day in employee["working_hours"]} for employee in givers]
    assert len(givers) >= 3
    assert {1, 2, 3, 4, 5} <= set.union(*weekdays)
    assert [e["id"] for e in employees if not e["email"].endswith("example.org")] == []
    for part in ("special_days", "days_off"):
        assert len([employee for employee in employees if employee[part]]) >= 3


def test_the_rules_of_the_house(demo):
    settings = demo.get("/settings")
    rules = ("minimum_notice", "cancel_limit", "reschedule_limit", "booking_window_days")
    assert [settings[rule] for rule in rules] == [60, 60, 60, 365]
    assert (
        settings["default_status"],
        settings["phone_required"],
        settings["consent_text"],
    ) == ("approved", False, None)
    assert [row for row in everything(demo, "custom-fields") if row["required"]] == []


def test_the_month(demo):
    appointments = everything(demo, "appointments")
    now = demo.clock.now()
    starts = [datetime.fromisoformat(row["start_date_time"]) for row in appointments]
    made = [datetime.fromisoformat(row["created_at"]) for row in appointments]
    assert len(appointments) >= 200
    assert (
        min(starts) < now - timedelta(days=10),
        max(starts) > now + timedelta(days=10),
    ) == (True, True)
    assert max(made) < now
    assert made == sorted(made, reverse=True)
    assert len({moment.date() for moment in made}) >= 10
    statuses = Counter(row["status"] for row in appointments)
    assert statuses["approved"] > len(appointments) / 2
    assert {"approved", "pending", "canceled", "no-show"} <= set(statuses)
    single = [row for row in appointments if row["service"]["id"] == 1]
    assert "pending" not in {row["status"] for row in single}
    assert {"example.org"} == {
        booking["customer"]["email"].split("@")[1]
        for row in appointments
        for booking in row["bookings"]
    }


def test_nobody_is_booked_twice(demo):
    with demo.database.reading() as session:
        query = select(Appointment).order_by(Appointment.employee_id, Appointment.occupied_from)
        rows = list(session.scalars(query))
    assert [
        (a.id, b.id)
        for a, b in pairwise(rows)
        if a.employee_id == b.employee_id and b.occupied_from < a.occupied_to
    ] == []


@pytest.mark.parametrize("days", [0, 26, 90, 400])
def test_the_same_moment_makes_the_same_business(tmp_path, clock, days):
    def dump(name):
        database = open_database(sqlite_url(tmp_path / name))
        migrate(database)
        for _ in range(2):
            seed_demo(database, clock.now() + timedelta(days=days))
        database.close()
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            return list(connection.iterdump())

    assert dump("one.sqlite") == dump("two.sqlite")
