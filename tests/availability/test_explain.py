"""Why a time is not offered: each rule has its reason, and the engine's word is final."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.availability import random_cases
from widget_server.availability import (
    BusyTimes,
    QueryError,
    SlotQuery,
    check_start,
    explain_day,
    explain_start,
    find_slots,
)
from widget_server.shapes import appointments_from_json, business_from_json, scenario_from_json

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TUESDAY = date(2026, 12, 1)


def at(text, day=TUESDAY):
    """A time of day in Berlin, in winter."""
    return datetime.fromisoformat(f"{day}T{text}+01:00")


def business(**employee):
    ada = {
        "id": 1, "first_name": "Ada", "last_name": "Berg",
        "services": [{"id": 1}, {"id": 2}],
        "working_hours": [
            {"weekday": 2, "periods": [
                {"start": "09:00", "end": "12:00"},
                {"start": "13:00", "end": "15:00", "services": [2]},
                {"start": "15:00", "end": "17:00", "location": 2},
            ]},
            {"weekday": 3, "periods": [{"start": "09:00", "end": "10:00", "services": []}]},
            {"weekday": 4, "periods": [{"start": "09:00", "end": "09:20"}]},
        ],
        "special_days": [{"start_date": "2026-12-15", "end_date": "2026-12-15",
                          "periods": [{"start": "10:00", "end": "11:00"}]}],
        "days_off": [{"name": "Holiday", "start_date": "2026-12-08", "end_date": "2026-12-08"}],
        **employee,
    }  # fmt: skip
    return business_from_json(
        {
            "settings": {"timezone": "Europe/Berlin", "minimum_notice_minutes": 60,
                         "booking_window_days": 60},
            "locations": [{"id": 1, "name": "Here"}, {"id": 2, "name": "There"}],
            "services": [
                {"id": 1, "name": "Haircut", "duration_minutes": 30, "buffer_after_minutes": 10},
                {"id": 2, "name": "Yoga", "duration_minutes": 60,
                 "capacity": {"min": 2, "max": 3, "allow_below_min": False}},
                {"id": 3, "name": "Nobody's", "duration_minutes": 30},
            ],
            "employees": [ada],
        }
    )  # fmt: skip


APPOINTMENTS = appointments_from_json(
    [
        {"id": 7, "service": 1, "employee": 1, "location": 1, "persons": 1, "status": "approved",
         "start": "2026-12-01T10:00:00+01:00", "end": "2026-12-01T10:30:00+01:00"},
        {"id": 8, "service": 2, "employee": 1, "location": 1, "persons": 2, "status": "approved",
         "start": "2026-12-01T13:00:00+01:00", "end": "2026-12-01T14:00:00+01:00"},
    ]
)  # fmt: skip


def ask(service=1, location=1, persons=1):
    return SlotQuery((service,), (TUESDAY, TUESDAY), 1, location, "Europe/Berlin", persons)


def why(query, start, now=NOW):
    """Return the rules that stand in the way, those of all and those of Ada."""
    house = business()
    explained = explain_start(query, start, house, BusyTimes.of(house, APPOINTMENTS), now)
    rules = [reason.rule for reason in (*explained.reasons, *explained.verdicts[0].reasons)]
    assert explained.offered == (not rules)
    return rules


@pytest.mark.parametrize(
    ("query", "start", "rules"),
    [
        (ask(), at("09:00"), []),
        (ask(), at("09:07"), ["grid"]),
        (ask(), at("10:00"), ["overlap"]),
        (ask(), at("10:30"), ["buffer"]),
        (ask(), at("08:00"), ["hours"]),
        (ask(), at("11:45"), ["hours"]),
        (ask(), at("13:00"), ["period_services"]),
        (ask(), at("15:00"), ["location"]),
        (ask(location=None), at("15:00"), []),
        (ask(), at("09:00", date(2026, 12, 8)), ["day_off"]),
        (ask(), at("09:00", date(2026, 12, 15)), ["hours"]),
        (ask(), at("09:00", date(2026, 12, 6)), ["hours"]),
        (ask(3), at("09:00"), ["service"]),
        (ask(2), at("13:00"), ["capacity"]),
        (ask(2, persons=2), at("13:00"), ["capacity"]),
        (ask(2, persons=4), at("13:00"), ["capacity"]),
        (ask(), at("09:00", date(2027, 2, 2)), ["window"]),
    ],
)
def test_the_rule_that_stands_in_the_way_is_named(query, start, rules):
    assert why(query, start) == rules


def test_notice_is_named():
    assert why(ask(), at("09:00"), now=at("08:30").astimezone(UTC)) == ["notice"]


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (at("10:00"), "It overlaps appointment 7 from 10:00 to 10:30."),
        (at("08:00"), "On Tuesdays the hours are 09:00 to 12:00"),
        (at("09:00", date(2026, 12, 8)), "2026-12-08 is a day off: Holiday."),
        (at("09:07"), "The nearest starts are 09:00, 11:00, 11:30."),
        (at("09:00", date(2026, 12, 15)), "On 2026-12-15, a special day, the hours are 10:00"),
    ],
)
def test_the_words_say_what_to_look_at(start, words):
    house = business()
    explained = explain_start(ask(), start, house, BusyTimes.of(house, APPOINTMENTS), NOW)

    assert words in " ".join(reason.text for reason in explained.verdicts[0].reasons)


@pytest.mark.parametrize(
    ("day", "query", "rule"),
    [
        (date(2026, 12, 8), ask(), "day_off"),
        (date(2026, 12, 6), ask(), "hours"),
        (date(2026, 12, 2), ask(), "period_services"),
        (date(2026, 12, 3), ask(), "hours"),
        (TUESDAY, ask(3), "service"),
        (date(2027, 6, 1), ask(), "notice"),
    ],
)
def test_an_empty_day_is_explained(day, query, rule):
    house = business()
    explained = explain_day(query, day, house, BusyTimes.of(house, APPOINTMENTS), NOW)

    assert not explained.offered
    assert [reason.rule for reason in explained.verdicts[0].reasons] == [rule]


def test_a_full_day_is_explained():
    house = business()
    [first, *_] = APPOINTMENTS
    full = first._replace(start=at("08:00"), end=at("17:00"))

    explained = explain_day(ask(), TUESDAY, house, BusyTimes.of(house, [full]), NOW)

    assert [reason.rule for reason in explained.verdicts[0].reasons] == ["overlap"]


def test_several_services_are_explained_one_by_one():
    house = business()
    with pytest.raises(QueryError, match="name one service"):
        explain_start(
            SlotQuery((1, 2), (TUESDAY, TUESDAY)), at("09:00"), house, BusyTimes.of(house, []), NOW
        )


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 2000))
def test_the_engines_word_is_final_and_a_no_has_a_reason(seed, minutes):
    case = scenario_from_json(random_cases.case(seed))
    query = replace(case.query, services=case.query.services[:1], extras=(), other_extras=())
    busy = case.busy()
    begin = case.query.window[0]
    if not isinstance(begin, datetime):
        begin = datetime.combine(begin, datetime.min.time(), tzinfo=UTC)
    start = begin.replace(second=0, microsecond=0) + timedelta(minutes=minutes)

    explained = explain_start(query, start, case.business, busy, case.now)
    exact = check_start(query, start, case.business, busy, case.now)
    assert explained.offered == (exact is not None)
    for verdict in explained.verdicts:
        assert verdict.offered or verdict.reasons or explained.reasons

    day = explain_day(query, start.date(), case.business, busy, case.now)
    dates = replace(
        query, window=(start.date(), start.date()), timezone=case.business.rules.timezone
    )
    assert day.offered == bool(len(find_slots(dates, case.business, busy, case.now)))
    for verdict in day.verdicts:
        assert verdict.offered or verdict.reasons
