"""The platform's events: who is heard, what is forgotten, what comes of nonsense."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Request
from werkzeug.test import create_environ

from widget_server.web.parts import EXTENSION
from widget_server.web.webhooks.hooks import (
    REMEMBERED_SECONDS,
    SAME_BODY_SECONDS,
    WRONG_TOKENS,
)
from widget_server.web.webhooks.reading import EVENTS, Told, told

TOKEN = "a-verification-token"
BOOKED = "/webhooks/bookablesites/appointment_booked"
BERLIN = ZoneInfo("Europe/Berlin")
FORM = {
    "appointmentId": "7", "appointmentStatus": "Approved",
    "appointmentStartDateTime": "2026-12-08 09:00", "appointmentEndDateTime": "2026-12-08 09:30",
}  # fmt: skip


@pytest.fixture
def site(make_site):
    return make_site(WEBHOOK_TOKEN=TOKEN)


def send(site, path=BOOKED, token=TOKEN, headers: Any = None, **body):
    body = body or {"data": FORM}
    return site.post(path, headers={"Authorization": token, **(headers or {})}, **body)


def weeks_forgotten(site, act):
    """Return the Mondays of December, and of the next year's, whose times an act makes old."""
    catalogue = site.app.extensions[EXTENSION].desk.catalogue
    weeks = [datetime(2026, 12, day, 12, tzinfo=UTC) for day in (1, 8, 15)]
    before = [catalogue.watch([1], at, at)[1] for at in weeks]
    act()
    after = [catalogue.watch([1], at, at)[1] for at in weeks]
    return [week.day for week, old, new in zip(weeks, before, after, strict=True) if old != new]


@pytest.mark.parametrize("token", [TOKEN, f"Bearer {TOKEN}"])
def test_an_event_makes_its_week_old_and_no_other(site, token):
    answers = []
    forgotten = weeks_forgotten(site, lambda: answers.append(send(site, token=token)))
    assert ([answer.status_code for answer in answers], forgotten) == ([204], [8])


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"type": "appointment.booked", "data": FORM}},
        {"json": FORM},
    ],
)
def test_json_is_read_as_well(site, body):
    assert weeks_forgotten(site, lambda: send(site, **body)) == [8]


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"appointmentId": "7", "appointmentStartDateTime": "8. Dezember 2026 9 Uhr"}},
        {"data": b"\xff\x00 nonsense"},
        {"data": b"[" * 5000},
        {"json": []},
        {"data": {**FORM, "appointmentEndDateTime": "2036-12-08 09:30"}},
    ],
)
def test_what_cannot_be_read_makes_all_times_old(site, body):
    assert weeks_forgotten(site, lambda: send(site, **body)) == [1, 8, 15]


def test_a_move_makes_all_times_old_for_the_old_one_is_not_told(site):
    path = "/webhooks/bookablesites/appointment_rescheduled"
    assert weeks_forgotten(site, lambda: send(site, path)) == [1, 8, 15]


def test_a_new_customer_makes_nothing_old(site):
    path = "/webhooks/bookablesites/customer_created"
    assert weeks_forgotten(site, lambda: send(site, path)) == []


def test_the_same_event_again_is_not_heard_again(site):
    def heard(number, **headers):
        body = {**FORM, "number": number}
        return weeks_forgotten(site, lambda: send(site, headers=headers, data=body))

    named = {"webhook-id": "msg_1"}
    assert [heard(1, **named), heard(2, **named), heard(3, **{"webhook-id": "msg_2"})] == [
        [8], [], [8],
    ]  # fmt: skip
    assert [heard(4), heard(4), heard(5)] == [[8], [], [8]]
    site.ticks.sleep(SAME_BODY_SECONDS)
    assert [heard(4), heard(4), heard(6, **named)] == [[8], [], []]
    site.ticks.sleep(REMEMBERED_SECONDS)
    assert heard(7, **named) == [8]


@pytest.mark.parametrize(
    "token", ["", "Bearer", "another-token", TOKEN[:-1], f"{TOKEN} x", "tökén"]
)
def test_a_stranger_is_refused_and_nothing_forgotten(site, token):
    answers = []
    forgotten = weeks_forgotten(
        site, lambda: answers.append(send(site, token=token.encode().decode("latin-1")))
    )
    [answer] = answers
    assert (answer.status_code, answer.get_json()["code"], forgotten) == (401, "unauthorized", [])
    assert TOKEN not in answer.text


def test_who_tries_tokens_is_stopped_and_keeps_nobody_out_who_has_the_right_one(make_site):
    site = make_site(WEBHOOK_TOKEN=TOKEN, RATE_LIMITS="on")
    codes = [send(site, token="wrong").status_code for _ in range(WRONG_TOKENS + 1)]
    assert codes == [401] * WRONG_TOKENS + [429]
    assert send(site).status_code == 204
    assert send(site, token="wrong").status_code == 429


def test_without_a_token_of_ones_own_nobody_is_heard(make_site):
    assert send(make_site()).status_code == 404


def test_an_event_that_is_none_is_not_found(site):
    assert send(site, "/webhooks/bookablesites/weather_changed").status_code == 404
    assert {send(site, f"/webhooks/bookablesites/{event}").status_code for event in EVENTS} == {204}


def test_what_is_no_id_is_none():
    values: tuple[Any, ...] = ("x", "-1", "0", "9" * 30, "", None, [], "٣")
    for value in values:
        assert told(EVENTS[0], {"appointmentId": value}, BERLIN) == Told(None, None)


def test_a_booking_moved_by_staff_is_looked_at(make_site):
    site = make_site(WEBHOOK_TOKEN=TOKEN)
    slot = site.slots()[0]
    booked = site.book(slot, "a").get_json()
    desk = site.app.extensions[EXTENSION].desk
    [claim] = desk.ledger.booking(booked["id"]).current_claims
    body = {**FORM, "appointmentId": str(claim.platform_appointment)}
    # The week that the event tells, and that in which the booking is known to be.
    assert weeks_forgotten(site, lambda: send(site, data=body)) == [1, 8]


def test_an_event_that_failed_is_heard_when_it_comes_again(site):
    hooks = site.app.extensions[EXTENSION].hooks
    request = Request(create_environ(BOOKED, method="POST", data=FORM))
    heard = []

    def take(*, fails=False):
        with hooks.once(EVENTS[0], request) as is_new:
            heard.append(is_new)
            if fails:
                raise OSError("The database is away.")

    with pytest.raises(OSError, match="away"):
        take(fails=True)
    take()
    take()
    assert heard == [True, True, False]
