"""The API's description: OpenAPI at /openapi.json, readable at /docs."""

from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint

import widget_server
from widget_server.web.api import (
    bookings,
    business,
    challenge,
    coupons,
    holds,
    problems,
    series,
    slots,
)
from widget_server.web.api.answers import ProblemSchema

PREFIX = "/v1"
EXTENSION = "widget_server_api"


class ProblemApi(Api):  # type: ignore[misc]
    """An Api whose errors are this program's problems."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: Any) -> Any:
        """Answer as every other error is answered."""
        return problems.http_problem(error)


def register_api(app: Flask) -> None:
    """Add the blueprints of the public API and its description."""
    app.config |= {
        "API_TITLE": "Booking widget",
        "API_VERSION": widget_server.__version__,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
    }
    api = ProblemApi(app)
    app.extensions[EXTENSION] = api
    for module in (business, slots, series, holds, coupons, challenge, bookings):
        blueprint: Blueprint = module.blueprint
        api.register_blueprint(blueprint, url_prefix=PREFIX)
    _say_problem_json(api)


def description(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of the application."""
    api: Api = app.extensions[EXTENSION]
    document: dict[str, Any] = api.spec.to_dict()
    return document


def _say_problem_json(api: Api) -> None:
    responses = api.spec.components.responses
    for response in responses.values():
        content = response.get("content", {})
        if "application/json" in content and response.get("description") != "OK":
            content["application/problem+json"] = content.pop("application/json")
