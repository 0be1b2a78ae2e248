"""The life of an access token: fetched once, reused, fetched again when refused.

However many threads find the token refused, one fetches the next and the others use it. If that
fails it fails for all who wait, and for a moment longer: a token that was just refused is not asked
for again by everybody in turn.
"""

import re
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from widget_server.bookablesites.errors import (
    CredentialsRefused,
    HeldBack,
    InvalidAnswer,
    PlatformError,
)
from widget_server.bookablesites.replies import parsed
from widget_server.bookablesites.transport import Form, Reply, Sender
from widget_server.clock import Clock, Deadline, SystemTicks, Ticks

# A token about to expire could expire on the way.
EXPIRY_MARGIN = timedelta(seconds=60)
FALLBACK_LIFETIME_SECONDS = 3600
# For how long a failure answers for those who come after.
FAILED_FOR_SECONDS = 2.0
FORM, JSON_SNAKE, JSON_CAMEL = "form", "json-snake", "json-camel"
# Whatever else would not fit into a header.
_TOKEN = re.compile(r"[!-~]{1,8192}")
TOKEN_STYLES = (FORM, JSON_SNAKE, JSON_CAMEL)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The account's API client."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        """Name the client without its secret."""
        return f"Credentials({self.client_id!r})"


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """How a token is asked for, and how long it lasts when its answer does not say."""

    style: str = FORM
    lifetime_seconds: int = FALLBACK_LIFETIME_SECONDS


class AccessTokens:
    """Hands out the current access token."""

    def __init__(
        self,
        sender: Sender,
        path: str,
        credentials: Credentials,
        clock: Clock,
        terms: TokenTerms | None = None,
        *,
        ticks: Ticks | None = None,
    ) -> None:
        self._sender = sender
        self._path = path
        self._credentials = credentials
        self._clock = clock
        self._terms = terms or TokenTerms()
        self._ticks = ticks or SystemTicks()
        self._lock = threading.Lock()
        self._token: str | None = None
        self._expires_at: datetime | None = None
        self._failure: tuple[PlatformError, float] | None = None

    def current(self, deadline: Deadline | None = None) -> str:
        """Return a token that has not expired, fetching one if need be."""
        return self._usable() or self._renew(None, deadline)

    def after(self, refused: str, deadline: Deadline | None = None) -> str:
        """Return another token than the one that the platform has just refused."""
        return self._renew(refused, deadline)

    def _usable(self) -> str | None:
        expired = self._expires_at is None or self._clock.now() >= self._expires_at
        return None if expired else self._token

    def _renew(self, refused: str | None, deadline: Deadline | None) -> str:
        if not self._lock.acquire(timeout=deadline.left() if deadline else -1):
            raise HeldBack("There is no time left to wait for an access token.")
        try:
            token = self._usable()
            if token and token != refused:
                return token  # another thread was first
            self._check_failure()
            return self._fetch(deadline)
        finally:
            self._lock.release()

    def _check_failure(self) -> None:
        if self._failure and self._ticks.seconds() < self._failure[1]:
            error = self._failure[0]
            raise type(error)(error.detail)

    def _fetch(self, deadline: Deadline | None) -> str:
        # From here on the old one is not handed out any more.
        self._token = None
        try:
            token, lifetime = self._asked(deadline)
        except HeldBack:
            raise  # that was for us alone
        except PlatformError as error:
            self._failure = error, self._ticks.seconds() + FAILED_FOR_SECONDS
            raise
        margin = min(EXPIRY_MARGIN, lifetime / 2)
        self._token, self._expires_at = token, self._clock.now() + lifetime - margin
        return token

    def _asked(self, deadline: Deadline | None) -> tuple[str, timedelta]:
        question = token_question(self._credentials, self._terms.style)
        reply = self._sender.send("POST", self._path, headers={}, body=question, deadline=deadline)
        return read_token(reply, self._terms.lifetime_seconds)


def token_question(credentials: Credentials, style: str) -> Any:
    """Return the body that asks for a token in one of TOKEN_STYLES."""
    client, secret = credentials.client_id, credentials.client_secret
    if style == JSON_CAMEL:
        return {"clientId": client, "clientSecret": secret}
    fields = {"client_id": client, "client_secret": secret}
    if style == JSON_SNAKE:
        return fields
    return Form({"grant_type": "client_credentials", **fields})


def read_token(reply: Reply, fallback: int) -> tuple[str, timedelta]:
    """Return the token of an answer and how long it lasts, `fallback` seconds if it is not told."""
    if reply.status in (400, 401, 403):
        raise CredentialsRefused("The booking system refuses this server's credentials.")
    if not 200 <= reply.status < 300:
        raise PlatformError("The booking system gives no access token.")
    document = parsed(reply)
    inner = document.get("data") if isinstance(document, dict) else None
    for place in (document, inner):
        found = _token_in(place, fallback)
        if found:
            return found
    raise InvalidAnswer("The booking system's access token cannot be read.")


def _token_in(document: Any, fallback: int) -> tuple[str, timedelta] | None:
    if not isinstance(document, dict):
        return None
    token = document.get("access_token", document.get("token"))
    lifetime = document.get("expires_in")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return None
    try:
        seconds = float(fallback if lifetime is None else lifetime)
    except (ValueError, TypeError, OverflowError):
        return None
    return (token, timedelta(seconds=seconds)) if 0 < seconds < 10**8 else None
