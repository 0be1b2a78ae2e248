"""An employee's schedule by its parts, so that another system can put each of them."""

from typing import Any

from flask.views import MethodView
from marshmallow import Schema

from widget_server.backend.context import backend
from widget_server.backend.resources.blueprint import ID, Data, ResourceBlueprint
from widget_server.backend.resources.people import EMPLOYEES
from widget_server.backend.schemas import schedules

PARTS: dict[str, type[Schema]] = {
    "working_hours": schedules.WorkingHoursPart,
    "special_days": schedules.SpecialDaysPart,
    "days_off": schedules.DaysOffPart,
}


def add_schedule_routes(blueprint: ResourceBlueprint) -> None:
    """Serve each part of a schedule under its employee."""
    for part, schema in PARTS.items():
        path = part.replace("_", "-")
        blueprint.at(f"/employees/{ID}/{path}", endpoint=part)(_part(blueprint, part, schema))


def _part(blueprint: ResourceBlueprint, part: str, schema: type[Schema]) -> type[MethodView]:
    what = part.replace("_", " ")

    class Part(MethodView):
        @blueprint.answers(200, schema, summary=f"Get the {what} of an employee")
        def get(self, id_: int) -> Any:
            with backend().reading() as session:
                return {part: getattr(EMPLOYEES.get(session, id_), part)}

        @blueprint.takes(schema)
        @blueprint.answers(
            200,
            schema,
            summary=f"Replace the {what} of an employee; tell which appointments are stranded",
        )
        def put(self, data: Data, id_: int) -> Any:
            with backend().writing() as work:
                employee = EMPLOYEES.get_to_change(work, id_, data)
                record = EMPLOYEES.store(work, employee, data, "updated")
                return {part: record[part], "stranded_appointments": work.stranded}

    return Part
