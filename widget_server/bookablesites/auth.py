"""The life of an access token: fetched once, reused, fetched again when refused.

However many threads find the token refused, one fetches the next and the others use it.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.bookablesites.errors import CredentialsRefused, InvalidAnswer, PlatformError
from widget_server.bookablesites.transport import Reply, Transport
from widget_server.clock import Clock

# A token about to expire could expire on the way.
EXPIRY_MARGIN = timedelta(seconds=60)
FALLBACK_LIFETIME_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account's API client."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """Name the client without its secret."""
        return f"Credentials({self.client_id!r})"


class AccessTokens:
    """Hands out the current access token."""

    def __init__(
        self, transport: Transport, path: str, credentials: Credentials, clock: Clock
    ) -> None:
        self._fetch: Callable[[], Reply] = lambda: transport.send(
            "POST",
            path,
            headers={},
            form={
                "grant_type": "client_credentials",
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
            },
        )
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._expires_at: datetime | None = None

    def current(self) -> str:
        """Return a token that has not expired, fetching one if need be."""
        return self._usable() or self._renew(refused=None)

    def after(self, refused: str) -> str:
        """Return another token than the one that the platform has just refused."""
        return self._renew(refused)

    def _usable(self) -> str | None:
        expired = self._expires_at is None or self._clock.now() >= self._expires_at
        return None if expired else self._token

    def _renew(self, refused: str | None) -> str:
        with self._lock:
            token = self._usable()
            if token and token != refused:
                return token  # another thread was first
            self._token, lifetime = _read_token(self._fetch())
            margin = min(EXPIRY_MARGIN, lifetime / 2)
            self._expires_at = self._clock.now() + lifetime - margin
            return self._token


def _read_token(reply: Reply) -> tuple[str, timedelta]:
    if reply.status in (400, 401, 403):
        raise CredentialsRefused("The booking system refuses this server's credentials.")
    if reply.status != 200:
        raise PlatformError("The booking system gives no access token.")
    try:
        document = json.loads(reply.body)
        token = document["access_token"]
        lifetime = float(document.get("expires_in") or FALLBACK_LIFETIME_SECONDS)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InvalidAnswer("The booking system's access token cannot be read.") from None
    if not isinstance(token, str) or not token or not 0 < lifetime < 10**8:
        raise InvalidAnswer("The booking system's access token cannot be read.")
    return token, timedelta(seconds=lifetime)
