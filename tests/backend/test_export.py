"""Export and import: everything, byte for byte, between both databases, all of it or nothing."""

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.backend.conftest import NOW
from tests.databases import SqliteFiles, kept
from widget_server.backend import bulk, migrate
from widget_server.backend.auth import create_client, issue_token, list_clients
from widget_server.backend.context import EXTENSION
from widget_server.backend.models import Base
from widget_server.backend.seed import seed_demo
from widget_server.backend.transfer import (
    BrokenFile,
    NotEmpty,
    export_lines,
    import_lines,
    read_lines,
)
from widget_server.database import open_database, revision

HOOK = "https://hooks.example.org/a"


@pytest.fixture(scope="session")
def other_databases(request, databases):
    """The kind of databases that `databases` is not."""
    other = "postgresql" if isinstance(databases, SqliteFiles) else "sqlite_files"
    return request.getfixturevalue(other)


@pytest.fixture
def empty(databases):
    with opened(databases) as database:
        yield database


@pytest.fixture
def other_empty(other_databases):
    with opened(other_databases) as database:
        yield database


@pytest.fixture(scope="module")
def untouched(databases):
    """An empty database that nothing may be written to."""
    with opened(databases) as database:
        yield database


def migrated(databases):
    url = databases.new()
    database = open_database(url)
    migrate(database)
    database.close()
    return url


@contextmanager
def opened(databases):
    url = databases.copy(kept(databases, migrated, lambda: migrated(databases)))
    database = open_database(url)
    yield database
    database.close()
    databases.drop(url)


def a_days_work(demo):
    seed_demo(demo.database, NOW)
    demo.make("/webhooks", {"event": "appointment_booked", "url": HOOK, "verification_token": "t"})
    demo.make("/webhooks", {"event": "customer_created", "url": HOOK, "format": "form"})
    zoe = {"first_name": "Zoë \u2028", "last_name": 'O\'Neill "\\"', "email": "Zoe@Example.org"}
    zoe = demo.make("/customers", {**zoe, "birthday": "1990-02-28", "description": "Line\nbreak."})
    gone = demo.make("/customers", {"first_name": "Gone", "last_name": "Soon"})
    coupon = {"code": "Straße", "discount_value": 12.5, "services": [1], "usage_limit": 3}
    demo.make("/coupons", coupon)
    booked = demo.book(
        customer=zoe["id"],
        date="2027-02-01",
        coupon="STRASSE",
        extras=[{"id": 1, "quantity": 1}],
        custom_fields={"1": "Grüße"},
    )
    demo.call("PATCH", f"/appointments/{booked.json['appointment']}", {"time": "10:00"})
    calls = [
        ("DELETE", f"/customers/{gone['id']}", None),
        ("DELETE", f"/appointments/{demo.get('/appointments')['data'][5]['id']}", None),
        ("PATCH", "/employees/1", {"first_name": "Adá", "days_off": []}),
        ("PATCH", "/services/1", {"price": 45.5}),
    ]
    statuses = [demo.call(*call).status_code for call in calls]
    assert (booked.status_code, max(statuses)) == (201, 204)


@pytest.fixture(scope="module")
def busy_template(template):
    return template(a_days_work)


@pytest.fixture
def busy(busy_template, clock):
    """The demo business after a day's work: a row in every table, and gaps in the ids."""
    yield from busy_template.opened(clock)


@pytest.fixture(scope="module")
def exported(busy_template):
    """Its export."""
    database = open_database(busy_template.url)
    lines = list(export_lines(database))
    database.close()
    return lines


def served(caller, database):
    """The same API over another database, with a token of that one."""
    app = caller.app
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], database=database)
    client, secret = caller.credentials
    token = issue_token(database, client, secret, NOW, timedelta(hours=1))
    return replace(caller, database=database, token=token)


def test_every_table_is_in_the_file(exported, untouched):
    with untouched.snapshot() as connection:
        now = revision(connection)
    rows = [json.loads(line) for line in exported]

    assert rows[0] == {"format": "widget-server backend", "version": 1, "revision": now}
    assert {row["table"] for row in rows[1:-1]} == set(Base.metadata.tables) - {"tokens"}
    assert (rows[-1]["end"], rows[-1]["rows"]) == (True, len(rows) - 2)
    customers = [row["row"]["id"] for row in rows[1:-1] if row["table"] == "customers"]
    assert rows[-1]["last_ids"]["customers"] == max(customers) + 1


