"""The token endpoints: client credentials in, a short-lived token out."""

from datetime import timedelta

from flask import Response, request
from flask.views import MethodView
from marshmallow import fields, validate

from widget_server.backend import auth
from widget_server.backend.context import Backend, backend
from widget_server.backend.errors import Unauthorized
from widget_server.backend.resources.blueprint import Data, ResourceBlueprint
from widget_server.backend.schemas.base import Message
from widget_server.backend.schemas.values import Text


class CredentialsSchema(Message):
    """A client's credentials, as form or JSON."""

    grant_type = Text(
        most=40,
        load_default="client_credentials",
        validate=validate.OneOf(("client_credentials",)),
    )
    client_id = Text(most=64, least=1, required=True)
    client_secret = Text(most=200, least=1, required=True)
    scope = Text(most=1000)


class TokenSchema(Message):
    """A token; `expires_in` in seconds."""

    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    access_token = fields.String(required=True)


def token_blueprint(api_path: str) -> ResourceBlueprint:
    """Return the token endpoints, at the root and under the API's path."""
    blueprint = ResourceBlueprint(
        "token", "Access tokens for client credentials.", open_to_all=True
    )
    for name, path in {
        "Token": f"{api_path}/token",
        "AuthToken": f"{api_path}/auth/token",
        "RootAuthToken": "/auth/token",
    }.items():
        blueprint.at(path, endpoint=name)(_tokens(blueprint))
    blueprint.after_request(_keep_out_of_caches)
    return blueprint


def _keep_out_of_caches(answer: Response) -> Response:
    # As OAuth 2.0 asks (RFC 6749, 5.1).
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Pragma"] = "no-cache"
    return answer


def _issue(here: Backend, client: str, secret: str, lifetime: timedelta) -> str:
    here.limits.check_guesses(request)
    try:
        token = auth.issue_token(here.database, client, secret, here.now(), lifetime)
    except Unauthorized:
        here.limits.count_guess(request)
        raise
    here.limits.count_call(request, client)
    return token


def _tokens(blueprint: ResourceBlueprint) -> type[MethodView]:
    class Tokens(MethodView):
        @blueprint.takes(CredentialsSchema, "json_or_form")
        @blueprint.answers(
            200, TokenSchema, summary="Get an access token for client credentials (form or JSON)"
        )
        def post(self, credentials: Data) -> Data:
            here = backend()
            lifetime = timedelta(seconds=here.config.token_seconds)
            client, secret = credentials["client_id"], credentials["client_secret"]
            token = _issue(here, client, secret, lifetime)
            return {
                "token_type": "Bearer",
                "expires_in": here.config.token_seconds,
                "access_token": token,
            }

    return Tokens
