"""Recurring visits over HTTP, in mails and in calendar files."""

import json
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import text

from tests.mail_server import mail_server, parts
from tests.web.conftest import MIA, start_site
from widget_server.app import DELIVERIES, deliver_once

MASSAGE = 6
WEEKLY: dict[str, Any] = {"frequency": "weekly", "count": 3}


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def site(tmp_path, post):
    running = start_site(
        tmp_path, SMTP_URL=post.url, MAIL_FROM="book@studio.example.org",
        MAIL_OWNER="owner@studio.example.org", PUBLIC_URL="https://book.example.org",
    )  # fmt: skip
    yield running
    for outbox, _ in running.app.extensions[DELIVERIES]:
        outbox.database.close()


def body(slot, **more):
    item = {"service": MASSAGE, "employee": slot["employees"][0], "start": slot["start"]}
    return {"items": [item], "customer": MIA, "timezone": "Europe/Berlin", **more}


def send(site, slot, key="a", **more):
    return site.post("/v1/bookings", json=body(slot, **more), headers={"Idempotency-Key": key})


def open_series(site, **wanted):
    """Find a start whose dates are all open, and one of whose dates some are not."""
    starts: dict[str, Any] = {"all": None, "some": None}
    for slot in site.slots(f"service={MASSAGE}"):
        query = {"service": MASSAGE, "employee": slot["employees"][0], "start": slot["start"]}
        found = site.get("/v1/slots/series", query_string={**query, **WEEKLY, **wanted}).get_json()
        which = "all" if found["open"] == WEEKLY["count"] else "some"
        starts[which] = starts[which] or (slot, found)
        if all(starts.values()):
            break
    return starts


def token(url):
    return url.rsplit("/", 1)[1]


def test_a_series_is_looked_at_booked_seen_and_cancelled(site, post):
    slot, found = open_series(site)["all"]
    assert [one["open"] for one in found["dates"]] == [True] * 3

    answer = send(site, slot, recurrence=WEEKLY)

    assert answer.status_code == 201, answer.text
    booked = answer.get_json()
    series = booked["series"]
    assert [one["start"] for one in series["bookings"]] == [one["start"] for one in found["dates"]]
    assert {one["status"] for one in series["bookings"]} == {"approved"}
    assert series["bookings"][0]["id"] == booked["id"]
    assert (booked["total"], series["total"], series["left_out"]) == ("82.00", "246.00", [])
    assert send(site, slot, recurrence=WEEKLY).get_json() == booked

    second = token(series["bookings"][1]["manage_url"])
    seen = site.get(f"/v1/bookings/{second}").get_json()
    assert (seen["id"], seen["items"][0]["start"]) == (
        series["bookings"][1]["id"], found["dates"][1]["start"],
    )  # fmt: skip
    assert site.post(f"/v1/bookings/{second}/cancel").get_json()["status"] == "canceled"

    first = token(booked["manage_url"])
    ended = site.post(f"/v1/bookings/{first}/cancel", json={"series": True}).get_json()
    assert [one["status"] for one in ended["series"]["bookings"]] == ["canceled"] * 3
    assert ended["series"]["total"] == "0.00"


def test_one_date_taken_says_which_and_the_open_ones_can_be_had(site):
    slot, found = open_series(site)["some"]
    closed = [one["start"] for one in found["dates"] if not one["open"]]

    refused = send(site, slot, recurrence=WEEKLY)
    problem = refused.get_json()

    assert (refused.status_code, problem["code"]) == (409, "slot_taken")
    dates = ", ".join(start[:10] for start in closed)
    assert problem["errors"]["recurrence"] == [
        f"Not open: {dates}. Book the open dates alone, or choose another time."
    ]
    booked = send(site, slot, "b", recurrence={**WEEKLY, "only_open": True}).get_json()
    assert booked["series"]["left_out"] == closed
    assert len(booked["series"]["bookings"]) == WEEKLY["count"] - len(closed)


