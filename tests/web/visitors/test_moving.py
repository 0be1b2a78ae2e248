"""Moving a booking."""

from datetime import timedelta

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
