"""Broken scenario files: each complaint names its field, and nothing ends in a traceback."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.cli import commands

PERIOD = "employees[0].working_hours[0].periods[0]"
CASE: dict[str, Any] = {
    "name": "a case with everything",
    "now": "2026-11-30T12:00:00Z",
    "settings": {"timezone": "Europe/Berlin", "slot_step_minutes": 30, "slot_alignment": "opening",
                 "minimum_notice_minutes": 0, "booking_window_days": 365,
                 "buffers_within_hours": False, "use_service_duration_as_step": False,
                 "step_includes_buffers": False},
    "locations": [{"id": 1, "name": "Main street"}, {"id": 2, "name": "Side street"}],
    "services": [{"id": 1, "name": "Haircut", "duration_minutes": 30, "buffer_before_minutes": 0,
                  "buffer_after_minutes": 0, "slot_step_minutes": None,
                  "minimum_notice_minutes": None, "booking_window_days": None,
                  "capacity": {"min": 1, "max": 1, "allow_below_min": True},
                  "extras": [{"id": 7, "name": "Wash", "duration_minutes": 10, "price": "5.00",
                              "max_quantity": 1}]}],
    "employees": [{"id": 1, "first_name": "Ada", "last_name": "Berg", "timezone": "Europe/Berlin",
                   "location": 1,
                   "services": [{"id": 1, "duration_minutes": 30, "price": None,
                                 "capacity": None}],
                   "working_hours": [{"weekday": 2, "periods": [
                       {"start": "09:00", "end": "17:00", "services": [1], "location": None}]}],
                   "special_days": [{"start_date": "2026-12-24", "end_date": "2026-12-24",
                                     "periods": [{"start": "09:00", "end": "12:00"}]}],
                   "days_off": [{"name": "Holiday", "start_date": "2026-12-25",
                                 "end_date": "2026-12-26", "repeat_yearly": True}]}],
    "appointments": [{"id": 1, "service": 1, "employee": 1, "location": 1,
                      "start": "2026-12-01T09:00:00+01:00", "end": "2026-12-01T09:30:00+01:00",
                      "status": "approved", "persons": 1, "buffer_before_minutes": None,
                      "buffer_after_minutes": None}],
    "query": {"service": 1, "employee": None, "location": None, "from": "2026-12-01",
              "to": "2026-12-01", "timezone": "America/New_York", "persons": 1,
              "extras": [{"id": 7, "quantity": 1}], "reschedule": None},
}  # fmt: skip
OFF, SPECIAL = "employees[0].days_off[0]", "employees[0].special_days[0]"
GONE = object()


def steps(path):
    """Split `a[0].b` into "a", 0, "b"."""
    parts = path.replace("]", "").replace("[", ".").split(".")
    return [int(part) if part.isdigit() else part for part in parts]


def changed(path, value):
    """Return the case with another value at a path, or without it."""
    case = copy.deepcopy(CASE)
    *outer, last = steps(path)
    here: Any = case
    for step in outer:
        here = here[step]
    if value is GONE:
        del here[last]
    else:
        here[last] = value
    return case


def answer(tmp_path, content):
    file = tmp_path / "case.json"
    file.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(commands, ["slots", "--scenario", str(file)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    [line] = result.stdout.splitlines()
    return result.exit_code, json.loads(line)


def test_the_case_itself_is_whole(tmp_path):
    # 40 minutes with the extra, in 09:00-17:00 without 09:00-09:30: from 09:30 to 16:00.
    status, found = answer(tmp_path, json.dumps(CASE))

    assert (status, len(found["slots"])) == (0, 14)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("now", GONE),
        ("now", "2026-11-30T12:00:00"),
        ("now", 5),
        ("settings", []),
        ("settings.timezone", "Mars/Base"),
        ("settings.timezone", 1),
        ("settings.slot_step_minutes", 0),
        ("settings.slot_step_minutes", 7.5),
        ("settings.slot_step_minutes", True),
        ("settings.slot_alignment", "sideways"),
        ("settings.minimum_notice_minutes", -1),
        ("settings.booking_window_days", "365"),
        ("settings.buffers_within_hours", 1),
        ("locations", {"id": 1}),
        ("locations[1].id", 1),
        ("services[0].id", GONE),
        ("services[0].duration_minutes", 0),
        ("services[0].duration_minutes", GONE),
        ("services[0].buffer_before_minutes", -5),
        ("services[0].capacity.min", 2),
        ("services[0].capacity.max", 0),
        ("services[0].extras[0].duration_minutes", "10"),
        ("services[0].extras[0].price", "much"),
        ("employees[0]", "Ada"),
        ("employees[0].timezone", "Europe/berlin/west"),
        ("employees[0].services[0].id", "1"),
        ("employees[0].services[0].duration_minutes", 0),
        ("employees[0].working_hours[0].weekday", 0),
        ("employees[0].working_hours[0].weekday", 8),
        ("employees[0].working_hours[0].weekday", True),
        (f"{PERIOD}.start", "9:00"),
        (f"{PERIOD}.start", "24:00"),
        (f"{PERIOD}.end", "25:00"),
        (f"{PERIOD}.end", "09:00"),
        (f"{PERIOD}.end", GONE),
        (f"{PERIOD}.services", 1),
        (f"{PERIOD}.services[0]", "1"),
        (f"{PERIOD}.location", "here"),
        (f"{SPECIAL}.start_date", "2026-02-30"),
        (f"{SPECIAL}.end_date", "2026-12-23"),
        (f"{OFF}.start_date", GONE),
        (f"{OFF}.end_date", "2026-12-24"),
        (f"{OFF}.repeat_yearly", "yes"),
        ("appointments[0].start", "2026-12-01T09:00:00"),
        ("appointments[0].end", "2026-12-01T08:00:00+01:00"),
        ("appointments[0].employee", "1"),
        ("appointments[0].status", 1),
        ("appointments[0].persons", -1),
        ("query", GONE),
        ("query.service", GONE),
        ("query.service", []),
        ("query.service", 2),
        ("query.employee", 2),
        ("query.location", 3),
        ("query.from", GONE),
        ("query.from", "yesterday"),
        ("query.to", "2026-11-30"),
        ("query.timezone", "Mars/Base"),
        ("query.persons", 0),
        ("query.persons", True),
        ("query.reschedule", 2),
        ("query.same_employee", "yes"),
    ],
)
def test_the_field_is_named(tmp_path, field, value):
    status, found = answer(tmp_path, json.dumps(changed(field, value)))

    assert (2, field) == (status, found["error"].split(":")[0])


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"id": 8}, "query.extras: service 1 has no extra 8"),
        ({"id": 7, "quantity": 2}, "query.extras: of extra 7 at most 1 can be had"),
        ({"id": 7, "service": 2}, "query.extras[0].service: is no service of this visit"),
        ({"id": 7, "quantity": -1}, "query.extras[0].quantity: must be at least 0"),
    ],
)
def test_extras_that_cannot_be_had_are_named(tmp_path, extra, words):
    content = json.dumps(changed("query.extras", [extra]))

    assert (2, {"error": words}) == answer(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "NaN", "[" * 100_000, "\ufeff{", '{"now": 1e400}', '"\\ud800"'],
    ids=range(9),
)
def test_what_is_no_case_is_an_error_not_a_traceback(tmp_path, content):
    status, found = answer(tmp_path, content)

    assert (status, list(found)) == (2, ["error"])


def test_a_file_that_is_not_there_is_an_error():
    result = CliRunner().invoke(commands, ["slots", "--scenario", str(Path("no/such/file.json"))])

    assert (
        result.exit_code,
        json.loads(result.stdout)["error"],
    ) == (2, "no/such/file.json: cannot be read: No such file or directory")


def places(value, path=""):
    """Yield the path of every value in a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (here := f"{path}.{key}" if path else key)
            yield from places(inner, here)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield f"{path}[{index}]"
            yield from places(inner, f"{path}[{index}]")


JUNK = st.one_of(
    st.just(GONE), st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["25:00", "2026-13-01", "0001-01-01", "9999-12-31", "\ud800", 10**30]),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.none()),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(places(CASE))), JUNK)
def test_whatever_stands_there_is_answered(tmp_path_factory, path, value):
    folder = tmp_path_factory.mktemp("junk")

    status, found = answer(folder, json.dumps(changed(path, value)))

    assert sorted(found) == (["days", "slots"] if status == 0 else ["error"])
