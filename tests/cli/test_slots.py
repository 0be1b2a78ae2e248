"""`widget-server slots`: scenario files, differences, broken files, any zone of the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from widget_server.cli import commands

SCENARIOS = sorted((Path(__file__).parents[1] / "scenarios").glob("*.json"))


def run(*arguments):
    result = CliRunner().invoke(commands, ["slots", *map(str, arguments)])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_holds(path):
    expected = json.loads(path.read_text(encoding="utf-8"))["expected"]

    status, [answer] = run("--scenario", "--check", path)

    assert "differences" not in answer
    assert (0, expected["slots"]) == (status, answer["slots"])


def test_files_are_answered_in_the_order_given():
    first, second = SCENARIOS[0], SCENARIOS[-1]

    _, answers = run("--scenario", second, first)

    expected = [json.loads(path.read_text())["expected"]["slots"] for path in (second, first)]
    assert expected == [answer["slots"] for answer in answers]


def test_check_is_silent_about_what_holds():
    assert run("--scenario", "--check", *SCENARIOS)[0] == 0


def test_check_names_the_differences(tmp_path):
    case = json.loads(SCENARIOS[0].read_text())
    slots = case["expected"]["slots"]
    case["expected"]["slots"] = [*slots[1:], "2031-01-01T00:00:00Z"]
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(case))

    result = CliRunner().invoke(commands, ["slots", "--scenario", "--check", str(wrong)])

    assert result.exit_code == 1
    assert "missing slots: 2031-01-01T00:00:00Z" in result.stderr
    assert f"unexpected slots: {slots[0]}" in result.stderr


def test_check_names_what_is_different_about_a_slot(tmp_path):
    case = json.loads((SCENARIOS[0].parent / "R15e-opening.json").read_text())
    [day] = case["expected"]["days"]
    first, second = day["slots"]
    first["end"], first["places_left"] = "2026-12-01T09:30:00+01:00", 3
    second["start"] = "2026-12-01T08:45:00Z"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(case))

    status, [answer] = run("--scenario", "--check", wrong)

    assert status == 1
    assert answer["differences"] == {
        "missing days": ["2026-12-01 2026-12-01T08:45:00Z"],
        "unexpected days": ["2026-12-01 2026-12-01T08:30:00Z"],
        "different days": [
            "2026-12-01T08:00:00Z: end is 2026-12-01T09:00:00Z, not 2026-12-01T08:30:00Z",
            "2026-12-01T08:00:00Z: places_left is 4, not 3",
        ],
    }


@pytest.mark.parametrize(
    ("days", "field"),
    [
        (5, "expected.days"),
        ([5], "expected.days[0]"),
        ([{"date": "2026-13-01"}], "expected.days[0].date"),
        ([{"date": "2026-12-01", "slots": [1]}], "expected.days[0].slots[0]"),
        ([{"date": "2026-12-01", "slots": [{}]}], "expected.days[0].slots[0].start"),
    ],
)
def test_expected_days_that_are_none_are_named(tmp_path, days, field):
    case = json.loads(SCENARIOS[0].read_text())
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(case | {"expected": {"days": days}}))

    status, [answer] = run("--scenario", "--check", broken)

    assert (2, field) == (status, answer["error"].split(":")[0])


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object"),
        ('{"now": 1}', "now"),
        ('{"now": "2026-11-30T12:00:00Z", "settings": {"timezone": "Mars/Base"}}', "timezone"),
    ],
)
def test_a_broken_file_is_named_and_the_others_are_answered(tmp_path, content, named):
    broken = tmp_path / "broken.json"
    broken.write_text(content)

    status, answers = run("--scenario", broken, SCENARIOS[0])

    assert status == 2
    assert named in answers[0]["error"]
    assert answers[1]["slots"] == json.loads(SCENARIOS[0].read_text())["expected"]["slots"]


@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Kolkata", "America/Los_Angeles", "Australia/Lord_Howe", "Africa/Cairo"]
)
def test_the_machines_own_time_zone_does_not_matter(zone):
    command = str(Path(sys.executable).parent / "widget-server")

    done = subprocess.run(
        [command, "slots", "--scenario", "--check", *map(str, SCENARIOS)],
        env=os.environ | {"TZ": zone},
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
