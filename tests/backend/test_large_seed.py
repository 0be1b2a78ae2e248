"""The large business: exact totals, valid by every rule, always the same for the same moment."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tests.backend.conftest import NOW
from widget_server.backend import migrate
from widget_server.backend.models import Appointment, Booking, Coupon, Customer, Employee, Service
from widget_server.backend.models import AssignedService as Given
from widget_server.backend.rules import coupons, visits
from widget_server.backend.rules.occupancy import taken
from widget_server.backend.rules.statuses import OPEN, PENDING
from widget_server.backend.rules.working_time import covers, openings
from widget_server.backend.schemas.people import CustomerSchema
from widget_server.backend.seed.large import Size, seed_large
from widget_server.backend.transfer import export_lines
from widget_server.database import open_database, sqlite_url

SMALL = Size(employees=5, customers=200, appointments=2000)


def a_small_chain(caller):
    seed_large(caller.database, NOW, SMALL)


@pytest.fixture
def chain(template, clock):
    yield from template(a_small_chain).opened(clock)


@pytest.fixture
def appointments(chain):
    with chain.database.reading() as session:
        query = select(Appointment).order_by(Appointment.id)
        yield session.scalars(
            query.options(joinedload(Appointment.employee), joinedload(Appointment.service))
        ).all()


def totals(database):
    with database.reading() as session:
        tables = (Employee, Customer, Appointment)
        return Size(*(session.scalar(select(func.count(table.id))) for table in tables))


def small_database(path):
    database = open_database(sqlite_url(path))
    migrate(database)
    return database


def test_it_is_as_large_as_was_asked(chain):
    assert totals(chain.database) == SMALL
    assert [chain.get(f"/{path}")["pagination"]["total"] for path in ("locations", "services")] == [
        10,
        30,
    ]


@pytest.mark.parametrize("size", [Size(1, 1, 1), Size(3, 7, 50), Size(12, 30, 25)])
@pytest.mark.parametrize("days", [0, 119])
def test_any_size_comes_out_exact(tmp_path, size, days):
    database = small_database(tmp_path / "backend.sqlite")

    assert seed_large(database, NOW + timedelta(days=days), size)

    assert totals(database) == size
    database.close()


def test_nobody_is_booked_twice(appointments):
    rows = sorted(appointments, key=lambda row: (row.employee_id, row.occupied_from))
    assert [
        (a.id, b.id)
        for a, b in pairwise(rows)
        if a.employee_id == b.employee_id and b.occupied_from < a.occupied_to
    ] == []


def test_all_of_it_lies_in_working_time(appointments):
    def works(row):
        zone = ZoneInfo(row.employee.timezone)
        day = row.start.astimezone(zone).date()
        return covers(openings(row.employee, [day], zone), row.start, row.end)

    assert [row.id for row in appointments if not works(row)] == []


def test_everything_was_made_before_now_in_the_order_of_ids(appointments):
    made = [row.created_at for row in appointments]
    assert made == sorted(made)
    assert [row.id for row in appointments if row.created_at >= min(row.start, NOW)] == []
    starts = [row.start for row in appointments]
    assert (min(starts) < NOW - timedelta(days=60), max(starts) > NOW + timedelta(days=30)) == (
        True,
        True,
    )


def test_statuses_are_as_in_life(chain, appointments):
    statuses = Counter(row.status for row in appointments)
    assert statuses["approved"] > 0.8 * len(appointments)
    assert {"approved", "canceled", "no-show", "rejected"} <= set(statuses)
    with chain.database.reading() as session:
        below = {
            row.id
            for row in appointments
            if row.status in OPEN and taken(session, row.id) < row.service.min_capacity
        }
    assert below == {row.id for row in appointments if row.status == PENDING}


def test_seats_are_within_capacity(chain, appointments):
    with chain.database.reading() as session:
        query = select(Booking.appointment_id, func.count()).group_by(Booking.appointment_id)
        seats = dict(session.execute(query).all())
    assert {row.id for row in appointments} == set(seats)
    assert [row.id for row in appointments if seats[row.id] > row.service.max_capacity] == []
    assert max(seats.values()) > 4


def test_coupons_are_used_within_their_limits(chain):
    with chain.database.reading() as session:
        known = {coupon.id: coupon for coupon in session.scalars(select(Coupon))}
        query = select(Booking, Appointment).join(Appointment).where(Booking.coupon_id.is_not(None))
        uses = session.execute(query).all()
    by_coupon = Counter(booking.coupon_id for booking, _ in uses)
    by_customer = Counter((booking.coupon_id, booking.customer_id) for booking, _ in uses)
    for booking, appointment in uses:
        coupon = known[booking.coupon_id]
        coupons.require_usable(
            coupon, appointment.service_id, booking.created_at, ZoneInfo("Europe/Berlin")
        )
        assert coupon.code == booking.coupon_code
    over = {id_ for id_, uses in by_coupon.items() if uses > (known[id_].usage_limit or 10**6)}
    over |= {id_ for (id_, _), n in by_customer.items() if n > (known[id_].limit_per_user or 10**6)}
    assert (over, len(by_coupon) > 5) == (set(), True)


def test_prices_and_lengths_follow_the_rules(chain):
    with chain.database.reading() as session:
        services = {service.id: service for service in session.scalars(select(Service))}
        given = {(one.employee_id, one.service_id): one for one in session.scalars(select(Given))}
        query = select(Booking, Appointment, Coupon).join(Appointment).outerjoin(Coupon)
        rows = session.execute(query).all()
    wrong = []
    for booking, appointment, coupon in rows:
        service = services[appointment.service_id]
        assigned = given[appointment.employee_id, service.id]
        length = visits.length(service, assigned, booking.extras)
        price = visits.full_price(service, assigned, 1, booking.extras)
        price -= coupons.discount(coupon, price) if coupon else 0
        ends = appointment.start + timedelta(minutes=length)
        if (booking.duration, booking.price, appointment.end) != (length, price, ends):
            wrong.append(booking.id)
    assert wrong == []


def test_customers_are_as_the_api_takes_them(chain):
    with chain.database.reading() as session:
        rows = session.scalars(select(Customer)).all()
        query = select(Booking.customer_id, func.min(Booking.created_at))
        first = dict(session.execute(query.group_by(Booking.customer_id)).all())
    for row in rows:
        message = {
            "first_name": row.first_name,
            "last_name": row.last_name,
            "email": row.email,
            "phone": row.phone_number,
        }
        read = CustomerSchema().load(message)
        assert {name: getattr(row, name) for name in read} == read
    assert len({row.email_key for row in rows}) == SMALL.customers
    assert [row.id for row in rows if row.id in first and first[row.id] < row.created_at] == []


def test_the_next_of_each_gets_the_next_id(chain):
    person = {"first_name": "Mia", "last_name": "Keller"}
    assert chain.make("/customers", person)["id"] == SMALL.customers + 1
    assert chain.make("/employees", person)["id"] == SMALL.employees + 1
    tomorrow = (NOW + timedelta(days=500)).date().isoformat()
    booked = chain.book(date=tomorrow, time="03:00", custom_fields={"1": "Hello."})
    assert booked.json["appointment"] == SMALL.appointments + 1


def test_every_record_can_be_shown(chain):
    paths = [f"/appointments?limit=100&page={page}" for page in range(1, 21)]
    ids = [row["id"] for path in paths for row in chain.get(path)["data"]]
    assert sorted(ids) == list(range(1, SMALL.appointments + 1))


def test_data_are_never_added_to_data(chain):
    before = list(export_lines(chain.database))
    assert not seed_large(chain.database, NOW, SMALL)
    assert list(export_lines(chain.database)) == before


def test_the_same_moment_makes_the_same_business(chain, tmp_path):
    database = small_database(tmp_path / "backend.sqlite")
    heard = []

    seed_large(database, NOW, SMALL, lambda done, total: heard.append((done, total)))

    # The clients differ: this one has none.
    ours, theirs = (
        [line for line in export_lines(each) if line.startswith(b'{"table":"')]
        for each in (database, chain.database)
    )
    assert ours == [line for line in theirs if not line.startswith(b'{"table":"clients"')]
    assert heard[-1] == (2200, 2200)
    database.close()
