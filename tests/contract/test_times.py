"""When there is room."""

import re

import pytest

from tests.contract.facts import EMBEDDED, FULL, STRICT, fact

DAY = "2026-12-01"


def _times(target, **query):
    query.setdefault("service", target.one("/services")["id"])
    return target.get("/available-times", **query)["data"]


@fact("L", "`GET /available-times` demands a `service`", "a live client")
def test_a_service_must_be_named(target):
    assert 400 <= target.call("GET", "/available-times").status_code < 500


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("employees", marks=fact("L", "`GET /available-times` takes an `employee`",
                                             "a live client")),
        pytest.param("locations", marks=fact("L", "`GET /available-times` takes a `location`",
                                             "a live client")),
    ],
)  # fmt: skip
def test_what_may_be_named_besides(target, name):
    service, other = target.one("/services")["id"], target.one(f"/{name}")["id"]
    query = {"service": service, name.removesuffix("s"): other}

    assert target.call("GET", "/available-times", params=query).status_code == 200


@fact("D", "`GET /available-times` takes `calendar_start_date` and `calendar_end_date`",
      "a copy of the vendor's collection")  # fmt: skip
def test_dates_may_be_named(target):
    dates = {"calendar_start_date": target.day(1), "calendar_end_date": target.day(2)}
    query = {"service": target.one("/services")["id"], **dates}

    assert target.call("GET", "/available-times", params=query).status_code == 200


@fact("D", "`GET /available-times` takes an `additional_guest_count`",
      "a copy of the vendor's collection")  # fmt: skip
def test_guests_may_be_counted(target):
    query = {"service": target.one("/services")["id"], "additional_guest_count": 0}

    assert target.call("GET", "/available-times", params=query).status_code == 200


@fact("L", "open times are grouped by date", "a live client; the shape is not told")
def test_times_are_grouped_by_date(target):
    assert re.search(r"\d{4}-\d\d-\d\d", str(_times(target)))


@fact("U", "open times are lists of `HH:MM` by date, inside `data`", "our default")
def test_times_are_lists_by_date(target):
    times = _times(target)

    assert isinstance(times, dict)
    for day, starts in times.items():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)
        assert [start for start in starts if not re.fullmatch(r"\d\d:\d\d", start)] == []


@fact("L", "a time that is taken is not offered", "a live client", holds=EMBEDDED)
def test_a_taken_time_is_not_offered(target):
    query = {"employee": 1, "calendar_start_date": DAY, "calendar_end_date": DAY, "service": 1}
    taken = _times(target, **query)[DAY]
    of_another = _times(target, **{**query, "employee": 2})[DAY]

    assert ("09:00" in taken, "09:00" in of_another) == (False, True)


@fact("I", "dates are a hint: the months they touch are answered whole",
      "one witness saw no filter, one maps the dates", holds=(STRICT,))  # fmt: skip
def test_dates_are_a_hint(target):
    days = sorted(
        _times(target, service=1, calendar_start_date="2027-01-15", calendar_end_date="2027-02-01")
    )

    assert (days[0], days[-1], len(days)) == ("2027-01-01", "2027-02-28", 59)


@fact("U", "dates are heeded exactly", "an addition of ours", holds=(FULL,))
def test_dates_are_heeded(target):
    asked = {"calendar_start_date": DAY, "calendar_end_date": DAY}

    assert list(_times(target, service=1, **asked)) == [DAY]
