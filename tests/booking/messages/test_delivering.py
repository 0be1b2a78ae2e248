"""The postman before both kinds of accounts; crashes and outages of the booking system."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.booking.conftest import ADA, COLOUR, HAIRCUT, NINE, Crash, request_for
from tests.mail_server import mail_server, parts
from widget_server.bookablesites.errors import OutcomeUnknown
from widget_server.booking.cancel import cancel
from widget_server.booking.ledger.ledger import Ledger
from widget_server.booking.ledger.models import Mail
from widget_server.booking.ledger.states import State
from widget_server.booking.messages.caps import Caps
from widget_server.booking.messages.composing import Composer
from widget_server.booking.messages.delivering import Postman, mails
from widget_server.booking.messages.smtp import Smtp
from widget_server.booking.messages.telling import Teller
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.reschedule import reschedule
from widget_server.database import open_database, sqlite_url
from widget_server.outbox import deliver_due
from widget_server.site import DEFAULT_SITE

TEMPLATES = Path(__file__).parents[3] / "templates"
MIA, OWNER = "mia@example.org", "owner@example.org"


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def ledger_database(house):
    database = open_database(sqlite_url(house.folder / "ledger.sqlite"))
    yield database
    database.close()


@pytest.fixture
def make_desk(house, ledger_database):
    """Return front desks that tell, as a process has them that has just been started."""
    teller = Teller(owner=True, remind_before=timedelta(hours=2))

    def make():
        ledger = Ledger(ledger_database, DEFAULT_SITE, teller)
        return replace(house.desk(), ledger=ledger)

    return make


@pytest.fixture
def deliver(house, make_desk, ledger_database, post):
    """Deliver what is due; return the receivers and subjects, in order."""

    def run():
        desk = make_desk()
        postman = Postman(
            desk, Caps(ledger_database, lambda address: desk.links.pseudonyms(address)[0]),
            Composer(TEMPLATES, "book@example.org"), Smtp("127.0.0.1", post.port, "none"),
            "https://book.example.org", OWNER,
        )  # fmt: skip
        post.clear()
        deliver_due(mails(ledger_database, house.clock), postman)
        subjects = [mail["Subject"].partition(" · ")[0] for mail in post.mails]
        return list(zip(post.receivers, subjects, strict=True))

    return run


@pytest.fixture
def outcomes(ledger_database):
    def read():
        with ledger_database.reading() as session:
            rows = session.scalars(select(Mail).order_by(Mail.id))
            return [(row.topic, row.ordering_key.split("/")[1], row.outcome) for row in rows]

    return read


def test_a_visit_of_two_services_is_one_mail(house, make_desk, deliver, post):
    book(make_desk(), request_for(HAIRCUT, COLOUR), "key")

    told = deliver()

    assert [to for to, _ in told] == [MIA, OWNER]  # the employees have no address
    plain, _, calendar = parts(post.mails[0])
    assert [line for line in plain.splitlines() if "€" in line] == [
        "Haircut: €45.00", "Colour: €80.00", "Total: €125.00",
    ]  # fmt: skip
    assert calendar.count("BEGIN:VEVENT") == 1


def test_the_team_decides_where_the_account_lets_it(house, make_desk, deliver, post):
    house.staff("PATCH", "/settings", {"default_status": "pending"})
    book(make_desk(), request_for(), "key")
    deliver()

    (mail,) = post.to(OWNER)
    assert ("/decide/" in parts(mail)[0]) == house.contract.extended


def test_an_employee_with_an_address_is_told(house, make_desk, deliver):
    house.staff("PATCH", f"/employees/{ADA}", {"email": "ada@example.org"})
    book(make_desk(), request_for(HAIRCUT, COLOUR), "key")

    assert [to for to, _ in deliver()] == [MIA, "ada@example.org", OWNER]


def test_an_owner_who_is_the_employee_is_told_once(house, make_desk, deliver, outcomes):
    house.staff("PATCH", f"/employees/{ADA}", {"email": OWNER.title()})
    book(make_desk(), request_for(), "key")

    assert [to for to, _ in deliver()] == [MIA, OWNER]
    assert outcomes()[1] == ("confirmed", "employee", "The owner hears of it already.")


def test_an_outage_of_the_booking_system_puts_mails_off(house, make_desk, deliver, outcomes):
    book(make_desk(), request_for(), "key")

    def lost(_proceed):
        raise OutcomeUnknown("lost")

    house.script.on("GET", "/customers/1", lost)
    first = deliver()
    house.clock.advance(timedelta(seconds=10))
    second = deliver()

    assert ([to for to, _ in first], [to for to, _ in second]) == ([OWNER], [MIA])


def test_somebody_who_was_deleted_is_not_written_to(house, make_desk, deliver, outcomes):
    book(make_desk(), request_for(), "key")

    def gone(proceed):
        return replace(proceed(), status=404)

    house.script.on("GET", "/customers/1", gone)
    told = deliver()

    assert [to for to, _ in told] == [OWNER]
    assert outcomes()[0][2] == "The booking system knows nobody to write to."


def test_what_is_over_is_not_told(house, make_desk, deliver, outcomes):
    book(make_desk(), request_for(), "key")
    house.clock.moment = NINE + timedelta(hours=1)

    assert deliver() == []
    assert {outcome for _, _, outcome in outcomes()} == {"The visit is over."}


def test_mails_to_one_person_keep_their_order(house, make_desk, deliver, post):
    desk = make_desk()
    booking = book(desk, request_for(), "key")
    token = desk.links.issue(booking.id, booking.token_version)
    post.answers += ["451 later"]
    deliver()
    reschedule(desk, token, NINE + timedelta(hours=2), ADA)
    cancel(desk, token)
    waiting = deliver()
    house.clock.advance(timedelta(seconds=10))

    told = deliver()

    assert [to for to, _ in waiting] == [OWNER, OWNER]
    assert told == [
        (MIA, "Booking confirmed"), (MIA, "Booking changed"), (MIA, "Booking canceled"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(16))
def test_a_crash_at_any_call_tells_what_came_of_it_and_nothing_else(
    house, make_desk, outcomes, number
):
    house.script.crash_at, house.script.crash_after_call = number, True
    with suppress(Crash):
        book(make_desk(), request_for(HAIRCUT, COLOUR), "key")
    house.script.crash_at = None
    for _ in range(2):
        desk = make_desk()
        house.clock.advance(desk.grace + desk.period)
        settle_all(desk)

    record = make_desk().ledger.keys.find("key")
    booking = record and make_desk().ledger.booking(record.booking_id or "")
    stands = booking is not None and booking.state == State.CONFIRMED
    told = Counter(topic for topic, _, _ in outcomes())
    assert told == ({"confirmed": 3, "reminder": 1} if stands else {})