def test_a_series_is_told_once(site, post):
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY, coupon="WELCOME10").get_json()
    deliver_once(site.app)

    [mail] = post.to(MIA["email"])
    plain, _html, calendar = parts(mail)
    assert mail["Subject"] == "Booking confirmed · Linden & Luz Studio"
    assert plain.count("When: ") == 3
    assert plain.count("Service: Slow massage") == 1
    assert "Slow massage \N{MULTIPLICATION SIGN} 3: €246.00" in plain
    assert ("Discount: -€8.20" in plain, "Total: €237.80" in plain) == (True, True)
    assert calendar.count("BEGIN:VEVENT") == 3
    assert len(post.to("owner@studio.example.org")) == 1

    post.clear()
    site.post(f"/v1/bookings/{token(booked['manage_url'])}/cancel", json={"series": True})
    deliver_once(site.app)
    [mail] = post.to(MIA["email"])
    plain, _html, calendar = parts(mail)
    assert (mail["Subject"], plain.count("When: ")) == (
        "Booking canceled · Linden & Luz Studio", 3,
    )  # fmt: skip
    assert (calendar.count("METHOD:CANCEL"), calendar.count("STATUS:CANCELLED")) == (1, 3)


def test_mails_about_a_series_keep_their_order(site, post):
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY).get_json()
    second = token(booked["series"]["bookings"][1]["manage_url"])
    post.answers += ["451 4.3.0 not now"]
    deliver_once(site.app)
    site.post(f"/v1/bookings/{second}/cancel")
    deliver_once(site.app)
    assert post.to(MIA["email"]) == []  # the confirmation waits for its next attempt

    site.clock.advance(timedelta(minutes=1))
    for _ in range(2):
        deliver_once(site.app)

    subjects = [str(mail["Subject"]).partition(" ·")[0] for mail in post.to(MIA["email"])]
    assert subjects == ["Booking confirmed", "Booking canceled"]


def test_a_series_is_asked_for_by_its_own_address_alone(site):
    query = f"service={MASSAGE}&from=2026-12-01&to=2026-12-02"
    assert site.get(f"/v1/slots?{query}").status_code == 200
    assert site.get(f"/v1/slots/series?{query}").status_code == 422


def test_the_calendar_file_of_one_date_and_of_all(site):
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY).get_json()
    assert uids(site, booked["ics_url"]) == [booked["id"]]
    assert uids(site, booked["series"]["ics_url"]) == [
        one["id"] for one in booked["series"]["bookings"]
    ]


def test_what_is_not_booked_has_no_calendar_file(site):
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY).get_json()
    with site.app.extensions[DELIVERIES][1][0].database.writing() as session:
        session.execute(text("UPDATE bookings SET state = 'lost'"))
    answer = site.get(booked["ics_url"].partition(".org")[2])
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")


def uids(site, url):
    file = site.get(url.partition(".org")[2])
    assert file.mimetype == "text/calendar"
    events = Calendar.from_ical(file.data).walk("VEVENT")
    return [str(event["UID"]).partition("@")[0] for event in events]


def test_a_recurrence_that_makes_no_sense(site):
    slot = site.slots(f"service={MASSAGE}")[0]
    wanted: list[tuple[Any, str]] = [
        ({"frequency": "hourly", "count": 3}, "recurrence.frequency"),
        ({"frequency": "daily", "count": 3}, "recurrence.frequency"),
        ({"frequency": "weekly", "count": 1}, "recurrence.count"),
        ({"frequency": "weekly", "count": 13}, "recurrence.count"),
        ({"frequency": "weekly", "count": 51}, "recurrence.count"),
        ({"frequency": "weekly", "count": 3, "interval": 0}, "recurrence.interval"),
        ({"frequency": "weekly", "count": 3, "until": "2027-01-01"}, "recurrence.until"),
        ({"frequency": "weekly"}, "recurrence.count"),
        ("weekly", "recurrence"),
        ([], "recurrence"),
    ]
    answers = [send(site, slot, recurrence=recurrence) for recurrence, _ in wanted]
    assert [(answer.status_code, list(answer.get_json()["errors"])) for answer in answers] == [
        (422, [field]) for _, field in wanted
    ]


def test_a_question_for_a_series_that_makes_no_sense(site):
    query = {"service": MASSAGE, "start": "2026-12-01T09:00:00+01:00", **WEEKLY}
    changes: list[dict[str, Any]] = [
        {"count": 51},
        {"service": 0},
        {"start": "noon"},
        {"count": None},
        {"extras": "x"},
        {"count": 13},
        {"frequency": "daily"},
    ]
    answers = [site.get("/v1/slots/series", query_string=query | change) for change in changes]
    assert [(answer.status_code, list(answer.get_json()["errors"])) for answer in answers] == [
        (422, list(change)) for change in changes
    ]
    answer = site.get("/v1/slots/series", query_string=query | {"service": 1})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["recurrence"])