def test_what_was_imported_exports_to_the_same_bytes(exported, empty):
    assert import_lines(empty, exported) == len(exported) - 2

    assert list(export_lines(empty)) == exported


def test_nothing_changes_on_the_way_to_the_other_database_and_back(exported, other_empty, empty):
    import_lines(other_empty, exported)
    there = list(export_lines(other_empty))
    import_lines(empty, there)

    assert there == exported
    assert list(export_lines(empty)) == exported


def test_clients_come_along_and_ids_go_on(busy, other_empty):
    import_lines(other_empty, export_lines(busy.database))
    answers = []
    for database in (busy.database, other_empty):
        caller = served(busy, database)
        person = {"first_name": "Next", "last_name": "One"}
        next_booking = caller.book(customer=1, date="2027-02-02", time="11:00").json
        pages = [caller.get(f"/{path}?limit=100") for path in ("appointments", "employees")]
        answers.append((caller.make("/customers", person), next_booking, pages))

    assert answers[0] == answers[1]


def test_an_export_is_of_one_moment(busy):
    before = list(export_lines(busy.database))

    lines = export_lines(busy.database)
    seen = [next(lines)]
    busy.make("/customers", {"first_name": "Too", "last_name": "Late"})
    seen += lines

    # Counters of ids know no transactions.
    assert seen[:-1] == before[:-1]


def test_progress_is_told(busy):
    heard = []
    rows = len(list(export_lines(busy.database, lambda *how: heard.append(how)))) - 2
    assert heard[0] == (1000, rows)
    assert heard[-1] == (rows, rows)


def test_the_clients_that_are_there_stay_as_they_are(exported, busy_template, empty):
    own = create_client(empty, "own", ["*"], busy_template.credentials[0])
    before = list_clients(empty)[0].secret_hash

    import_lines(empty, exported)

    assert [(one.id, one.name, one.secret_hash) for one in list_clients(empty)] == [
        (own[0], "own", before)
    ]
    assert issue_token(empty, *own, NOW, timedelta(hours=1))


def test_a_file_is_refused_where_data_are(busy):
    before = list(export_lines(busy.database))

    with pytest.raises(NotEmpty):
        import_lines(busy.database, before)

    assert list(export_lines(busy.database)) == before


def without(number):
    return lambda lines: [*lines[:number], *lines[number + 1 :]]


def first_of(kind, lines):
    start = f'{{"table":"{kind}"'.encode()
    return next(n for n, line in enumerate(lines) if line.startswith(start))


def changed(kind, **values):
    """Change the first row of a table."""

    def change(lines):
        at = next(
            n for n, line in enumerate(lines) if line.startswith(f'{{"table":"{kind}"'.encode())
        )
        record = json.loads(lines[at])
        record["row"] |= values
        return [*lines[:at], json.dumps(record).encode() + b"\n", *lines[at + 1 :]]

    return change


def ending(**values):
    return lambda lines: [*lines[:-1], json.dumps(json.loads(lines[-1]) | values).encode()]


