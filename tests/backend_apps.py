"""Applications of the backend for one test after the other: to build one takes a while."""

from flask import Flask

from widget_server.backend.changes import OnChange, tell_nobody
from widget_server.backend.config import BackendConfig
from widget_server.backend.context import EXTENSION, Backend
from widget_server.backend.limits import CallLimits
from widget_server.backend.listing import Totals
from widget_server.backend.rules.occupancy import find_place
from widget_server.backend.work import Guard
from widget_server.clock import Clock
from widget_server.database import Database


def put_before(
    app: Flask,
    database: Database,
    clock: Clock,
    on_change: OnChange = tell_nobody,
    guard: Guard = find_place,
) -> None:
    """Put an application before another database; it is then as if it were new."""
    config = BackendConfig()
    limits = CallLimits(config.calls_per_minute)
    app.extensions[EXTENSION] = Backend(config, database, clock, on_change, guard, limits, Totals())
