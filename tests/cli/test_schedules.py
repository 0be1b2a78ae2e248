"""`widget-server schedules check`: a file alone, and beside the account that it is for."""

import json
import os

import pytest
from click.testing import CliRunner

from tests.simulator.clients import environ_of
from widget_server.catalogue.schedules_file import MOST_BYTES
from widget_server.cli import commands

DAY = {"weekday": 1, "periods": [{"start": "09:00", "end": "17:00"}]}
BUSINESS = {
    "BUSINESS_NAME": "Studio", "BUSINESS_CURRENCY": "EUR",
    "BUSINESS_TIMEZONE": "Europe/Berlin", "BUSINESS_LANGUAGES": "en",
}  # fmt: skip


def ada(**more):
    return {"id": 1, "services": [{"id": 1}], "working_hours": [DAY], **more}


@pytest.fixture
def check(tmp_path):
    """Check a file of this content."""

    def run(document, *options, **environ):
        file = tmp_path / "schedules.json"
        file.write_text(document if isinstance(document, str) else json.dumps(document))
        done = CliRunner().invoke(
            commands, ["schedules", "check", str(file), *options], env=environ
        )
        return done.exit_code, done.output.replace(str(file), "FILE")

    return run


def test_a_file_without_problems_says_so(check):
    found = check({"services": [{"id": 1}], "employees": [ada()]})

    assert found == (0, "FILE: no problems. Account: not asked.\n")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{", "schedules.json: is not JSON"),
        ([], "document: must be an object"),
        ({"employees": [ada(working_hours=[{**DAY, "weekday": 8}])]},
         "employees[0].working_hours[0].weekday: must be at most 7"),
        ({"services": [{"id": 1, "capacity": {"min": 2, "max": 1}}]},
         "services[0].capacity.min: is more than max"),
        ({"settings": {"assignment": "chance"}}, "settings.assignment: must be one of"),
        ({"services": [{"id": 1}, {"id": 2}], "employees": [ada()]},
         "services[id=2]: nobody gives this service"),
        ({"employees": [{"id": 1, "services": []}]},
         "employees[id=1].working_hours: has no hours"),
        ({"employees": [ada(hours=[])]}, "employees[0].hours: nobody here knows this key"),
        ({"employees": [ada(working_hours=[{**DAY, "periods": [
            {"start": "09:00", "end": "12:00", "services": [1, 5]}]}])]},
         "employees[id=1].working_hours[0].periods[0].services: the employee does not give 5"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(check, document, told):
    status, text = check(document)

    assert (status, text.startswith(told)) == (1, True), text
    assert text.endswith("FILE: 1 problem. Account: not asked.\n")


def test_an_answer_for_programs(check):
    status, text = check({"employees": [{"id": 1}]}, "--json")

    assert status == 1
    assert json.loads(text) == {
        "file": "FILE",
        "account": "not asked",
        "findings": [
            {
                "field": "employees[id=1].working_hours",
                "message": "has no hours: nothing is ever open",
                "is_problem": True,
            }
        ],
    }


def test_there_must_be_a_file(tmp_path):
    without = CliRunner().invoke(commands, ["schedules", "check"])
    missing = CliRunner().invoke(
        commands, ["schedules", "check"], env={"SCHEDULES_FILE": str(tmp_path / "none.json")}
    )

    assert (without.exit_code, missing.exit_code) == (2, 1)
    assert "Name a file, or set SCHEDULES_FILE." in without.output
    assert missing.output.startswith("none.json: cannot be read: No such file")


def test_what_is_no_file_or_has_no_end_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "vast.json").write_bytes(b" " * (MOST_BYTES + 1))
    done = [
        CliRunner().invoke(commands, ["schedules", "check", str(tmp_path / name)])
        for name in ("pipe.json", "vast.json")
    ]

    assert [one.exit_code for one in done] == [1, 1]
    assert done[0].output.startswith("pipe.json: is not a file\n")
    assert done[1].output.startswith("vast.json: has more than 8 MB\n")


@pytest.mark.parametrize(
    "document", ['{"\\ud83d": 1}', '{"services": [{"id": 1, "name": "\\ud83d"}]}']
)
def test_half_a_character_is_told_of(check, document):
    status, text = check(document)

    assert status == 1
    assert text.startswith("schedules.json: has a character that is none")


def test_a_broken_setting_file_is_told_and_not_run_into(check):
    status, text = check("{", SCHEDULES_FILE="elsewhere.json", **BUSINESS)

    assert (status, text.split(":")[0]) == (1, "schedules.json")


def test_beside_the_account_what_does_not_fit_is_told(check, simulator):
    simulator.strict()
    account = environ_of(simulator, EXTENSIONS="off")
    document = {
        "services": [
            {"id": 1, "name": "Haircut for all", "extras": [{"id": 9}]},
            {"id": 2, "capacity": {"max": 6}},
            {"id": 99},
        ],
        "employees": [ada(services=[{"id": 1}, {"id": 2}])],
    }

    status, text = check(document, AVAILABILITY_SOURCE="computed", **BUSINESS, **account)

    assert status == 1
    lines = text.splitlines()
    assert lines[0] == "services[id=99]: the account has no such service"
    assert "services[id=1].extras: are not offered: the account is told of none" in text
    assert "services[id=2].capacity: one person a booking" in text
    assert "services[id=3]: nobody gives " in text
    assert "employees[id=9]: 'Teresa Duarte' is not in the file: has no hours" in text
    assert any(
        line.startswith("services[id=1].name: is 'Haircut for all' here and")
        and line.endswith("[remark]")
        for line in lines
    )
    assert lines[-1].endswith("Account: asked.")


def test_where_the_platform_lists_open_times_nobody_needs_hours(check, simulator):
    simulator.strict()

    status, text = check({"services": []}, **BUSINESS, **environ_of(simulator, EXTENSIONS="off"))

    assert (status, text.splitlines()[-1]) == (0, "FILE: no problems. Account: asked.")
    assert "'Teresa Duarte' is not in the file: is taken to give what is left  [remark]" in text


def test_an_account_that_does_not_answer_keeps_nothing_from_being_told(check, simulator):
    simulator.on("GET */services", "status", status=500)

    found = check({"employees": [ada()]}, **BUSINESS, **environ_of(simulator))

    assert found == (0, "FILE: no problems. Account: not reachable.\n")
