"""Lists: pages, filters, order; few statements however many rows."""

from datetime import timedelta

import pytest
from sqlalchemy import event


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
    ],
)
def test_the_customers_asked_for(studio, query, ids):
    assert ids == [row["id"] for row in studio.get(f"/customers{query}")["data"]]


@pytest.mark.parametrize(("query", "ids"), [("?service=2", [1, 2]), ("?location=2", [])])
def test_the_employees_asked_for(studio, query, ids):
    assert ids == [row["id"] for row in studio.get(f"/employees{query}")["data"]]


@pytest.mark.parametrize("path", ["appointments", "customers", "employees", "services"])
def test_the_number_of_statements_does_not_grow(demo, path):
    def count(limit):
        statements = []

        def note(_c, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(demo.database.engine, "before_cursor_execute", note)
        demo.get(f"/{path}?limit={limit}")
        event.remove(demo.database.engine, "before_cursor_execute", note)
        return len(statements)

    assert count(2) == count(100)


@pytest.mark.parametrize(
    "path", ["customers", "employees", "services", "locations", "coupons", "custom-fields"]
)
def test_every_list_tells_what_changed_since(studio, path):
    studio.make("/coupons", {"code": "LESS", "discount_value": 10})
    studio.make("/custom-fields", {"label": "Anything else?"})
    studio.clock.advance(timedelta(minutes=1))
    since = f"/{path}?updated_since=2026-11-30T12:01:00Z"
    assert studio.get(since)["data"] == []
    assert studio.call("PATCH", f"/{path}/1", {}).status_code == 200
    assert [row["id"] for row in studio.get(since)["data"]] == [1]
