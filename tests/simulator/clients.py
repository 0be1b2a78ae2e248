"""Clients of the simulated platform, built as production builds them."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.simulator import Simulator
from widget_server.account_settings import Account, read_account
from widget_server.bookablesites.auth import Credentials
from widget_server.bookablesites.client import BookablesitesClient
from widget_server.clock import SystemClock, Ticks
from widget_server.remote import remote_client
from widget_server.setting_reader import Reader


@dataclass
class Tally:
    """Counts what becomes of calls, and notes how the breaker turns."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    states: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def called(self, endpoint: str, outcome: str, _seconds: float) -> None:
        with self._lock:
            self.counts[endpoint, outcome] += 1

    def turned(self, state: str) -> None:
        self.states.append(state)


def environ_of(simulator: Simulator, **more: Any) -> dict[str, str]:
    """Return the settings that name the account; further ones without their prefix."""
    ours = {
        "URL": simulator.origin,
        "CLIENT_ID": simulator.credentials[0],
        "CLIENT_SECRET": simulator.credentials[1],
        "EXTENSIONS": "on",
        **more,
    }
    return {f"BOOKABLESITES_{name}": str(value) for name, value in ours.items()}


def account_of(simulator: Simulator, **more: Any) -> Account:
    account = read_account(Reader(environ_of(simulator, **more)))
    assert account
    return account


def client_of(
    simulator: Simulator, ticks: Ticks | None = None, tally: Tally | None = None, **more: Any
) -> BookablesitesClient:
    """Return a client in a process that is alone."""
    account = account_of(simulator, **more)
    credentials = Credentials(account.client_id, account.client_secret)
    return remote_client(account, 1, credentials, SystemClock(), tally, ticks)