def staff(site, method, path, body=None):
    credentials = json.loads((site.data_dir / "credentials.json").read_text())
    client = site.app.test_client()
    form = {"grant_type": "client_credentials", **credentials}
    bearer = client.post("/api/v2/token", data=form).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {bearer}"}
    answer = client.open(f"/api/v2{path}", method=method, json=body, headers=headers)
    assert answer.status_code < 300, answer.text
    return answer.get_json()


def decide_link(post):
    [mail] = [mail for mail in post.to("owner@studio.example.org") if "/decide/" in parts(mail)[0]]
    line = next(line for line in parts(mail)[0].splitlines() if "/decide/" in line)
    return line.partition(".org")[2]


def statuses(site, booked):
    seen = site.get(f"/v1/bookings/{token(booked['manage_url'])}").get_json()
    return [one["status"] for one in seen["series"]["bookings"]]


def test_pending_dates_are_decided_together(site, post):
    staff(site, "PATCH", "/settings", {"default_status": "pending"})
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY).get_json()
    assert {one["status"] for one in booked["series"]["bookings"]} == {"pending"}
    deliver_once(site.app)
    decide = decide_link(post)
    post.clear()
    answer = site.post(decide, data={"verdict": "approve"})
    assert answer.status_code < 400, answer.text
    assert statuses(site, booked) == ["approved"] * 3
    deliver_once(site.app)
    assert len(post.to(MIA["email"])) == 1


def test_what_is_left_of_a_series_is_decided_when_its_first_date_is_gone(site, post):
    staff(site, "PATCH", "/settings", {"default_status": "pending"})
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY).get_json()
    deliver_once(site.app)
    decide = decide_link(post)
    site.post(f"/v1/bookings/{token(booked['manage_url'])}/cancel")
    assert site.get(decide).text.count('class="card"') == 2
    site.post(decide, data={"verdict": "approve"})
    assert statuses(site, booked) == ["canceled", "approved", "approved"]
    assert site.get(decide).status_code == 404


def test_a_date_that_staff_have_cancelled_is_not_confirmed_with_the_others(site, post):
    staff(site, "PATCH", "/settings", {"default_status": "pending"})
    slot, _found = open_series(site)["all"]
    booked = send(site, slot, recurrence=WEEKLY).get_json()
    deliver_once(site.app)
    second = site.app.extensions["widget_server"].desk.ledger.booking(
        booked["series"]["bookings"][1]["id"]
    )
    staff(site, "DELETE", f"/appointments/{second.current_claims[0].platform_appointment}")
    site.post(decide_link(post), data={"verdict": "approve"})
    assert statuses(site, booked) == ["approved", "canceled", "approved"]


def test_dates_that_are_confirmed_and_dates_that_wait_are_told_apart(site, post):
    pilates = 8
    staff(site, "PATCH", f"/services/{pilates}", {"recurring": {"frequencies": ["weekly"],
                                                                "max_count": 5}})  # fmt: skip
    slots = site.slots(f"service={pilates}")
    start = slots[0]["start"]
    items = [{"service": pilates, "start": start}]
    group = {"items": [items[0] | {"persons": 3}], "customer": MIA | {"email": "jo@example.org"}}
    site.post("/v1/bookings", json=group, headers={"Idempotency-Key": "group"})
    mine = {"items": items, "customer": MIA, "recurrence": WEEKLY}
    booked = site.post("/v1/bookings", json=mine, headers={"Idempotency-Key": "mine"}).get_json()
    assert statuses(site, booked) == ["approved", "pending", "pending"]
    deliver_once(site.app)
    told = {mail["Subject"]: parts(mail)[0].count("When: ") for mail in post.to(MIA["email"])}
    assert told == {
        "Booking confirmed · Linden & Luz Studio": 1,
        "Booking received · Linden & Luz Studio": 2,
    }
    site.post(decide_link(post), data={"verdict": "approve"})
    assert statuses(site, booked) == ["approved"] * 3


def test_dates_beyond_every_calendar_are_not_open(site):
    query = {"service": MASSAGE, "start": "2198-12-31T23:00:00+01:00", "frequency": "monthly",
             "interval": 52, "count": 12}  # fmt: skip
    answer = site.get("/v1/slots/series", query_string=query)
    assert (answer.status_code, answer.get_json()["open"]) == (200, 0)
    again = {name: query[name] for name in ("frequency", "interval", "count")}
    slot = {"start": query["start"], "employees": [7]}
    refused = send(site, slot, recurrence=again)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "slot_taken")