BROKEN = {
    "nothing": (lambda _: [], "this is not an export of a backend"),
    "no header": (without(0), "this is not an export of a backend"),
    "another version": (
        lambda lines: [lines[0].replace(b":1,", b":2,"), *lines[1:]],
        "the file is of version 2, revision ",
    ),
    "another revision": (
        lambda lines: [lines[0].replace(b'"revision":"', b'"revision":"x'), *lines[1:]],
        "the file is of version 1, revision x",
    ),
    "a revision with braces": (
        lambda lines: [lines[0].replace(b'"revision":"', b'"revision":"{x}'), *lines[1:]],
        "the file is of version 1, revision {x}",
    ),
    "unknown zone": (changed("business", timezone="Mars/X"), "business.timezone must be a time"),
    "unknown status": (changed("bookings", status="foo"), "bookings.status must be one of"),
    "no JSON": (lambda lines: [*lines[:9], b"{\n", *lines[9:]], "is not JSON, or cut off"),
    "not UTF-8": (lambda lines: [*lines[:9], b'"\xff"\n', *lines[9:]], "is not JSON, or cut off"),
    "no number": (lambda lines: [*lines[:9], b"[NaN]\n", *lines[9:]], "is not JSON, or cut off"),
    "deep": (lambda lines: [*lines[:9], b"[" * 10**6, *lines[9:]], "is not JSON, or cut off"),
    "no object": (lambda lines: [*lines[:9], b"[1]\n", *lines[9:]], "is not an object"),
    "cut in a line": (lambda lines: [*lines[:-9], lines[-9][:40]], "is not JSON, or cut off"),
    "cut between lines": (lambda lines: lines[:-9], "the last line of the export is missing"),
    "a line is missing": (without(-2), "rows before, but there are"),
    "a line too many": (lambda lines: [*lines, b"{}\n"], "the file goes on after its end"),
    "unknown table": (
        lambda lines: [*lines[:9], b'{"table":"users","row":{}}\n', *lines[9:]],
        "is no row of a known table ('users')",
    ),
    "tokens": (
        lambda lines: [*lines[:9], b'{"table":"tokens","row":{}}\n', *lines[9:]],
        "is no row of a known table ('tokens')",
    ),
    "unknown column": (changed("locations", colour="red"), "locations has no column 'colour'"),
    "missing column": (
        lambda lines: [lines[0], b'{"table":"extras","row":{"id":1,"service_id":1}}\n', *lines[1:]],
        "the table extras needs a value for duration, max_quantity, name, price",
    ),
    "null": (changed("customers", first_name=None), "customers.first_name must be a text"),
    "number for text": (changed("customers", email=1), "customers.email must be a text"),
    "NUL": (changed("customers", email="a\0"), "customers.email must be a text"),
    "half a character": (changed("customers", email="\ud800"), "customers.email must be a text"),
    "too long": (
        changed("customers", first_name="x" * 201),
        "customers.first_name must have at most 200 characters",
    ),
    "text for number": (
        changed("services", duration="30"),
        "services.duration must be a whole number of 32 bits",
    ),
    "true for number": (
        changed("services", duration=True),
        "services.duration must be a whole number of 32 bits",
    ),
    "too large a number": (
        changed("services", duration=2**31),
        "services.duration must be a whole number of 32 bits",
    ),
    "number for truth": (changed("services", private=1), "services.private must be true or false"),
    "number for amount": (
        changed("services", price=45.0),
        'services.price must be an amount such as "45.00"',
    ),
    "no zone": (
        changed("services", updated_at="2026-12-01T09:30:00"),
        "services.updated_at must be a moment such as 2026-12-01T09:30:00+00:00",
    ),
    "no date": (
        changed("customers", birthday="30.1.1990"),
        "customers.birthday must be a date such as 2026-12-01",
    ),
    "no list": (changed("employees", days_off=None), "employees.days_off must not be null"),
    "an id twice": (changed("customers", id=2), "does not fit what stands before"),
    "unknown reference": (
        changed("bookings", customer_id=99999),
        "does not fit what stands before",
    ),
    "no last ids": (ending(last_ids={}), "last_ids must name the last id of each table"),
    "last ids of another kind": (
        ending(last_ids=1),
        "last_ids must name the last id of each table",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_by_its_line_and_changes_nothing(exported, untouched, name):
    breaking, why = BROKEN[name]
    before = list(export_lines(untouched))

    with pytest.raises(BrokenFile) as caught:
        import_lines(untouched, breaking(exported))

    assert why in caught.value.detail
    assert caught.value.detail.startswith("Line ")
    assert caught.value.detail.endswith(" Nothing was imported.")
    assert list(export_lines(untouched)) == before


@pytest.mark.parametrize("number", [1, 7, 100])
def test_the_line_that_is_to_blame_is_named(exported, untouched, number):
    lines = list(exported)
    at = first_of("customers", lines)
    lines[at + number] = lines[at + number - 1]

    with pytest.raises(BrokenFile) as caught:
        import_lines(untouched, lines)

    assert caught.value.detail.startswith(f"Line {at + number + 1}: does not fit")


def test_too_small_a_last_id_is_refused(exported, untouched):
    end = json.loads(exported[-1])
    end["last_ids"]["services"] -= 1

    with pytest.raises(BrokenFile, match="the last id of services is smaller than one of its ids"):
        import_lines(untouched, [*exported[:-1], json.dumps(end).encode()])

    with untouched.reading() as session:
        assert bulk.is_empty(session)


def test_a_line_without_end_is_cut(tmp_path):
    path = tmp_path / "long"
    path.write_bytes(b"a\n" + b"x" * (33 * 1024 * 1024))
    with path.open("rb") as stream:
        assert [len(line) for line in read_lines(stream)] == [2, 32 * 1024 * 1024, 1024 * 1024]
