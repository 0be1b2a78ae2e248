"""A chain of studios with years of appointments: what the backend is measured with.

Everything is valid by every rule of the API, and always the same for the same moment and size.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from widget_server.backend import bulk
from widget_server.backend.models import (
    Appointment,
    Booking,
    Coupon,
    Customer,
    Employee,
    Numbered,
    Service,
)
from widget_server.backend.rules import coupons
from widget_server.backend.rules.occupancy import find_place
from widget_server.backend.seed.large.diary import Calendar, diary, first_day, offers_of
from widget_server.backend.seed.large.house import add_house
from widget_server.backend.seed.large.rows import Clientele, CouponBook, appointment_rows
from widget_server.backend.work import Work
from widget_server.database import Database

__all__ = ["LARGE", "Size", "seed_large"]

Row = TypeVar("Row", bound=Numbered)
# Any number; always the same, so that the same `now` makes the same business.
_SEED = 20_27


@dataclass(frozen=True, slots=True)
class Size:
    """How much of what; at least one of each."""

    employees: int
    customers: int
    appointments: int


LARGE = Size(employees=100, customers=100_000, appointments=1_000_000)


def seed_large(
    database: Database, now: datetime, size: Size = LARGE, progress: bulk.Progress = bulk.unseen
) -> bool:
    """Write a business of this size as it stands at `now`, all or nothing.

    Return False, and do nothing, where data are already. `progress` hears of customers and
    appointments written.
    """
    with bulk.loading(database) as session:
        if not bulk.is_empty(session):
            return False
        _write(Work(session, now, find_place), size, progress)
    bulk.settle(database)
    return True


def _write(work: Work, size: Size, progress: bulk.Progress) -> None:
    dice = Random(_SEED)  # noqa: S311 - it makes up names, not secrets
    first = first_day(work.now, size.appointments / size.employees)
    years = range(first.year, work.now.year + 2)
    add_house(work, dice, size.employees, years)
    opened = datetime.combine(first, time(), UTC) - timedelta(days=365)
    clientele = Clientele(size.customers, opened, work.now)
    book = CouponBook(_all(work.session, Coupon), work.zone)
    made = diary(_calendars(work, size), first, work.now, dice)
    total, done = size.customers + size.appointments, 0
    for customers in bulk.batches(clientele.rows(dice)):
        bulk.insert_rows(work.session, Customer.__tablename__, customers)
        progress(done := done + len(customers), total)
    for pairs in bulk.batches(appointment_rows(made, clientele, book, dice)):
        bulk.insert_rows(work.session, Appointment.__tablename__, [row for row, _ in pairs])
        bookings = [booking for _, rows in pairs for booking in rows]
        bulk.insert_rows(work.session, Booking.__tablename__, bookings)
        progress(done := done + len(pairs), total)
    coupons.recount(work.session)
    bulk.count_on(work.session)


def _calendars(work: Work, size: Size) -> list[Calendar]:
    services = _all(work.session, Service, Service.extras)
    each, more = divmod(size.appointments, size.employees)
    return [
        Calendar(
            employee=employee,
            zone=ZoneInfo(employee.timezone or work.business.timezone),
            weekdays=frozenset(entry["weekday"] for entry in employee.working_hours),
            offers=offers_of(employee, {service.id: service for service in services}),
            left=each + (position < more),
        )
        for position, employee in enumerate(_all(work.session, Employee, Employee.services))
    ]


def _all(session: Session, model: type[Row], *needed: Any) -> list[Row]:
    query = select(model).options(*map(selectinload, needed)).order_by(model.id)
    return list(session.scalars(query))
