"""The business's settings."""

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from widget_server.backend.changes import Change
from widget_server.backend.context import backend
from widget_server.backend.resources.blueprint import Data, ResourceBlueprint, partial
from widget_server.backend.schemas.business import SettingsSchema
from widget_server.backend.work import read_business

blueprint = ResourceBlueprint("settings", "What holds for the whole business.")


@blueprint.at("/settings")
class Settings(MethodView):
    """The settings; there is one set of them."""

    @blueprint.answers(200, SettingsSchema, summary="Get the settings")
    def get(self) -> Any:
        """Return the settings."""
        with backend().reading() as session:
            return read_business(session)

    @blueprint.takes(SettingsSchema)
    @blueprint.answers(
        200, SettingsSchema, summary="Replace the settings: what is left out takes its default"
    )
    def put(self, data: Data) -> Any:
        """Replace the settings."""
        return _write(data)

    @blueprint.takes(partial(SettingsSchema))
    @blueprint.answers(200, SettingsSchema, summary="Change some settings")
    def patch(self, data: Data) -> Any:
        """Change some settings."""
        return _write(data)


def _write(data: Data) -> Response:
    with backend().writing() as work:
        business = work.business
        for name, value in data.items():
            setattr(business, name, value)
        work.session.add(business)
        work.session.flush()
        record = SettingsSchema().dump(business)
        work.record(Change("settings_updated", "settings", (business.id,)), {"settings": record})
        return jsonify(record)
