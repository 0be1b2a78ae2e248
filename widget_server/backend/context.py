"""What every view of this API can reach."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session

from widget_server.backend import work
from widget_server.backend.changes import OnChange
from widget_server.backend.config import BackendConfig
from widget_server.backend.limits import CallLimits
from widget_server.backend.listing import Totals
from widget_server.clock import Clock
from widget_server.database import Database

EXTENSION = "widget_server.backend"


@dataclass(frozen=True, slots=True)
class Backend:
    """The parts of one backend, joined."""

    config: BackendConfig
    database: Database
    clock: Clock
    on_change: OnChange
    guard: work.Guard
    limits: CallLimits
    totals: Totals

    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that only reads."""
        return self.database.reading()

    def writing(self) -> AbstractContextManager[work.Work]:
        """Open a unit of work."""
        return work.writing(self.database, self.clock, self.guard, self.on_change)


def backend() -> Backend:
    """Return the backend that serves this request."""
    return cast(Backend, current_app.extensions[EXTENSION])
