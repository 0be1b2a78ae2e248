"""What an account shows, completed by a schedules file."""

import pytest

from widget_server.bookablesites.contract import Contract
from widget_server.catalogue.overlay import completed
from widget_server.shapes import schedules_from_json

HOURS = [{"weekday": 1, "periods": [{"start": "09:00", "end": "17:00"}]}]
PLAIN = Contract(booking_fields={"extras": "extras"})


def service(id_, **more):
    return {"id": id_, "name": f"Service {id_}", "price": "45.00", "duration_minutes": 30,
            "buffer_after_minutes": 0, "extras": [], **more}  # fmt: skip


def employee(id_, **more):
    return {"id": id_, "first_name": "Ada", "services": [], "working_hours": [],
            "special_days": [], **more}  # fmt: skip


def account(services=(1, 2), employees=(1, 2)):
    return {
        "settings": {"slot_step_minutes": 30, "timezone": "UTC"},
        "services": [service(id_) for id_ in services],
        "employees": [employee(id_) for id_ in employees],
        "locations": [{"id": 1, "name": "Main street"}],
        "custom_fields": [],
    }


def complete(file, shown=None, contract=PLAIN, *, hours=False):
    return completed(shown or account(), schedules_from_json(file), contract, hours=hours)


def givers(document):
    return [(one["id"], [link["id"] for link in one["services"]]) for one in document["employees"]]


def test_without_a_file_the_account_is_as_it_is_and_everybody_gives_everything():
    document = complete({})

    assert document["services"] == account()["services"]
    assert givers(document) == [(1, [1, 2]), (2, [1, 2])]


def test_what_the_file_names_holds_and_the_rest_is_the_accounts():
    document = complete(
        {
            "settings": {"slot_step_minutes": 15},
            "services": [{"id": 1, "name": "Cut", "price": 50, "buffer_after_minutes": None}],
            "locations": [{"id": 1, "virtual": True}],
        }
    )

    assert document["settings"] == {"slot_step_minutes": 15, "timezone": "UTC"}
    assert document["services"] == [service(1, name="Cut", price="50.00"), service(2)]
    assert document["locations"] == [{"id": 1, "name": "Main street", "virtual": True}]


def test_capacities_extras_and_own_prices_are_read_in_full():
    document = complete(
        {
            "services": [{"id": 1, "capacity": {"max": 8}, "extras": [{"id": 7}]}],
            "employees": [{"id": 1, "services": [{"id": 1, "price": "9.5"}, {"id": 2}]}],
        }
    )

    [first, _] = document["services"]
    assert first["capacity"] == {"min": 1, "max": 8, "allow_below_min": True}
    assert first["extras"] == [
        {"id": 7, "name": "", "duration_minutes": 0, "price": "0.00", "max_quantity": 1}
    ]
    assert document["employees"][0]["services"] == [
        {"id": 1, "duration_minutes": None, "price": "9.50", "capacity": None},
        {"id": 2, "duration_minutes": None, "price": None, "capacity": None},
    ]


def test_what_the_account_does_not_have_is_left_alone():
    document = complete({"services": [{"id": 9, "name": "Massage"}], "employees": [{"id": 9}]})

    assert [one["id"] for one in document["services"] + document["employees"]] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("employees", "given"),
    [
        # A service that is assigned is given by these; what is left over by those not told of.
        ([{"id": 1, "services": [{"id": 1}]}], [(1, [1]), (2, [2])]),
        ([{"id": 1, "services": []}], [(1, []), (2, [1, 2])]),
        ([{"id": 1, "services": [{"id": 1}]}, {"id": 2, "services": []}], [(1, [1]), (2, [])]),
    ],
)
def test_who_gives_what_nobody_is_told_to_give(employees, given):
    assert givers(complete({"employees": employees})) == given


def test_who_has_no_hours_gives_nothing_where_hours_count():
    file = {"employees": [{"id": 2, "working_hours": HOURS}]}

    assert givers(complete(file, hours=True)) == [(1, []), (2, [1, 2])]


def test_an_account_that_shows_who_gives_what_is_believed():
    document = complete({}, contract=Contract(extended=True))

    assert givers(document) == [(1, []), (2, [])]


def test_extras_that_cannot_be_told_to_the_account_are_not_offered():
    file = {"services": [{"id": 1, "extras": [{"id": 7}]}]}

    document = complete(file, contract=Contract())

    assert [one["extras"] for one in document["services"]] == [[], []]


def test_a_file_may_say_what_visitors_are_told():
    named = {
        "category": "Hair", "description": "Long", "picture": "https://a.example/b.png",
        "private": True, "max_per_day": 3,
        "recurring": {"frequencies": ["weekly"], "min_count": 0, "max_count": 6},
    }  # fmt: skip
    document = complete({"services": [{"id": 1, **named}]})

    assert document["services"][0] == service(1, **named)
