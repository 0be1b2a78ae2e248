"""Tokens that whoever runs the server has set, for the platform's events and for the metrics."""

from widget_server.errors import DomainError


class TokenWrong(DomainError):
    """Whoever calls does not have the token that this server was given."""

    code = "unauthorized"
