"""Moving a booking."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.web.visitors.conftest import (
    BROWS,
    HAIRCUT,
    YOGA,
    book,
    is_offered,
    moment,
    move,
    token_of,
)

CANCELLED = "This booking has been cancelled. Please book again."
NOT_BOOKED = "The time could not be booked. Please choose another one."


def test_a_booking_moves_and_frees_its_old_time(site, staff):
    old, new = site.slots()[0], site.slots()[30]
    employee = old["employees"][0]
    new = next(one for one in site.slots()[20:] if employee in one["employees"])
    token = token_of(book(site, old, HAIRCUT))
    before = site.get(f"/v1/bookings/{token}.ics").text

    answer = move(site, token, new["start"])

    assert answer.status_code == 200, answer.text
    item = answer.get_json()["items"][0]
    assert (moment(item["start"]), item["employee"]["id"]) == (moment(new["start"]), employee)
    stands = staff("GET", "/appointments?limit=1")["data"][0]
    assert moment(stands["start_date_time"]) == moment(new["start"])
    assert is_offered(site, old, "service=1&location=1")
    assert not is_offered(site, {**new, "employees": [employee]}, "service=1&location=1")
    after = site.get(f"/v1/bookings/{token}.ics").text
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after) == (True, True)
    assert uid(before) == uid(after)


def test_a_move_with_a_key_is_made_once(site):
    slots = site.slots()
    token = token_of(book(site, slots[0], HAIRCUT))
    starts = [slot["start"] for slot in slots[20:] if slots[0]["employees"][0] in slot["employees"]]

    def send(start, key):
        path, headers = f"/v1/bookings/{token}/reschedule", {"Idempotency-Key": key}
        answer = site.post(path, json={"start": start}, headers=headers).get_json()
        return answer.get("code") or answer["items"][0]["start"]

    told = [send(starts[0], "a"), send(starts[4], "b"), send(starts[0], "a"), send(starts[4], "a")]

    assert told == [starts[0], starts[4], starts[4], "idempotency_key_reused"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_a_key_that_cannot_be_remembered_is_refused(site, key):
    token = token_of(book(site, site.slots()[0], HAIRCUT))

    answer = site.post(f"/v1/bookings/{token}/cancel", json={}, headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_missing")


def uid(calendar):
    return next(line for line in calendar.splitlines() if line.startswith("UID"))


def test_a_booking_never_stands_in_its_own_way(site):
    query = f"service={BROWS}"
    slots = site.slots(query)
    first = next(
        one
        for one in slots
        for other in slots
        if moment(other["start"]) - moment(one["start"]) == timedelta(minutes=30)
        and one["employees"][0] in other["employees"]
    )
    later = (moment(first["start"]) + timedelta(minutes=30)).isoformat()
    token = token_of(book(site, first, BROWS))

    offered = site.get(f"/v1/bookings/{token}/slots?from=2026-12-01&to=2026-12-31").get_json()
    starts = [moment(one["start"]) for day in offered["days"] for one in day["slots"]]
    answer = move(site, token, later, employee=first["employees"][0])

    assert moment(later) in starts
    assert answer.status_code == 200, answer.text


def test_moving_to_a_taken_time_changes_nothing(site):
    first, second = site.slots()[0], site.slots()[25]
    employee = first["employees"][0]
    second = next(one for one in site.slots()[10:] if employee in one["employees"])
    token = token_of(book(site, first, HAIRCUT, "a", employee=employee))
    token_of(book(site, second, HAIRCUT, "b", employee=employee))

    answer = move(site, token, second["start"], employee=employee)

    assert (answer.status_code, answer.get_json()["code"]) == (409, "slot_taken")
    assert list(answer.get_json()["errors"]) == ["start"]
    assert 1 <= len(answer.get_json()["alternatives"]) <= 5
    stands = site.get(f"/v1/bookings/{token}").get_json()
    assert moment(stands["items"][0]["start"]) == moment(first["start"])


def test_a_booking_cannot_be_moved_too_late(site):
    slot, later = site.slots()[0], site.slots()[30]
    token = token_of(book(site, slot, HAIRCUT))
    site.clock.moment = moment(slot["start"]) - timedelta(minutes=59)

    answer = move(site, token, later["start"])

    assert (answer.status_code, answer.get_json()["code"]) == (409, "too_late")


@pytest.mark.parametrize("by", ["visitor", "canceled", "rejected"])
def test_a_booking_that_is_cancelled_does_not_move(site, staff, by):
    token, later = end(site, staff, by), site.slots()[30]

    answers = [
        move(site, token, later["start"]),
        site.get(f"/v1/bookings/{token}/slots?from=2026-12-01&to=2026-12-07"),
    ]

    assert [over(answer) for answer in answers] == [CANCELLED, CANCELLED]
    shown = "rejected" if by == "rejected" else "canceled"
    assert site.get(f"/v1/bookings/{token}").get_json()["status"] == shown
    assert site.post(f"/v1/bookings/{token}/cancel").get_json()["status"] == shown


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_says_of_a_booking_that_is_cancelled_why_it_does_not_move(site, staff, language):
    token, start = end(site, staff, "rejected"), site.slots()[30]["start"]
    address = f"/manage/{token}/times?lang={language}"

    pages = [
        site.page(address),
        site.post(address, data={"start": start}, headers={"Accept": "text/html"}),
    ]

    said = {"en": CANCELLED, "de": "Diese Buchung ist storniert. Bitte buchen Sie neu."}[language]
    assert [page.status_code for page in pages] == [409, 409]
    assert all(said in page.text and 'href="/book' in page.text for page in pages)


def test_a_booking_that_was_never_made_is_neither_moved_nor_cancelled(site):
    slot, later = site.slots()[0], site.slots()[30]
    token = token_of(book(site, slot, HAIRCUT))
    with closing(sqlite3.connect(site.data_dir / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE bookings SET state = 'rejected'")

    answers = [move(site, token, later["start"]), site.post(f"/v1/bookings/{token}/cancel")]
    page = site.post(f"/manage/{token}/cancel")

    assert [over(answer) for answer in answers] == [NOT_BOOKED, NOT_BOOKED]
    assert (page.status_code, NOT_BOOKED in page.text) == (409, True)


def end(site, staff, by):
    """Book and let it be cancelled by the visitor, or by staff with a status; return its token."""
    token = token_of(book(site, site.slots()[0], HAIRCUT))
    if by == "visitor":
        site.post(f"/v1/bookings/{token}/cancel")
    else:
        appointment = staff("GET", "/appointments?limit=1")["data"][0]["id"]
        staff("PATCH", f"/appointments/{appointment}", {"status": by})
    return token


def over(answer):
    """Return what is said of a booking that is over."""
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (409, "too_late"), answer.text
    return problem["detail"]


def test_one_seat_of_a_group_moves_and_the_others_stay(site, staff):
    place = site.slots(f"service={YOGA}")[0]["locations"][0]
    first, second = site.slots(f"service={YOGA}&location={place}")[:2]
    mine = token_of(book(site, first, YOGA, "mine", persons=2))
    others = token_of(book(site, first, YOGA, "others"))

    answer = move(site, mine, second["start"], employee=second["employees"][0])

    assert answer.status_code == 200, answer.text
    stays = site.get(f"/v1/bookings/{others}").get_json()
    assert (stays["status"], moment(stays["items"][0]["start"])) == (
        "approved",
        moment(first["start"]),
    )
    left = {one["start"]: one["places_left"] for one in site.slots(f"service={YOGA}")}
    assert left[first["start"]] == first["places_left"] - 1
    assert left[second["start"]] == second["places_left"] - 2


def test_what_staff_have_moved_can_be_moved_on(site, staff):
    slot = site.slots()[0]
    employee = slot["employees"][0]
    other, third = [one for one in site.slots()[10:] if employee in one["employees"]][:2]
    token = token_of(book(site, slot, HAIRCUT))
    appointment = staff("GET", "/appointments?limit=1")["data"][0]["id"]
    local = moment(other["start"])
    target = {"date": local.date().isoformat(), "time": local.strftime("%H:%M")}
    staff("PATCH", f"/appointments/{appointment}", target)

    seen = site.get(f"/v1/bookings/{token}").get_json()["items"][0]
    answer = move(site, token, third["start"], employee=employee)

    assert moment(seen["start"]) == local
    assert answer.status_code == 200, answer.text
    assert is_offered(site, {**other, "employees": [employee]}, "service=1&location=1")


def test_a_moved_booking_can_be_cancelled(site):
    slot, later = site.slots()[0], site.slots()[30]
    token = token_of(book(site, slot, HAIRCUT))
    move(site, token, later["start"])

    answer = site.post(f"/v1/bookings/{token}/cancel", json={})

    assert answer.get_json()["status"] == "canceled"
    assert is_offered(site, slot, "service=1&location=1")


def test_who_is_not_known_takes_no_visit_over(site):
    old, new = site.slots()[0], site.slots()[30]
    token = token_of(book(site, old, HAIRCUT))

    answer = move(site, token, new["start"], employee=999)

    assert (answer.status_code, answer.json["code"]) == (422, "invalid_input")
    assert list(answer.json["errors"]) == ["employee"]
