"""The engine against a slow, plain transcript of the rules, on random businesses."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.availability import oracle, random_cases
from tests.availability.oracle_calendar import moment
from widget_server.availability import (
    BusyTimes,
    QueryError,
    check_start,
    find_slots,
    valid_until,
)
from widget_server.shapes import Scenario, scenario_from_json

# More, and others, in a long look: ORACLE_CASES=5000 pytest --hypothesis-profile=default
CASES = int(os.environ.get("ORACLE_CASES", "100"))
MINUTE = timedelta(minutes=1)
SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.json"))
many = settings(max_examples=CASES, deadline=None)
seeds = st.integers(0, 10**9)


def scenario(seed: int) -> Scenario:
    return scenario_from_json(random_cases.case(seed))


def minutes_of(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def told(found: Scenario) -> dict[int, Any]:
    return {
        minutes_of(slot.start): {
            "end": minutes_of(slot.end),
            "places_left": slot.places_left,
            "locations": list(slot.locations),
            "items": [set(item.employees) for item in slot.items],
        }
        for slot in found.found().slots()
    }


def disagreements(numbers: range) -> list[int]:
    """Return the cases that engine and oracle answer differently."""
    found = []
    for number in numbers:
        expected = oracle.answer(random_cases.case(number))
        for start in expected.values():
            start["locations"] = [place for place in start["locations"] if place is not None]
        if expected != told(scenario(number)):
            found.append(number)
    return found


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_oracle_agrees_with_what_is_written_down(path):
    case = json.loads(path.read_text(encoding="utf-8"))

    starts = [moment(minute) for minute in sorted(oracle.answer(case))]

    assert case["expected"]["slots"] == [f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in starts]


@pytest.mark.parametrize("part", range(4))
def test_the_engine_says_what_the_rules_say(part):
    assert disagreements(range(part * 500, (part + 1) * 500)) == []


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_the_engine_says_what_the_rules_say_in_twenty_thousand_cases(part):
    assert disagreements(range(10_000 + part * 1000, 10_000 + (part + 1) * 1000)) == []


@many
@given(seeds, st.randoms(use_true_random=False))
def test_listing_and_confirming_never_disagree(seed, dice):
    case = scenario(seed)
    busy = case.busy()
    listed = {slot.start: slot for slot in case.found().slots()}
    first = min(listed, default=None)
    # Between two starts that are listed, everything lies in the asked window.
    span = int((max(listed) - first) / MINUTE) if first else 0
    others = [first + dice.randint(0, span) * MINUTE for _ in range(20)] if first else []

    for start in [*listed, *others]:
        assert check_start(case.query, start, case.business, busy, case.now) == listed.get(start)


@pytest.mark.parametrize("name", ["R05a-opening", "R05b-opening", "R05g-opening"])
def test_a_start_is_confirmed_in_whatever_zone_it_is_told(name):
    text = (SCENARIOS[0].parent / f"{name}.json").read_text(encoding="utf-8")
    case = scenario_from_json(json.loads(text))
    busy, zone = case.busy(), ZoneInfo(case.business.rules.timezone)
    listed = case.found().slots()

    confirmed = [
        check_start(case.query, slot.start.astimezone(zone), case.business, busy, case.now)
        for slot in listed
    ]

    assert confirmed == listed


def test_notice_is_counted_in_real_minutes_whatever_zone_now_is_told_in():
    # 01:00 and 90 minutes is 03:30 where the clock skips an hour: of four starts the last is left.
    text = (SCENARIOS[0].parent / "R05a-opening.json").read_text(encoding="utf-8")
    case = scenario_from_json(json.loads(text))
    rules = replace(case.business.rules, minimum_notice_minutes=90)
    strict = replace(case.business, rules=rules)
    now = datetime(2027, 3, 28, 1, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    found = find_slots(case.query, strict, case.busy(), now).starts()

    assert found == case.found().starts()[3:]


def test_a_start_without_a_zone_is_no_start():
    case = scenario(1)
    with pytest.raises(QueryError, match="needs an offset"):
        check_start(case.query, datetime(2026, 12, 1), case.business, case.busy(), case.now)  # noqa: DTZ001 - the point of it


@many
@given(seeds)
def test_the_visitors_zone_never_changes_the_instants(seed):
    case = scenario(seed)
    if not isinstance(case.query.window[0], datetime):
        return
    found = [
        find_slots(
            replace(case.query, timezone=zone), case.business, case.busy(), case.now
        ).starts()
        for zone in ("Asia/Kathmandu", "America/St_Johns")
    ]
    assert found[0] == found[1]


@many
@given(seeds)
def test_any_employee_is_the_union_of_each(seed):
    case = scenario(seed)
    if case.query.employee is not None or len(case.query.services) > 1:
        return

    def starts(employee):
        query = replace(case.query, employee=employee)
        return set(find_slots(query, case.business, case.busy(), case.now).starts())

    each = [starts(employee.id) for employee in case.business.employees]
    assert starts(None) == set().union(*each)


@many
@given(seeds)
def test_a_narrower_window_only_removes(seed):
    case = scenario(seed)
    slots = case.found().slots()
    if not slots:
        return
    middle = slots[len(slots) // 2].start
    window = (slots[0].start, middle + MINUTE)
    narrow = find_slots(
        replace(case.query, window=window), case.business, case.busy(), case.now
    ).slots()
    assert [slot for slot in slots if slot.start <= middle] == narrow


@many
@given(seeds)
def test_an_appointment_more_never_adds_a_start_on_the_openings_grid(seed):
    case = scenario(seed)
    grouped = any(service.capacity.max > 1 for service in case.business.services) or any(
        own.capacity and own.capacity.max > 1
        for employee in case.business.employees
        for own in employee.services
    )
    if case.business.rules.slot_alignment != "opening" or grouped or not case.appointments:
        return
    query = replace(case.query, reschedule=None)
    without = find_slots(
        query,
        case.business,
        BusyTimes.of(case.business, case.appointments[1:]),
        case.now,
    ).starts()
    found = find_slots(query, case.business, case.busy(), case.now)
    assert set(found.starts()) <= set(without)


@many
@given(seeds, st.integers(0, 3 * 24 * 3600))
def test_an_answer_holds_until_it_says_it_may_not(seed, seconds):
    case = scenario(seed)
    busy = case.busy()
    found = find_slots(case.query, case.business, busy, case.now)
    last = valid_until(case.query, case.business, case.now, found)
    later = case.now + timedelta(seconds=seconds)
    if last is not None:
        later = min(later, last)
    if later < case.now:
        return
    assert find_slots(case.query, case.business, busy, later).slots() == found.slots()


@many
@given(seeds)
def test_replacing_one_day_is_as_good_as_starting_anew(seed):
    case = scenario(seed)
    if not case.appointments:
        return
    changed = case.appointments[0]
    if changed.employee is None or changed.employee not in {
        employee.id for employee in case.business.employees
    }:
        return
    rest = case.appointments[1:]
    employee = next(one for one in case.business.employees if one.id == changed.employee)
    zone = ZoneInfo(employee.timezone or case.business.rules.timezone)

    def day(appointment):
        floor = appointment.start.astimezone(UTC).replace(second=0, microsecond=0)
        return floor.astimezone(zone).date()

    same_day = [
        one for one in rest if one.employee == changed.employee and day(one) == day(changed)
    ]
    kept = BusyTimes.of(case.business, case.appointments).replacing(
        changed.employee, day(changed), same_day
    )
    anew = BusyTimes.of(case.business, rest)
    query = replace(case.query, reschedule=None)
    assert [
        find_slots(query, case.business, busy, case.now).slots() for busy in (kept, anew)
    ].count(find_slots(query, case.business, anew, case.now).slots()) == 2


def test_the_oracle_notices_a_broken_engine():
    """The negative control: an engine that forgets the appointments is found out."""
    found_out = []
    for seed in range(200):
        case = random_cases.case(seed)
        forgetful = {**case, "appointments": [], "query": {**case["query"], "reschedule": None}}
        found_out.append(set(oracle.answer(case)) != set(told(scenario_from_json(forgetful))))
    assert sum(found_out) > 10
