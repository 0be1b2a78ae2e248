"""A demo business that looks like a real one: a studio in two cities, a month of its life."""

from datetime import datetime
from random import Random

from widget_server.backend import bulk
from widget_server.backend.rules.occupancy import find_place
from widget_server.backend.seed.customers import add_customers
from widget_server.backend.seed.diary import add_appointments
from widget_server.backend.seed.house import add_house
from widget_server.backend.work import Work
from widget_server.database import Database

__all__ = ["seed_demo"]

# Any number; always the same, so that the same `now` makes the same business.
_SEED = 20_26


def seed_demo(database: Database, now: datetime) -> bool:
    """Write the demo business as it stands at `now`; return False where data are already."""
    with database.writing() as session:
        if not bulk.is_empty(session):
            return False
        work = Work(session, now, find_place)
        dice = Random(_SEED)  # noqa: S311 - it makes up names, not secrets
        add_house(work)
        add_customers(work, dice)
        add_appointments(work, dice)
    return True
