"""The business's limits over HTTP, set by staff at /api/v2 or by the operator."""

from datetime import datetime, timedelta

import pytest


def code(answer):
    return answer.status_code, answer.get_json().get("code")


def moment(text):
    return datetime.fromisoformat(text)


def dates(site):
    return {slot["start"][:10] for slot in site.slots()}


@pytest.mark.parametrize("path", ["/services/1", "/employees/1"])
@pytest.mark.parametrize("value", [0, -1, 1.5, "two", 10_001])
def test_a_limit_that_makes_no_sense_is_refused(site, path, value):
    with pytest.raises(AssertionError, match="422"):
        site.staff("PATCH", path, {"max_per_day": value})


def test_a_limit_is_told_and_lifted(make_site):
    site = make_site()

    for path, name in (
        ("/settings", "max_active_bookings"),
        ("/services/1", "max_per_day"),
        ("/employees/1", "max_per_day"),
    ):
        assert site.staff("PATCH", path, {name: 2})[name] == 2
        assert site.staff("PATCH", path, {name: None})[name] is None


def test_a_full_day_is_listed_no_more(make_site):
    site = make_site()
    slot = site.slots()[40]
    day = slot["start"][:10]
    site.staff("PATCH", "/services/1", {"max_per_day": 1})
    site.book(slot, "first")

    assert day not in dates(site)
    other = {**slot, "start": (moment(slot["start"]) + timedelta(hours=1)).isoformat()}
    answer = site.book(other, "second")
    assert answer.status_code == 409
    assert day not in {one["start"][:10] for one in answer.get_json()["alternatives"]}
    site.staff("PATCH", "/services/1", {"max_per_day": None})
    assert day in dates(site)


def test_the_operator_has_the_last_word_on_bookings_of_one_visitor(make_site):
    site = make_site(BUSINESS_MAX_ACTIVE_BOOKINGS="1")
    site.staff("PATCH", "/settings", {"max_active_bookings": 5})
    slots = site.slots()

    answers = [code(site.book(slots[n], f"key {n}")) for n in (0, 30)]

    assert answers == [(201, None), (409, "limit_reached")]


def test_notice_and_window_are_the_operators(make_site):
    site = make_site(BUSINESS_MINIMUM_NOTICE_MINUTES="2880", BUSINESS_BOOKING_WINDOW_DAYS="5")

    # It is noon, on the last of November.
    assert min(dates(site)) >= "2026-12-02"
    assert max(dates(site)) <= "2026-12-05"
    slot = site.slots()[0]
    for start in ("2026-12-01T10:00:00+01:00", "2026-12-15T10:00:00+01:00"):
        answer = site.book(slot | {"start": start}, start)
        assert code(answer) == (409, "not_offered")


@pytest.mark.parametrize(
    ("setting", "path", "body"),
    [
        ("BUSINESS_CANCEL_LIMIT_MINUTES", "cancel", {}),
        ("BUSINESS_RESCHEDULE_LIMIT_MINUTES", "reschedule", {"start": "2026-12-15T10:00:00+01:00"}),
    ],
)
def test_changes_are_taken_until_the_limit_and_no_longer(make_site, setting, path, body):
    site = make_site(**{setting: "120"})
    slot = site.slots()[20]
    manage = site.book(slot, "key").get_json()["manage_url"].rsplit("/", 1)[1]
    limit = moment(slot["start"]) - timedelta(minutes=120)

    site.clock.moment = limit + timedelta(seconds=1)
    late = code(site.post(f"/v1/bookings/{manage}/{path}", json=body))
    site.clock.moment = limit
    in_time = site.post(f"/v1/bookings/{manage}/{path}", json=body)

    assert late == (409, "too_late")
    assert in_time.get_json().get("code") != "too_late"
