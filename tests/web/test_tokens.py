"""Manage links: whatever is wrong with one, the answer is the same, byte for byte."""

import json
import string
from typing import Any

import pytest

from tests.web.conftest import MIA
from widget_server.booking.manage_links import HOLD, TOKEN_LENGTH, ManageLinks, new_booking_id
from widget_server.site import DEFAULT_SITE, Site
from widget_server.web.parts import EXTENSION

ALPHABET = string.ascii_letters + string.digits + "-_"
KEY = "k" * 40
JSON = {"Content-Type": "application/json"}
DOORS = [
    ("GET", "/v1/bookings/{}", None),
    ("GET", "/v1/bookings/{}.ics", None),
    ("GET", "/v1/bookings/{}/slots?from=2026-12-01&to=2026-12-02", None),
    ("POST", "/v1/bookings/{}/cancel", {}),
    ("POST", "/v1/bookings/{}/reschedule", {"start": "2026-12-02T10:00:00+01:00"}),
    ("GET", "/manage/{}", None),
    ("GET", "/manage/{}/times", None),
    ("POST", "/manage/{}/cancel", None),
]


@pytest.fixture
def site(make_site):
    return make_site(SECRET_KEY=KEY)


def book(site, slot, key):
    answer = site.book(slot, key, customer=MIA | {"email": f"{key}@example.org"})
    assert answer.status_code == 201, answer.text
    return answer.get_json()["manage_url"].rsplit("/", 1)[1]


def ask(site, door, token):
    """Return all of an answer that does not change from one moment to the next."""
    method, path, body = door
    data = None if body is None else json.dumps(body)
    headers = {} if body is None else JSON
    client = site.app.test_client()
    answer = client.open(path.format(token), method=method, data=data, headers=headers)
    return answer.status_code, answer.data, sorted(answer.headers)


def altered(token):
    """Yield the token with each of its characters altered."""
    for place in range(TOKEN_LENGTH):
        other = ALPHABET[(ALPHABET.index(token[place]) + 1) % len(ALPHABET)]
        yield token[:place] + other + token[place + 1 :]


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(site):
    desk = site.app.extensions[EXTENSION].desk
    slots = site.slots()
    mine, others, revoked = (book(site, slots[n], f"v{n}") for n in (0, 20, 40))
    booking = desk.ledger.booking(desk.links.verify(revoked).booking_id)
    desk.ledger.note(booking, desk.now(), "link revoked", token_version=2)
    wrong = [
        *altered(mine),
        revoked,
        mine[:16] + others[16:],
        others[:24] + mine[24:],
        ManageLinks([KEY], DEFAULT_SITE, HOLD).issue(booking.id, 2),
        ManageLinks([KEY], Site("elsewhere")).issue(booking.id, 2),
        ManageLinks(["x" * 40], DEFAULT_SITE).issue(booking.id, 2),
        desk.links.issue(new_booking_id(), 1),
        desk.links.issue(booking.id, 3),
        "A" * TOKEN_LENGTH,
        mine[:-1],
        mine + "A",
    ]

    for door in DOORS:
        answers = {repr(ask(site, door, token)) for token in wrong}
        assert len(answers) == 1
        assert ask(site, door, wrong[0])[0] == 404
    seen = [site.get(f"/v1/bookings/{token}").get_json()["status"] for token in (mine, others)]
    assert seen == ["approved", "approved"]
    assert site.get(f"/v1/bookings/{desk.links.issue(booking.id, 2)}").status_code == 200


def test_a_hold_is_not_opened_by_anything_but_its_own_token(site):
    slot = site.slots()[0]
    item = {"service": 1, "employee": slot["employees"][0], "start": slot["start"]}
    held = site.post("/v1/holds", json={"items": [item]}).get_json()["token"]
    manage = book(site, site.slots()[30], "mia")
    doors: list[Any] = [("PATCH", "/v1/holds/{}", {}), ("DELETE", "/v1/holds/{}", None)]

    for door in doors:
        answers = {repr(ask(site, door, token)) for token in (*altered(held), manage)}
        assert len(answers) == 1
        assert ask(site, door, manage)[0] == 404
    assert ask(site, doors[0], held)[0] == 200
    assert ask(site, doors[1], held)[0] == 204
