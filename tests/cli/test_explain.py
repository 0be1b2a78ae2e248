"""`widget-server explain`: of a case in a file, and of the configured business."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from widget_server.cli import commands

CASE = Path(__file__).parents[1] / "scenarios" / "D08-opening.json"


def explain(*arguments, **environ):
    return CliRunner().invoke(commands, ["explain", *map(str, arguments)], env=environ)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (["--at", "2023-06-12T10:00"], ["2023-06-12 10:00 (Europe/London): offered"]),
        (["--at", "2023-06-12T10:07"], ["not offered", "[grid]", "The nearest starts are"]),
        (["--at", "2023-06-12T10:00:30"], ["not offered", "Every start is a whole minute."]),
        (["--at", "2023-06-12T10:00Z"], ["2023-06-12 11:00 (Europe/London): offered"]),
        (["--day", "2023-06-11"], ["not offered", "On Sundays there are no hours", "[hours]"]),
    ],
)
def test_a_case_is_explained_in_words(question, words):
    answer = explain("--service", 1, "--scenario", CASE, *question)

    assert answer.exit_code == 0
    assert [one for one in words if one not in answer.stdout] == []


@pytest.mark.parametrize(
    ("case", "asked", "told"),
    [
        ("R05a-opening", "2027-03-28T02:30", "2027-03-28 03:30 (Europe/Berlin): offered"),
        ("R05b-opening", "2027-10-31T02:30", "2027-10-31 02:30 (Europe/Berlin): offered"),
    ],
)
def test_a_time_that_the_clock_skips_or_repeats_is_told_as_it_is_offered(case, asked, told):
    answer = explain("--service", 1, "--scenario", CASE.with_stem(case), "--at", asked)

    assert told in answer.stdout


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (["--service", 1], "Say either --at or --day"),
        (["--service", 1, "--at", "x"], "--at takes a time such as"),
        (["--service", 1, "--day", "x"], "--day takes a date such as"),
        (["--service", 1, "--at", "9999-12-31T23:59"], "outside the calendar"),
        (["--service", 1, "--at", "0001-01-01T00:00"], "outside the calendar"),
        (["--service", 99, "--day", "2023-06-11"], "there is no service 99"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(question, words):
    answer = explain("--scenario", CASE, *question)

    assert answer.exit_code == 2
    assert words in answer.stderr


def test_the_configured_business_is_explained(tmp_path):
    answer = explain(
        "--service", 1, "--day", "2031-01-01", DEMO="on", DATA_DIR=str(tmp_path)
    )  # fmt: skip

    assert answer.exit_code == 0, answer.output
    assert "after the last bookable date" in answer.stdout
    assert "Ada Berg" in answer.stdout


def test_a_service_that_nobody_is_offered_is_told_as_such(tmp_path):
    environ = {"DEMO": "on", "DATA_DIR": str(tmp_path)}
    answer = explain("--service", 10, "--day", "2026-12-02", **environ)
    assert answer.exit_code == 2
    assert "Wedding hair, by invitation is offered to nobody: it is private." in answer.stderr
