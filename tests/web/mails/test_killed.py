"""A server killed between the booking and its mails: the next one sends them, each once."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.conftest import Server
from tests.mail_server import mail_server
from tests.ports import free_port
from widget_server.booking.ledger.models import Mail
from widget_server.clock import SystemClock
from widget_server.database import open_database, sqlite_url

BOOKINGS = 3


@pytest.fixture
def killed(tmp_path, databases):
    """A server that nobody took mails from; killed as soon as it had booked."""
    url = databases.new()
    mail_port = free_port()
    environ = {
        "DEMO": "on", "PORT": str(free_port()), "DATA_DIR": str(tmp_path), "WEB_CONCURRENCY": "2",
        "RATE_LIMITS": "off", "SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "MAIL_FROM": "book@studio.example.org", "MAIL_REMINDER_HOURS": "0",
        "PATH": os.environ["PATH"],
    }  # fmt: skip
    if not url.startswith("sqlite"):
        environ["DATABASE_URL"] = url
    server = Server(tmp_path, int(environ["PORT"]), environ)
    server.start()
    for number, slot in enumerate(open_slots(server)[: BOOKINGS * 8 : 8]):
        item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
        email = f"visitor{number}@example.org"
        customer = {"first_name": "Mia", "last_name": "Keller", "email": email}
        assert server.book({"items": [item], "customer": customer}).status_code == 201
    server.kill()
    end_waiting(url if "DATABASE_URL" in environ else sqlite_url(tmp_path / "ledger.sqlite"))
    yield server, mail_port
    if server.process and server.process.poll() is None:
        server.kill()


def end_waiting(url):
    """End leases and pauses at once; that they end by themselves is shown in tests/outbox."""
    database = open_database(url, schema="ledger")
    with database.writing() as session:
        session.execute(update(Mail).values(next_at=Mail.created_at, leased_until=Mail.created_at))
    database.close()


def open_slots(server):
    first = SystemClock().now().date() + timedelta(days=3)
    query = f"service=1&location=1&from={first}&to={first + timedelta(days=14)}"
    return [
        slot for day in server.get(f"/v1/slots?{query}").json()["days"] for slot in day["slots"]
    ]


def wait_for(mails, deadline_seconds=300):
    """Wait for all mails, and a little for too many."""
    deadline = time.monotonic() + deadline_seconds
    while len(mails.receivers) < 2 * BOOKINGS and time.monotonic() < deadline:
        time.sleep(0.5)
    time.sleep(1)
    return sorted(to for to in mails.receivers if to.startswith("visitor"))


VISITORS = [f"visitor{number}@example.org" for number in range(BOOKINGS)]


def test_the_next_server_sends_what_the_killed_one_could_not(killed):
    server, port = killed
    with mail_server(port) as mails:
        server.start()

        assert wait_for(mails) == VISITORS
        assert len({mail["Message-ID"] for mail in mails.mails}) == 2 * BOOKINGS
        log = server.log.read_text()
    assert [word for word in ("visitor", "Keller", "@") if word in log] == []


def test_a_process_of_its_own_sends_them_too(killed):
    server, port = killed
    command = [str(Path(sys.executable).parent / "widget-server"), "outbox", "run"]
    with mail_server(port) as mails:
        process = subprocess.Popen(
            command, env=server.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            assert wait_for(mails) == VISITORS
        finally:
            process.kill()
            process.wait()
