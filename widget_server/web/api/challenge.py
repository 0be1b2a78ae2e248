"""What must be solved before a booking, where the business asks for it."""

from flask import Response, json

from widget_server.web.api.answers import ChallengeSchema
from widget_server.web.api.blueprint import ApiBlueprint
from widget_server.web.parts import parts

blueprint = ApiBlueprint("challenge", __name__, description="Proof of work before a booking")


@blueprint.get("/challenge")
@blueprint.alt_response(200, schema=ChallengeSchema)
def fresh() -> Response:
    """Return a challenge to be solved for one booking; 404 unless `features.challenge` is set."""
    body = parts().defence.challenge(parts().desk.now())
    response = Response(json.dumps(body), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
