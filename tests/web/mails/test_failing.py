"""What goes wrong on the way, and what must not go right."""

from datetime import timedelta

import pytest

from tests.mail_server import parts
from tests.web.mails.conftest import MIA, OWNER, book, deliver, delivery, rows, token_of
from widget_server.booking.messages.caps import CAPS


def test_a_mail_that_was_refused_for_now_comes_later(site, post):
    book(site)
    post.answers += ["451 4.3.0 not now"]
    first = deliver(site, post)
    waiting = [outcome for _, state, outcome in rows(site) if state == "waiting"]
    site.clock.advance(timedelta(seconds=10))

    second = deliver(site, post)

    assert (len(first), waiting) == (2, ["The mail server refuses it: 451."])
    assert [to for to, _ in second] == [MIA]


def test_a_worker_that_dies_after_sending_sends_the_same_mail_again(site, post):
    book(site)
    box, postman = delivery(site)
    (message,) = box.lease(1)
    postman(message)  # and dies before it can say so
    (first,) = post.to(MIA)
    site.clock.advance(box.patience.lease)

    deliver(site, post)

    (again,) = post.to(MIA)
    assert (first["Message-ID"], first["Date"]) == (again["Message-ID"], again["Date"])
    assert parts(first) == parts(again)


def test_a_mail_that_was_refused_for_good_is_dead_and_the_booking_stands(site, post):
    post.at_rcpt += ["550 5.1.1 mia@example.org unknown"]
    booked = book(site)
    told = deliver(site, post)

    states = [(topic, state, outcome) for topic, state, outcome in rows(site)]
    assert states[0] == ("confirmed", "dead", "The mail server refuses it: 550.")
    assert [to for to, _ in told][-1] == OWNER
    assert site.get(f"/v1/bookings/{token_of(booked)}").get_json()["status"] == "approved"


def test_no_address_gets_more_than_its_share(site, post):
    slots = [slot for slot in site.slots() if slot["employees"]]
    used = []
    for number in range(CAPS[0][1] + 5):
        slot = next(s for s in slots if s["start"] not in used)
        used.append(slot["start"])
        # Neither the case nor what follows a plus makes it another inbox.
        email = MIA if number % 3 else f"M{'i'}a+{number}@Example.org"
        site.book(slot, f"key-{number}", customer={
            "first_name": "Mia", "last_name": "Keller", "email": email,
        })  # fmt: skip

    deliver(site, post)

    mias = [to for to in post.receivers if to.casefold().startswith("mia")]
    dropped = [row for row in rows(site) if row[2].startswith("Dropped")]
    assert (len(mias), len(dropped)) == (CAPS[0][1], 5)
    assert len(post.to(OWNER)) == CAPS[0][1] + 5


@pytest.mark.parametrize("name", ["Mia\r\nBcc: all@example.org", "Mia\nX: y", "Mia\x0bBcc: z"])
def test_nobody_adds_headers_through_a_name(site, post, staff, name):
    slot = site.slots()[0]
    refused = site.book(slot, "typed", customer={
        "first_name": name, "last_name": "Keller", "email": MIA,
    })  # fmt: skip
    book(site, slot)
    customer = staff("GET", f"/customers?email={MIA}&limit=1")["data"][0]["id"]
    odd = {"first_name": "Mia Bcc: all@example.org", "last_name": "<b>Keller</b>", "email": MIA}
    staff("PATCH", f"/customers/{customer}", odd)

    deliver(site, post)

    assert refused.status_code == 422
    assert sorted(set(post.receivers)) == sorted([MIA, OWNER, post.receivers[1]])
    assert [mail["Bcc"] for mail in post.mails] == [None] * 3
    assert "&lt;b&gt;Keller&lt;/b&gt;" in parts(post.to(OWNER)[0])[1]
