"""Open slots as the platform lists them: for who looks, and for who books."""

from datetime import timedelta

import pytest

from tests.web.conftest import MIA, start_site
from tests.web.remote.conftest import ADA, BEN, COLOUR, HAIRCUT, KIM_ID, YOGA

MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def day(text, more=""):
    return f"service=1&location=1&from={text}&to={text}{more}"


def asked(platform):
    """Return who open times were asked for, in order."""
    calls = platform.calls("GET", "/available-times")
    return [dict(pair.split("=") for pair in call["query"].split("&")) for call in calls]


@pytest.fixture
def site(make_site):
    return make_site()


def test_what_the_platform_offers_is_listed_without_saying_who_takes_it(site):
    found = site.found(day("2026-12-01"))

    assert [slot["start"][11:16] for slot in found] == MORNING
    assert {(tuple(slot["employees"]), slot["places_left"]) for slot in found} == {((), None)}
    assert found[0]["end"] == "2026-12-01T09:30:00+01:00"


def test_an_employee_that_is_named_takes_it(site):
    found = site.found(day("2026-12-01", "&employee=2"))

    assert {tuple(slot["employees"]) for slot in found} == {(BEN,)}


def test_the_platform_is_asked_once_for_a_month_and_not_again(site, platform):
    query = "service=1&from=2026-12-01&to=2026-12-31"
    site.get("/v1/business")
    platform.calls()

    first = site.found(query)
    second = site.found("service=1&from=2026-12-07&to=2026-12-20")

    assert len(first) == 23 * len(MORNING)
    assert len(second) == 10 * len(MORNING)
    assert len(asked(platform)) == 1
    assert platform.calls("GET", "/appointments") == []


def test_every_employee_may_give_what_nobody_is_told_of(site):
    [service, *_] = site.get("/v1/services").get_json()

    assert (service["employees"], service["locations"]) == ([ADA, BEN, KIM_ID], [1, 2])


def test_of_whom_nothing_is_told_costs_and_takes_the_usual_unless_the_file_says(make_site):
    own = {"employees": [{"id": ADA, "services": [{"id": HAIRCUT, "price": "50"}]}]}

    plain, told = (make_site(file).get("/v1/services/1").get_json() for file in ({}, own))

    assert (plain["prices"], plain["durations"]) == ({}, {})
    assert (told["prices"], told["durations"]) == ({str(ADA): "50.00"}, {})


def test_booking_asks_the_employees_one_by_one(site, staff, platform):
    site.found(day("2026-12-02"))
    staff.book("2026-12-02T10:00", ADA)

    made = site.want("2026-12-02T10:00")

    assert made.status_code == 201, made.text
    assert made.get_json()["items"][0]["employee"]["id"] == BEN
    assert [one.get("employee") for one in asked(platform)] == [None, str(ADA), str(BEN)]
    assert staff.taken("2026-12-02") == [("10:00", ADA), ("10:00", BEN)]


def test_who_was_slower_is_told_so_with_alternatives(site, staff):
    site.found(day("2026-12-03"))
    for employee in (ADA, BEN):
        staff.book("2026-12-03T09:30", employee)

    refused = site.want("2026-12-03T09:30")

    assert (refused.status_code, refused.get_json()["code"]) == (409, "slot_taken")
    near = [slot["start"][8:16] for slot in refused.get_json()["alternatives"]]
    assert "03T09:30" not in near
    assert {"03T09:00", "03T10:00"} <= set(near)
    # What the refusal has learned, everybody who looks is told.
    assert site.starts(day("2026-12-03")) == [clock for clock in MORNING if clock != "09:30"]


def test_a_booking_is_seen_at_once(site):
    assert site.starts(day("2026-12-04", "&employee=1")) == MORNING

    assert site.want("2026-12-04T09:00", ADA).status_code == 201

    assert site.starts(day("2026-12-04", "&employee=1")) == MORNING[1:]


def test_what_is_kept_answers_while_the_platform_is_down_and_books_nothing(make_site, platform):
    site = make_site(CACHE_FRESH_SECONDS="10")
    site.found(day("2026-12-07"))
    platform.on("GET */available-times", "status", status=503)
    site.clock.advance(timedelta(minutes=1))

    answer = site.get(f"/v1/slots?{day('2026-12-07')}").get_json()
    refused = site.want("2026-12-07T09:00")

    assert answer["stale"] is True
    assert [slot["start"][11:16] for slot in answer["days"][0]["slots"]] == MORNING
    assert (refused.status_code, refused.get_json()["code"]) == (503, "platform_unavailable")


