"""Build the Flask application that serves the booking system's API."""

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import Schema

from widget_server.backend import problems
from widget_server.backend.changes import OnChange, tell_nobody
from widget_server.backend.config import BackendConfig
from widget_server.backend.context import EXTENSION, Backend
from widget_server.backend.limits import CallLimits
from widget_server.backend.listing import Totals
from widget_server.backend.resources import (
    appointments,
    available_times,
    bookings,
    business,
    catalogue,
    people,
    reports,
    webhooks,
)
from widget_server.backend.resources.blueprint import LITTLE_BYTES, ResourceBlueprint
from widget_server.backend.resources.collection import Collection, collection_blueprint
from widget_server.backend.resources.schedules import add_schedule_routes
from widget_server.backend.resources.tokens import token_blueprint
from widget_server.backend.rules.occupancy import find_place
from widget_server.backend.work import Guard
from widget_server.clock import Clock
from widget_server.database import Database

__all__ = ["BackendConfig", "create_backend_app", "known_scopes"]

_COLLECTIONS: dict[str, Collection] = {
    "The people who book.": people.CUSTOMERS,
    "The people whose time is booked.": people.EMPLOYEES,
    "What customers book.": catalogue.SERVICES,
    "Where visits happen.": catalogue.LOCATIONS,
    "Codes that make bookings cheaper.": catalogue.COUPONS,
    "What the booking form asks.": catalogue.CUSTOM_FIELDS,
}


def create_backend_app(
    config: BackendConfig,
    database: Database,
    clock: Clock,
    on_change: OnChange = tell_nobody,
    *,
    guard: Guard = find_place,
) -> Flask:
    """Return the application; it serves whole paths (`/api/v2/…`, `/auth/token`).

    `database` is migrated already. `on_change` hears of each change after its commit, in the
    thread that made it. `guard` decides who gets an employee's time; it is an argument so that
    tests can show what happens without it.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(_flask_config(config))
    # A doubled slash names nothing; a redirect would be a page of HTML.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined] # the default provider has it
    limits = CallLimits(config.calls_per_minute)
    app.extensions[EXTENSION] = Backend(config, database, clock, on_change, guard, limits, Totals())
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    api = problems.ProblemApi(app, spec_kwargs={"marshmallow_plugin": plugin})
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for blueprint in _blueprints():
        api.register_blueprint(blueprint, url_prefix=config.api_path)
    api.register_blueprint(token_blueprint(config.api_path))
    problems.register(app)
    return app


def known_scopes() -> list[str]:
    """Return every scope that a client can be given: all, or one resource to read or write."""
    resources = ["*", *(blueprint.name for blueprint in _blueprints())]
    return ["*", *(f"{name}:{action}" for name in resources for action in ("read", "write"))]


def _schema_name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    name = kind.__name__.removeprefix("_").removesuffix("Schema")
    return f"{name}Change" if isinstance(schema, Schema) and schema.partial else name


def _flask_config(config: BackendConfig) -> dict[str, object]:
    return {
        "API_TITLE": "Booking system",
        "API_VERSION": "v2",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": config.api_path,
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_CONTENT_LENGTH": config.most_bytes,
        "MAX_FORM_MEMORY_SIZE": LITTLE_BYTES,
        "MAX_FORM_PARTS": 20,
        "PROPAGATE_EXCEPTIONS": False,
    }


def _blueprints() -> list[ResourceBlueprint]:
    collections = [collection_blueprint(kind, text) for text, kind in _COLLECTIONS.items()]
    employees = next(found for found in collections if found.name == "employees")
    add_schedule_routes(employees)
    single = (appointments, bookings, available_times, business, webhooks, reports)
    return [*collections, *(module.blueprint for module in single)]
