"""The whole application before a real mail server, on both databases."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from tests.mail_server import mail_server
from widget_server.app import DELIVERIES, deliver_once

MIA, OWNER = "mia@example.org", "owner@studio.example.org"


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def site(make_site, demo_database, post):
    running = make_site(
        SMTP_URL=post.url, MAIL_FROM="book@studio.example.org", MAIL_OWNER=OWNER,
        PUBLIC_URL="https://book.example.org", **demo_database,
    )  # fmt: skip
    yield running
    for outbox, _ in running.app.extensions[DELIVERIES]:
        outbox.database.close()


@pytest.fixture
def pending(staff):
    staff("PATCH", "/settings", {"default_status": "pending"})


def delivery(site) -> Any:
    """Return the outbox of the mails, and what delivers them."""
    return next(one for one in site.app.extensions[DELIVERIES] if not one[0].keeps_payload)


def rows(site):
    """Return what stands in the outbox: (topic, state, outcome), oldest first."""
    box, _ = delivery(site)
    with box.database.reading() as session:
        found = session.execute(text("SELECT topic, state, outcome FROM mails ORDER BY id"))
        return [tuple(row) for row in found]


def book(site, slot=None, key="a", email=MIA, **more):
    slot = slot or site.slots()[0]
    customer = {"first_name": "Mia", "last_name": "Keller", "email": email, "phone": "030 5550123"}
    answer = site.book(slot, key, **{"customer": customer, **more})
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def token_of(booked):
    return booked["manage_url"].rsplit("/", 1)[1]


def deliver(site, post):
    """Deliver what is due; return the subjects and receivers, in order."""
    post.clear()
    deliver_once(site.app)
    return [(to, mail["Subject"]) for to, mail in zip(post.receivers, post.mails, strict=True)]


def moment(told):
    return datetime.fromisoformat(told)