def test_notice_and_window_are_ours(make_site):
    site = make_site(BUSINESS_MINIMUM_NOTICE_MINUTES="1260", BUSINESS_BOOKING_WINDOW_DAYS="1")

    # 21 hours after 13:00 in Berlin.
    assert site.starts("service=1&from=2026-11-30&to=2026-12-31") == MORNING[2:]


def test_a_hold_hides_what_it_certainly_takes(make_site):
    site = make_site({"employees": [{"id": KIM_ID, "services": [{"id": COLOUR}]}]})

    def hold(employee):
        item = {"service": 1, "employee": employee, "start": "2026-12-08T09:00:00+01:00"}
        answer = site.post("/v1/holds", json={"items": [item | {"location": 1}]})
        assert answer.status_code == 201, answer.text

    hold(ADA)
    by_one = [site.found(day("2026-12-08", more))[0] for more in ("", "&employee=1")]
    hold(BEN)

    # Whom the platform means, Ada or Ben, is not known.
    assert [(slot["start"][11:16], slot["employees"]) for slot in by_one] == [
        ("09:00", []),
        ("09:30", [ADA]),
    ]
    assert site.starts(day("2026-12-08"))[0] == "09:30"


def test_a_visit_is_moved_but_not_into_its_own_time(site, staff):
    booked = site.want("2026-12-09T10:00", ADA).get_json()

    moved = site.move(booked, "2026-12-09T11:00")
    token = booked["manage_url"].rpartition("/")[2]
    listed = site.get(f"/v1/bookings/{token}/slots?from=2026-12-09&to=2026-12-09").get_json()

    assert moved.status_code == 200, moved.text
    assert staff.taken("2026-12-09") == [("11:00", ADA)]
    # With anyone: Ben has all morning.
    assert [slot["start"][11:16] for slot in listed["days"][0]["slots"]] == MORNING


def test_several_services_follow_one_another(site, staff):
    found = site.found("service=1&service=2&location=1&from=2026-12-10&to=2026-12-10")

    made = site.want("2026-12-10T09:00", ADA, (HAIRCUT, YOGA))

    # A haircut, then an hour of yoga until twelve.
    assert [slot["start"][11:16] for slot in found] == MORNING[:4]
    assert made.status_code == 201, made.text
    assert staff.taken("2026-12-10") == [("09:00", ADA), ("09:30", ADA)]


def test_more_persons_than_the_account_can_be_told_of_are_refused(make_site):
    site = make_site({"services": [{"id": YOGA, "capacity": {"max": 3}}]})

    answer = site.get("/v1/slots?service=2&from=2026-12-10&to=2026-12-10&persons=2")

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["persons"])


def test_extras_need_time_that_the_platform_offers(make_site):
    extra = {"id": 7, "name": "Wash", "duration_minutes": 15, "price": "5"}
    schedules = {"services": [{"id": HAIRCUT, "extras": [extra]}]}
    site = make_site(schedules, BOOKABLESITES_BOOKING_FIELDS="extras:extras")

    assert site.starts(day("2026-12-11", "&extras=7:1")) == MORNING[:-1]
    assert site.get("/v1/services/1").get_json()["extras"][0]["price"] == "5.00"


def test_extras_that_the_account_cannot_be_told_of_are_not_offered(make_site):
    site = make_site({"services": [{"id": HAIRCUT, "extras": [{"id": 7, "name": "Wash"}]}]})

    assert site.get("/v1/services/1").get_json()["extras"] == []


def test_a_group_is_filled_as_far_as_the_file_says(make_site, staff):
    site = make_site({"services": [{"id": YOGA, "capacity": {"max": 3}}]})

    made = [site.want("2026-12-14T09:00", ADA, (YOGA,)).status_code for _ in range(4)]

    assert made == [201, 201, 201, 409]
    assert staff.taken("2026-12-14") == [("09:00", ADA)]


