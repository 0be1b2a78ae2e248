"""The JSON shapes of services, schedules and appointments, to and from engine values.

One shape for scenario files, SCHEDULES_FILE and the embedded backend. What is left out or null
takes its default; keys that nobody here knows are left alone. Raises ShapeError, which names the
field by its path.
"""

from widget_server.shapes.appointments import appointment_to_json, appointments_from_json
from widget_server.shapes.business import business_from_json, business_to_json
from widget_server.shapes.errors import ShapeError
from widget_server.shapes.query import query_from_json, query_to_json, slot_to_json
from widget_server.shapes.scenario import Scenario, scenario_from_json, slots_by_day
from widget_server.shapes.schedules import (
    days_off_from_json,
    days_off_to_json,
    special_days_from_json,
    special_days_to_json,
    working_hours_from_json,
    working_hours_to_json,
)
from widget_server.shapes.schedules_file import Schedules, schedules_from_json

__all__ = [
    "Scenario",
    "Schedules",
    "ShapeError",
    "appointment_to_json",
    "appointments_from_json",
    "business_from_json",
    "business_to_json",
    "days_off_from_json",
    "days_off_to_json",
    "query_from_json",
    "query_to_json",
    "scenario_from_json",
    "schedules_from_json",
    "slot_to_json",
    "slots_by_day",
    "special_days_from_json",
    "special_days_to_json",
    "working_hours_from_json",
    "working_hours_to_json",
]
