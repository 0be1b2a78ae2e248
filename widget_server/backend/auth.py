"""Who may call: clients with scopes, and the short-lived tokens they are given.

Secrets and tokens are random and long, so a plain SHA-256 is enough to keep them; the values
themselves are shown once and never stored. Every call looks its token up by primary key, so a
revocation holds at once in every process.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update

from widget_server.backend.errors import Unauthorized
from widget_server.backend.models import Client, Token
from widget_server.clock import Clock, SystemClock
from widget_server.database import Database
from widget_server.errors import NotFound

ALL = "*"


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a request; a scope is `*`, `*:read` or like `customers:write`."""

    client_id: str
    scopes: frozenset[str]

    def may(self, resource: str, action: str) -> bool:
        """Tell whether the scopes cover reading or writing (`action`) a resource."""
        return not self.scopes.isdisjoint({ALL, f"{ALL}:{action}", f"{resource}:{action}"})


def create_client(
    database: Database,
    name: str,
    scopes: Sequence[str],
    client_id: str | None = None,
    secret: str | None = None,
    *,
    clock: Clock | None = None,
) -> tuple[str, str]:
    """Create a client, or bring the one with this id up to date; return its id and secret.

    Without `secret` a new one is made, also for a client that exists: the old one is not known
    any more. A revoked client stays revoked.
    """
    client_id = client_id or secrets.token_hex(16)
    secret = secret or secrets.token_urlsafe(32)
    with database.writing() as session:
        client = session.get(Client, client_id)
        if client is None:
            client = Client(id=client_id, created_at=(clock or SystemClock()).now())
            session.add(client)
        client.name, client.scopes, client.secret_hash = name, list(scopes), _hash(secret)
    return client_id, secret


def list_clients(database: Database) -> list[Client]:
    """Return all clients, in the order in which they were made."""
    with database.reading() as session:
        return list(session.scalars(select(Client).order_by(Client.created_at, Client.id)))


def revoke_client(database: Database, client_id: str, now: datetime) -> None:
    """Refuse a client and all its tokens from now on; raise NotFound."""
    with database.writing() as session:
        client = session.get(Client, client_id)
        if client is None:
            raise NotFound("There is no client with this id.")
        client.revoked_at = client.revoked_at or now


def revoke_token(database: Database, token: str, now: datetime) -> None:
    """Refuse one token from now on."""
    with database.writing() as session:
        session.execute(update(Token).where(Token.id == _hash(token)).values(revoked_at=now))


def issue_token(
    database: Database, client_id: str, secret: str, now: datetime, lifetime: timedelta
) -> str:
    """Give a client a token for its credentials; raise Unauthorized when they are wrong."""
    # Read first: whoever guesses keeps no writer waiting.
    with database.reading() as session:
        client = session.get(Client, client_id)
        known = client.secret_hash if client else ""
        if not hmac.compare_digest(known, _hash(secret)) or client is None or client.revoked_at:
            raise Unauthorized("The client id or the client secret is wrong.")
    with database.writing() as session:
        session.execute(delete(Token).where(Token.client_id == client_id, Token.expires_at < now))
        token = secrets.token_urlsafe(32)
        session.add(
            Token(id=_hash(token), client_id=client_id, created_at=now, expires_at=now + lifetime)
        )
    return token


def caller(database: Database, token: str, now: datetime) -> Caller:
    """Return who holds a token; raise Unauthorized when it is unknown, expired or revoked."""
    with database.reading() as session:
        row = session.get(Token, _hash(token))
        if row is None or row.expires_at <= now or row.revoked_at or row.client.revoked_at:
            raise Unauthorized("The access token is missing, unknown or expired.")
        return Caller(row.client_id, frozenset(row.client.scopes))


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
