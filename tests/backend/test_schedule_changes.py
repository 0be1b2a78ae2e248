"""A schedule that changes tells which appointments it strands, and leaves them alone."""

import pytest

DAY = [{"start": "08:00", "end": "18:00"}]
WEEK = [{"weekday": weekday, "periods": DAY} for weekday in range(1, 8)]
TUESDAY = "2026-12-01"


@pytest.fixture
def working(studio):
    studio.call("PUT", "/employees/1/working-hours", WEEK)
    studio.book()
    studio.book(time="17:00")
    return studio


@pytest.mark.parametrize(
    ("part", "value", "stranded"),
    [
        ("working-hours", WEEK, []),
        ("working-hours", [], [1, 2]),
        ("working-hours", [{"weekday": 2, "periods": [{"start": "08:00", "end": "12:00"}]}], [2]),
        (
            "working-hours",
            [
                {"weekday": 2, "periods": [{"start": "08:00", "end": "09:10"}]},
                {"weekday": 2, "periods": [{"start": "09:10", "end": "18:00"}]},
            ],
            [],
        ),
        ("working-hours", [{"weekday": 2, "periods": [{**DAY[0], "services": [2]}]}], [1, 2]),
        ("working-hours", [{"weekday": 1, "periods": [{"start": "16:00", "end": "10:00"}]}], [2]),
        ("days-off", [{"start_date": TUESDAY, "end_date": TUESDAY}], [1, 2]),
        (
            "days-off",
            [{"start_date": "2020-11-30", "end_date": "2020-12-02", "repeat_yearly": True}],
            [1, 2],
        ),
        (
            "days-off",
            [{"start_date": "2027-11-30", "end_date": "2027-12-02", "repeat_yearly": True}],
            [],
        ),
        (
            "special-days",
            [{"start_date": TUESDAY, "end_date": TUESDAY, "periods": [{**DAY[0], "end": "12:00"}]}],
            [2],
        ),
        (
            "special-days",
            [
                {"start_date": TUESDAY, "end_date": TUESDAY, "periods": DAY},
                {"start_date": "2026-11-01", "end_date": "2026-12-31", "periods": []},
            ],
            [],
        ),
    ],
)
def test_the_stranded_are_told(working, part, value, stranded):
    answer = working.call("PUT", f"/employees/1/{part}", value)
    assert (200, stranded) == (answer.status_code, answer.json["stranded_appointments"])
    assert [row["status"] for row in working.get("/appointments")["data"]] == ["approved"] * 2


def test_a_change_of_the_employee_tells_them_in_a_header(working):
    answer = working.call("PATCH", "/employees/1", {"working_hours": []})
    assert answer.headers["Stranded-Appointments"] == "1, 2"
    assert answer.headers["Stranded-Appointments-Count"] == "2"
    answer = working.call("PATCH", "/employees/1", {"first_name": "Eda"})
    assert "Stranded-Appointments" not in answer.headers


def test_those_stranded_already_are_not_told_again(working):
    working.call("PUT", "/employees/1/working-hours", [])
    answer = working.call("PUT", "/employees/1/days-off", [])
    assert answer.json == {"days_off": [], "stranded_appointments": []}


def test_a_header_names_so_many_as_a_header_holds(working):
    for number in range(120):
        day, hour = divmod(number, 10)
        working.book(date=f"2027-01-{day + 1:02}", time=f"{8 + hour:02}:00")
    answer = working.call("PATCH", "/employees/1", {"working_hours": []})
    assert answer.headers["Stranded-Appointments-Count"] == "122"
    assert len(answer.headers["Stranded-Appointments"].split(", ")) == 100
