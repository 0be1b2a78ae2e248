"""Lists: pages, filters, order; few statements however many rows."""

import pytest
from sqlalchemy import event, select

from tests.backend.conftest import NOW
from widget_server.backend import listing
from widget_server.backend.models import Customer, Event, Location


@pytest.fixture
def busy(studio):
    for minute, (employee, time) in enumerate([(1, "09:00"), (2, "10:00"), (1, "11:00")]):
        studio.clock.moment = studio.clock.moment.replace(minute=minute)
        studio.book(employee=employee, time=time, customer=1 + minute % 2)
    studio.book(service=2, date="2026-12-02", time="23:30")
    studio.call("DELETE", "/appointments/3")
    return studio


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [4, 3, 2, 1]),
        ("?sort_order=asc", [1, 2, 3, 4]),
        ("?sort_by=start_date_time&sort_order=asc", [1, 2, 3, 4]),
        ("?sort_by=id", [4, 3, 2, 1]),
        ("?status=canceled", [3]),
        ("?status=Approved,cancelled", [3, 2, 1]),
        ("?employee=1", [4, 3, 1]),
        ("?employeeId=1", [4, 3, 1]),
        ("?service=2", [4]),
        ("?location=1", [4, 3, 2, 1]),
        ("?location=2", []),
        ("?customer=2", [2]),
        ("?date_from=2026-12-02", [4]),
        ("?date_to=2026-12-01", [3, 2, 1]),
        ("?date_from=2026-12-03&date_to=2026-12-03", [4]),  # it runs past midnight
        ("?date_from=2026-12-01T09:30:00Z&date_to=2026-12-01T10:00:00Z", []),
        ("?date_from=2026-12-01T09:29:00Z&date_to=2026-12-01T10:01:00Z", [3, 2]),
        ("?updated_since=2026-11-30T12:02:00Z", [4, 3]),
        ("?page=2&limit=3", [1]),
        ("?page=9", []),
    ],
)
def test_the_appointments_asked_for(busy, query, ids):
    assert ids == [row["id"] for row in busy.get(f"/appointments{query}")["data"]]


def test_pages(busy):
    assert busy.get("/appointments?page=2&limit=3")["pagination"] == {
        "total": 4,
        "page": 2,
        "limit": 3,
        "pages": 2,
    }


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [2, 1]),
        ("?email=MIA@example.org", [1]),
        ("?search=roth", [2]),
        ("?search=keller mia", [1]),
        ("?search=%25", []),
        ("?search=123456", [1]),
        ("?search=4930123", [1]),
        ("?search=O", [2, 1]),
        ("?search=jo ot", [2]),
        ("?search=IA@EX", [1]),
        ('?search="mia"', []),
        ("?search=mia*", []),
        ("?search=mia OR jo", []),
    ],
)
def test_the_customers_asked_for(studio, query, ids):
    assert ids == [row["id"] for row in studio.get(f"/customers{query}")["data"]]


def test_customers_are_found_by_what_they_are_called_now(studio):
    def found(word):
        return [row["id"] for row in studio.get(f"/customers?search={word}")["data"]]

    studio.call("PATCH", "/customers/2", {"last_name": "Müller-Straße"})
    assert (found("roth"), found("MÜLLER"), found("strasse")) == ([], [2], [2])
    assert studio.call("DELETE", "/customers/2").status_code == 204
    assert found("müller") == []


def test_an_address_is_found_though_it_grows_when_its_case_is_folded(studio):
    email = "ΐ" * 60 + "@example.org"
    made = studio.make("/customers", {"first_name": "A", "last_name": "B", "email": email})
    assert [row["id"] for row in studio.get(f"/customers?email={email}")["data"]] == [made["id"]]


def largest_key(api):
    with api.database.reading() as session:
        return max(len(key) for key in session.scalars(select(Customer.email_key)))