def test_the_location_is_found_out_when_it_is_booked(site):
    item = {"service": COLOUR, "start": "2026-12-12T09:00:00+01:00"}
    customer = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}

    made = site.post(
        "/v1/bookings", json={"items": [item], "customer": customer},
        headers={"Idempotency-Key": "by the water"},
    )  # fmt: skip

    assert made.status_code == 201, made.text
    [part] = made.get_json()["items"]
    assert (part["employee"]["id"], part["location"]["id"]) == (KIM_ID, 2)


def test_an_account_that_shows_everything_may_be_asked_for_its_list_all_the_same(
    make_site, staff, platform
):
    platform.reset()
    site = make_site(AVAILABILITY_SOURCE="platform", BOOKABLESITES_EXTENSIONS="on")

    found = site.found(day("2026-12-15"))
    made = site.want("2026-12-15T09:00")
    moved = site.move(made.get_json(), "2026-12-15T11:30")

    assert [slot["start"][11:16] for slot in found] == MORNING
    assert (made.status_code, moved.status_code) == (201, 200), (made.text, moved.text)
    assert staff.taken("2026-12-15") == [("11:30", ADA)]


def test_guests_are_asked_for_where_the_account_can_be_told_of_them(make_site, platform):
    platform.reset()
    site = make_site(AVAILABILITY_SOURCE="platform", BOOKABLESITES_EXTENSIONS="on")

    found = site.found("service=2&location=1&from=2026-12-16&to=2026-12-16&persons=3")

    assert [slot["start"][11:16] for slot in found] == MORNING[:-1]
    assert [one["additional_guest_count"] for one in asked(platform)] == ["2"]


def test_the_embedded_backend_can_be_asked_for_its_list_too(tmp_path):
    site = start_site(tmp_path, AVAILABILITY_SOURCE="platform")

    [slot, *_] = site.slots()
    made = site.post(
        "/v1/bookings", headers={"Idempotency-Key": "demo"},
        json={"items": [{"service": 1, "start": slot["start"], "location": 1}], "customer": MIA},
    )  # fmt: skip

    assert slot["employees"] == []
    assert made.status_code == 201, made.text


def test_how_far_buffers_keep_others_away_is_for_the_platform_to_say(make_site, staff):
    # The file makes more of it than the account does.
    site = make_site({"services": [{"id": HAIRCUT, "buffer_after_minutes": 60}]})
    staff.book("2026-12-17T09:00", ADA)

    made = site.want("2026-12-17T09:30", ADA)

    assert made.status_code == 201, made.text
    assert staff.taken("2026-12-17") == [("09:00", ADA), ("09:30", ADA)]


def test_an_event_of_the_platform_is_seen_at_once(make_site, staff):
    site = make_site(WEBHOOK_TOKEN="a-verification-token")
    both = [site.starts(day("2026-12-18", f"&employee={ADA}"))]
    made = staff.book("2026-12-18T09:00", ADA)

    answer = site.post(
        "/webhooks/bookablesites/appointment_booked", data={"appointmentId": str(made)},
        headers={"Authorization": "a-verification-token"},
    )  # fmt: skip
    both.append(site.starts(day("2026-12-18", f"&employee={ADA}")))

    assert answer.status_code == 204
    assert both == [MORNING, MORNING[1:]]


def test_a_series_is_booked_on_each_of_its_dates(make_site, staff):
    recurring = {"frequencies": ["weekly"], "max_count": 4}
    site = make_site({"services": [{"id": HAIRCUT, "recurring": recurring}]})
    start = "2026-12-21T09:00:00+01:00"
    weekly = {"frequency": "weekly", "interval": 1, "count": 2}

    query = {"service": 1, "location": 1, "start": start, **weekly}
    shown = site.get("/v1/slots/series", query_string=query).get_json()
    made = site.post(
        "/v1/bookings", headers={"Idempotency-Key": "series"},
        json={"items": [{"service": 1, "location": 1, "start": start}], "customer": MIA,
              "recurrence": weekly},
    )  # fmt: skip

    assert made.status_code == 201, made.text
    taken = [staff.taken(on) for on in ("2026-12-21", "2026-12-28")]
    assert taken == [[("09:00", ADA)], [("09:00", ADA)]]
    assert [(one["open"], one["employees"]) for one in shown["dates"]] == [(True, [])] * 2
