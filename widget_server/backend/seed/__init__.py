"""A demo business that looks like a real one: a studio in two cities, a month of its life."""

from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from widget_server.backend.models import Business, Employee, Service
from widget_server.backend.rules.occupancy import find_place
from widget_server.backend.seed.customers import add_customers
from widget_server.backend.seed.diary import add_appointments
from widget_server.backend.seed.house import add_house
from widget_server.backend.work import Work
from widget_server.database import Database

__all__ = ["seed_demo"]

# Any number; always the same, so that the same `now` makes the same business.
_SEED = 20_26


def seed_demo(database: Database, now: datetime) -> None:
    """Write the demo business as it stands at `now`; do nothing where data are already."""
    with database.writing() as session:
        if _is_empty(session):
            work = Work(session, now, find_place)
            dice = Random(_SEED)  # noqa: S311 - it makes up names, not secrets
            add_house(work)
            add_customers(work, dice)
            add_appointments(work, dice)


def _is_empty(session: Session) -> bool:
    tables = (Business, Service, Employee)
    return all(session.scalar(select(table.id).limit(1)) is None for table in tables)