@pytest.mark.parametrize("letter", ["ΐ", "İ"])
def test_the_longest_address_fits(studio, letter):
    person = {"first_name": "A", "last_name": "B", "email": letter * 250 + "@example.org"}
    assert studio.call("POST", "/customers", person).status_code in (201, 422)
    assert largest_key(studio) <= 320


@pytest.mark.parametrize(("query", "ids"), [("?service=2", [1, 2]), ("?location=2", [])])
def test_the_employees_asked_for(studio, query, ids):
    assert ids == [row["id"] for row in studio.get(f"/employees{query}")["data"]]


@pytest.fixture
def statements(demo):
    """The statements of SQL that a call makes."""
    heard = []

    def note(_c, _cursor, statement, *_rest):
        heard.append(statement)

    def of(path):
        heard.clear()
        demo.get(path)
        return list(heard)

    event.listen(demo.database.engine, "before_cursor_execute", note)
    yield of
    event.remove(demo.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["appointments", "customers", "employees", "services"])
def test_the_number_of_statements_does_not_grow(statements, path):
    statements(f"/{path}?limit=1")  # from here on the total is known
    assert len(statements(f"/{path}?limit=2")) == len(statements(f"/{path}?limit=100"))


def total(api, query=""):
    return api.get(f"/appointments?limit=1{query}")["pagination"]["total"]


def test_totals_are_exact_after_each_change(busy):
    since = "&updated_since=2026-11-30T13:00:00Z"
    told = [(total(busy), total(busy, "&status=canceled"), total(busy, since))]
    busy.clock.moment = busy.clock.moment.replace(hour=13)
    busy.token = busy.fresh_token()
    for call in (
        ("DELETE", "/appointments/1", None),
        ("PATCH", "/appointments/2", {"note": "Brings a dog."}),
        ("DELETE", "/bookings/4", None),
    ):
        assert busy.call(*call).status_code == 200
        told.append((total(busy), total(busy, "&status=canceled"), total(busy, since)))
    busy.book(employee=2, time="15:00")
    told.append((total(busy), total(busy, "&status=canceled"), total(busy, since)))
    assert told == [(4, 1, 0), (4, 2, 1), (4, 2, 2), (4, 3, 3), (5, 3, 4)]


def counts(heard):
    return sum("count(*)" in one and "FROM (SELECT" in one for one in heard)


def test_a_total_known_is_not_counted_again(statements):
    assert [counts(statements("/appointments?limit=1")) for _ in range(3)] == [1, 0, 0]


def test_a_change_that_is_committed_late_is_counted(api):
    """Two write at once, the first to begin commits last: its event has the smaller id."""
    if api.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: nothing is committed late.")
    first = (api.make("/locations", {"name": "one"}), listed_locations(api))
    with api.database.writing() as late:
        late.add(Location(name="late", address="", phone="", virtual=False, updated_at=NOW))
        late.add(an_event(2))
        late.flush()
        api.make("/locations", {"name": "three"})
        between = listed_locations(api)
    assert (first[1], between, listed_locations(api)) == (1, 2, 3)


def listed_locations(api):
    return api.get("/locations?limit=1")["pagination"]["total"]


def an_event(id_):
    return Event(
        type="location_created", kind="location", aggregate_id=id_, sequence=1, payload={},
        created_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(("few", "many"), [(0, 0), (0, 10_000), (10_000, 10_000)])
@pytest.mark.parametrize(
    "path",
    [
        "/appointments?status=approved",
        "/appointments?employee=1&sort_by=start_date_time",
        "/appointments?updated_since=2026-11-29T00:00:00Z",
        "/appointments?date_from=2026-12-01&date_to=2026-12-02",
        "/customers?search=mia",
        "/customers?search=a ell",
        "/customers",
    ],
)
def test_few_and_many_rows_make_the_same_pages(demo, monkeypatch, path, few, many):
    def pages():
        separator = "&" if "?" in path else "?"
        return [demo.get(f"{path}{separator}limit=7&page={page}") for page in (1, 2, 5)]

    usual = pages()
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(listing, "MANY", many)
    assert pages() == usual
    assert usual[0]["data"] != []
