"""One API that is looked at, spoken to over HTTP."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.contract.facts import LIVE
from widget_server.clock import FixedClock, SystemClock

API = "/api/v2"
# Where a real account is; conftest.py says what is done to it.
NAMES = ("CONTRACT_URL", "CONTRACT_CLIENT_ID", "CONTRACT_CLIENT_SECRET")
TIMEOUT_SECONDS = 120


@dataclass
class Target:
    """An API, and the way into it; `clock` is there where time can be moved."""

    name: str
    origin: str
    credentials: tuple[str, str] = field(repr=False)
    clock: FixedClock | None
    _token: str | None = field(default=None, repr=False)

    @property
    def form(self) -> dict[str, str]:
        """What is sent for a token."""
        client, secret = self.credentials
        return {
            "grant_type": "client_credentials", "client_id": client, "client_secret": secret
        }  # fmt: skip

    def day(self, days: int) -> str:
        """Return the date so many days ahead."""
        return f"{(self.clock or SystemClock()).now() + timedelta(days=days):%Y-%m-%d}"

    def send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send a request without a token, to a whole path."""
        return requests.request(
            method, self.origin + path, timeout=TIMEOUT_SECONDS, allow_redirects=False, **kwargs
        )

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send a request with a token, to a path of the API."""
        if self._token is None:
            self._token = self.send("POST", f"{API}/token", data=self.form).json()["access_token"]
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = self.send(method, API + path, headers=headers, **kwargs)
        if answer.status_code == 401:
            self._token = None
        return answer

    def get(self, path: str, **query: Any) -> Any:
        """Read something that must be there."""
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def records(self, path: str, limit: int = 50, **query: Any) -> Iterator[dict[str, Any]]:
        """Walk through a list as the platform's clients do."""
        page = 1
        while True:
            answer = self.get(path, page=page, limit=limit, **query)
            yield from answer["data"]
            if page >= answer["pagination"]["pages"]:
                return
            page += 1

    def one(self, path: str) -> dict[str, Any]:
        """Return a record of a list; without any there is nothing to look at."""
        rows: list[dict[str, Any]] = self.get(path, limit=1)["data"]
        if not rows:
            pytest.skip(f"The account has nothing in {path}.")
        return rows[0]


def account() -> Target | None:
    """Return the account that the environment names; None when it names none."""
    url, client, secret = (os.environ.get(name, "") for name in NAMES)
    if not (url and client and secret):
        return None
    return Target(LIVE, url.rstrip("/"), (client, secret), None)
