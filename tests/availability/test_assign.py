"""Who takes a visit that anybody may take: rule 15."""

from datetime import UTC, datetime

import pytest

from tests.availability.test_explain import NOW, TUESDAY
from widget_server.availability import BusyTimes, SlotQuery, assign, find_slots
from widget_server.shapes import appointments_from_json, business_from_json

HOURS = [{"weekday": day, "periods": [{"start": "09:00", "end": "17:00"}]} for day in range(1, 8)]
BUSINESS = business_from_json(
    {
        "settings": {"timezone": "Europe/Berlin"},
        "services": [{"id": 1, "duration_minutes": 60, "buffer_after_minutes": 60}],
        "employees": [
            {"id": id_, "services": [{"id": 1}], "working_hours": HOURS, "timezone": zone}
            for id_, zone in ((3, None), (1, None), (2, "America/New_York"))
        ],
    }
)
# All three are there then: 15:00 in Berlin, 09:00 in New York.
START = datetime(2026, 12, 1, 14, tzinfo=UTC)


def order(appointments, how="least_busy"):
    rows = [{"service": 1, "id": n, **one} for n, one in enumerate(appointments)]
    busy = BusyTimes.of(BUSINESS, appointments_from_json(rows))
    found = find_slots(SlotQuery((1,), (TUESDAY, TUESDAY)), BUSINESS, busy, NOW)
    slot = next(slot for slot in found.slots() if slot.start == START)
    return assign(slot, BUSINESS, busy, how)


def taken(employee, start, end, **more):
    return {"employee": employee, "start": f"2026-{start}Z", "end": f"2026-{end}Z", **more}


@pytest.mark.parametrize(
    ("appointments", "expected"),
    [
        # nobody has anything: the business's order
        ([], [3, 1, 2]),
        # fewest minutes first; the buffers are no booked minutes
        ([taken(3, "12-01T08:00", "12-01T09:00"), taken(1, "12-01T08:00", "12-01T08:59")],
         [2, 1, 3]),
        # as many minutes in two as in one: the business's order again
        ([taken(3, "12-01T08:00", "12-01T09:00"), taken(1, "12-01T08:00", "12-01T08:30"),
          taken(1, "12-01T09:30", "12-01T10:00")], [2, 3, 1]),
        # what is canceled, or on another date, does not count
        ([taken(3, "12-01T08:00", "12-01T09:00", status="canceled"),
          taken(3, "12-02T08:00", "12-02T09:00")], [3, 1, 2]),
        # pending counts
        ([taken(3, "12-01T08:00", "12-01T09:00", status="pending")], [1, 2, 3]),
        # the date is the employee's: 04:00 in Berlin is the evening before in New York
        ([taken(3, "12-01T03:00", "12-01T03:30"), taken(1, "12-01T03:00", "12-01T03:30"),
          taken(2, "12-01T03:00", "12-01T04:30")], [2, 3, 1]),
        # over midnight in Berlin, only the date's own part counts: half an hour of two
        ([taken(3, "11-30T21:30", "11-30T23:30"), taken(1, "12-01T08:00", "12-01T08:40"),
          taken(2, "12-01T09:00", "12-01T10:00")], [3, 1, 2]),
    ],
)  # fmt: skip
def test_the_least_busy_comes_first(appointments, expected):
    assert order(appointments) == expected


def test_by_priority_the_busiest_comes_first_if_the_business_lists_them_so():
    assert order([taken(3, "12-01T08:00", "12-01T12:00")], "priority") == [3, 1, 2]
