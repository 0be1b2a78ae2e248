"""Open slots by our engine on a schedules file, alone and beside what the platform offers."""

import copy
from typing import Any

import pytest
from click.testing import CliRunner

from tests.simulator.clients import environ_of
from tests.web.remote.conftest import ADA, BEN, BUSINESS, COLOUR, HAIRCUT, SCHEDULES
from widget_server.cli import commands
from widget_server.observability.families import OFFERED_BY, STARTS
from widget_server.observability.metrics import folder_of
from widget_server.observability.tally import Tally

MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def day(text, more=""):
    return f"service=1&location=1&from={text}&to={text}{more}"


def hours(start, end):
    """Return the schedules with other hours for everybody."""
    schedules: dict[str, Any] = copy.deepcopy(SCHEDULES)
    for employee in schedules["employees"]:
        employee["working_hours"] = [
            {"weekday": weekday, "periods": [{"start": start, "end": end}]}
            for weekday in range(1, 6)
        ]
    return schedules


@pytest.fixture(params=["computed", "both"])
def source(request):
    return request.param


def test_it_is_known_who_takes_what(make_site, source):
    found = make_site(SCHEDULES, AVAILABILITY_SOURCE=source).found(day("2027-01-04"))

    assert [slot["start"][11:16] for slot in found] == MORNING
    assert {(*slot["employees"], slot["places_left"]) for slot in found} == {(ADA, BEN, 1)}


def test_a_visit_is_booked_and_moved(make_site, staff, source):
    on = {"computed": "2027-01-05", "both": "2027-01-06"}[source]
    site = make_site(SCHEDULES, AVAILABILITY_SOURCE=source)

    made = site.want(f"{on}T09:00", ADA)
    moved = site.move(made.get_json(), f"{on}T11:00")

    assert (made.status_code, moved.status_code) == (201, 200), (made.text, moved.text)
    assert staff.taken(on) == [("11:00", ADA)]
    assert site.starts(day(on, "&employee=1")) == [*MORNING[:4], "11:30"]


def test_who_was_slower_is_told_so(make_site, staff, source):
    on = {"computed": "2027-01-07", "both": "2027-01-08"}[source]
    site = make_site(SCHEDULES, AVAILABILITY_SOURCE=source)
    site.found(day(on))
    for employee in (ADA, BEN):
        staff.book(f"{on}T09:30", employee)

    refused = site.want(f"{on}T09:30")

    assert (refused.status_code, refused.get_json()["code"]) == (409, "slot_taken")
    assert site.starts(day(on)) == ["09:00", *MORNING[2:]]


def test_both_offers_what_both_do(make_site):
    early = make_site(hours("08:00", "10:00"), AVAILABILITY_SOURCE="both")

    assert early.starts(day("2027-01-11")) == MORNING[:2]
    assert early.want("2027-01-11T08:00").get_json()["code"] == "slot_taken"


def test_both_asks_the_platform_once(make_site, platform):
    site = make_site(SCHEDULES, AVAILABILITY_SOURCE="both")
    site.found("service=1&location=1&from=2027-01-01&to=2027-01-31")

    assert len(platform.calls("GET", "/available-times")) == 1


def test_every_list_is_compared_and_counted_for_the_metrics(make_site):
    site = make_site(hours("08:00", "10:00"), AVAILABILITY_SOURCE="both")

    site.found(day("2027-01-13"))

    counted = Tally.counted(folder_of(site.data_dir))
    assert [counted[STARTS.key(who)] for who in OFFERED_BY] == [2, 2, 4]


def test_capacity_and_steps_are_the_files_where_it_names_them(make_site):
    schedules: dict[str, Any] = copy.deepcopy(SCHEDULES)
    schedules["settings"] = {"slot_step_minutes": 60}
    schedules["services"] += [{"id": COLOUR, "slot_step_minutes": 15}]
    site = make_site(schedules, AVAILABILITY_SOURCE="computed")

    by_service = [
        site.starts(f"service={service}&location=1&from=2027-01-14&to=2027-01-14")
        for service in (HAIRCUT, COLOUR)
    ]
    places = {slot["places_left"] for slot in site.found("service=2&from=2027-01-14&to=2027-01-14")}

    assert by_service[0] == ["09:00", "10:00", "11:00"]
    assert by_service[1][:3] == ["09:00", "09:15", "09:30"]
    assert places == {3}


def test_a_file_of_ids_that_the_account_does_not_have_does_no_harm(make_site):
    schedules: dict[str, Any] = copy.deepcopy(SCHEDULES)
    schedules["employees"] += [{"id": 99, "services": [{"id": 77}]}]
    schedules["services"] += [{"id": 77, "name": "Massage"}]
    site = make_site(schedules, AVAILABILITY_SOURCE="computed")

    names = {service["name"] for service in site.get("/v1/services").get_json()}

    assert names == {"Haircut", "Yoga", "Colour"}
    assert site.starts(day("2027-01-15")) == MORNING


def test_another_file_holds_from_the_next_start_on(make_site):
    first = make_site(SCHEDULES, AVAILABILITY_SOURCE="computed")
    assert first.starts(day("2027-01-18")) == MORNING

    second = make_site(hours("10:00", "11:00"), AVAILABILITY_SOURCE="computed")

    assert second.starts(day("2027-01-18")) == ["10:00", "10:30"]


def test_a_broken_file_stops_the_start(make_site):
    broken = hours("09:00", "25:00")

    with pytest.raises(Exception, match="SCHEDULES_FILE") as caught:
        make_site(broken, AVAILABILITY_SOURCE="computed")

    assert "schedules.json: employees[0].working_hours[0].periods[0].end must be" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("source", "question", "told"),
    [
        ("platform", "--at 2027-01-19T09:00", ("2027-01-19 09:00", "offered", False)),
        # The same, told where the day before has not ended.
        ("platform", "--at 2027-01-18T22:00-10:00", ("2027-01-19 09:00", "offered", False)),
        ("platform", "--at 2027-01-19T13:00", ("2027-01-19 13:00", "not offered", True)),
        ("platform", "--day 2027-01-19", ("2027-01-19", "offered", False)),
        ("platform", "--day 2027-01-17", ("2027-01-17", "not offered", True)),
        ("both", "--at 2027-01-19T08:00", ("2027-01-19 08:00", "not offered", True)),
        ("both", "--at 2027-01-19T09:30", ("2027-01-19 09:30", "offered", False)),
        ("both", "--at 2027-01-19T10:30", ("2027-01-19 10:30", "not offered", False)),
    ],
)
def test_a_time_is_explained(make_site, platform, tmp_path, source, question, told):
    make_site(hours("08:00", "10:00"), AVAILABILITY_SOURCE=source)
    environ = BUSINESS | environ_of(platform, EXTENSIONS="off")
    ours = {"DATA_DIR": str(tmp_path), "SCHEDULES_FILE": str(tmp_path / "schedules.json")}

    answer = CliRunner().invoke(
        commands, ["explain", "--service", "1", *question.split()],
        env=environ | ours | {"AVAILABILITY_SOURCE": source},
    )  # fmt: skip

    assert answer.exit_code == 0, answer.output
    [head, *_] = [line for line in answer.stdout.splitlines() if line.startswith("2027")]
    when, outcome = head.split(" (Europe/Berlin): ")
    assert (when, outcome, "[platform]" in answer.stdout) == told
