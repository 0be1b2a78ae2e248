"""A platform that gives prepared answers, and a client of an account on it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from widget_server.account_settings import read_account
from widget_server.bookablesites.auth import AccessTokens, Credentials, TokenTerms
from widget_server.bookablesites.client import BookablesitesClient
from widget_server.bookablesites.transport import embedded
from widget_server.clock import FixedClock
from widget_server.remote import contract_of
from widget_server.setting_reader import Reader

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 12, 1, 8, tzinfo=UTC)  # 09:00 in Berlin
TOKEN = {"access_token": "t", "expires_in": 60}


@dataclass
class Canned:
    """A platform that listens and gives prepared answers, or one after the other of several."""

    answers: dict[str, Any]
    heard: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        call = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix('/api/v2')}"
        body = environ["wsgi.input"].read()
        if "json" in environ["CONTENT_TYPE"]:
            said: Any = json.loads(body)
        else:
            said = dict(parse_qsl(body.decode() or environ["QUERY_STRING"]))
        self.heard.append((call, said))
        answer = self.answers[call]
        status, document = next(answer) if isinstance(answer, Iterator) else (200, answer)
        start(f"{status} Whatever", [("Content-Type", "application/json")])
        return [json.dumps(document).encode()]

    def said(self, call: str) -> list[Any]:
        return [said for name, said in self.heard if name == call]


def account_with(answers: dict[str, Any], **settings: str) -> tuple[BookablesitesClient, Canned]:
    """Build a client of an account with these settings, and the platform that it speaks to."""
    environ = {
        "BOOKABLESITES_URL": "https://salon.example",
        "BOOKABLESITES_CLIENT_ID": "id",
        "BOOKABLESITES_CLIENT_SECRET": "secret",
        **{f"BOOKABLESITES_{name}": value for name, value in settings.items()},
    }
    found = read_account(Reader(environ))
    assert found
    platform = Canned({"POST /token": TOKEN, **answers})
    transport, clock = embedded(platform), FixedClock(NINE)
    terms = TokenTerms(found.token_style, found.token_seconds)
    credentials = Credentials(found.client_id, found.client_secret)
    tokens = AccessTokens(transport, "/api/v2/token", credentials, clock, terms)
    return BookablesitesClient(transport, tokens, contract_of(found)), platform
