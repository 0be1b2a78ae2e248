"""What is not known of the platform's API: each setting, and what the client makes of it."""

from datetime import timedelta

import pytest

from tests.bookablesites.canned import BERLIN, NINE, account_with
from widget_server.bookablesites.bookings import MadeBooking, NewBooking
from widget_server.bookablesites.client import Contract
from widget_server.bookablesites.contract import APPOINTMENT_FILTERS
from widget_server.bookablesites.errors import (
    Conflict,
    CredentialsRefused,
    InvalidAnswer,
    OutcomeUnknown,
    PlatformError,
    Rejected,
)

APPOINTMENT = {
    "id": 5, "status": "approved", "service": {"id": 1}, "location": {}, "employees": [{"id": 2}],
    "start_date_time": "2026-12-01 09:00:00", "end_date_time": "2026-12-01 10:00:00",
    "bookings": [{"id": 9, "status": "approved", "customer": {"id": 3}}],
}  # fmt: skip
BOOKING = NewBooking(
    service=1, employee=2, customer=3, location=None, start=NINE, zone=BERLIN, persons=2,
    extras=((4, 1),), custom_fields={"6": "blue"}, note="hello", coupon="SPRING",
    end=NINE + timedelta(hours=1),
)  # fmt: skip


@pytest.fixture
def account():
    return account_with


def listed(*records):
    return {"data": list(records), "pagination": {"pages": 1}}


def times(client):
    rows = client.busy_times(NINE - timedelta(days=1), NINE + timedelta(days=1), BERLIN)
    return [(row["start"][11:16], row["end"][11:16]) for row in rows]


def test_the_defaults_are_those_of_the_contract(account):
    client, _ = account({})

    assert client.contract == Contract(conflict_statuses=frozenset({400, 409, 422}))


def test_an_account_without_the_feature_has_no_locations(account):
    refusal = iter([(403, {"message": "Multiple Locations is not enabled."})])
    client, _ = account({"GET /locations": refusal})

    assert client.locations() == []


def test_a_bare_refusal_is_about_the_credentials(account):
    client, _ = account({"GET /locations": iter([(403, {"message": "Forbidden."})])})

    with pytest.raises(CredentialsRefused):
        client.locations()


# Tokens


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (
            "form",
            {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret"},
        ),
        ("json-snake", {"client_id": "id", "client_secret": "secret"}),
        ("json-camel", {"clientId": "id", "clientSecret": "secret"}),
    ],
)
def test_a_token_is_asked_for_in_this_style(account, style, said):
    client, platform = account({"GET /locations": listed()}, TOKEN_STYLE=style)
    client.locations()

    assert platform.said("POST /token") == [said]


@pytest.mark.parametrize(
    "answer",
    [
        {"access_token": "t"},
        {"token": "t", "expires_in": None},
        {"data": {"access_token": "t", "expires_in": "3600"}},
        {"data": {"token": "t", "expires_in": 3600.0}},
    ],
)
def test_a_token_is_found_where_it_may_be(account, answer):
    client, _ = account({"GET /locations": listed(), "POST /token": answer})

    assert client.locations() == []


@pytest.mark.parametrize(
    "answer", [{}, {"access_token": ""}, {"access_token": "a\nb"}, {"data": 1}]
)
def test_what_is_no_token_is_an_error(account, answer):
    client, _ = account({"POST /token": answer})

    with pytest.raises(PlatformError):
        client.locations()


def test_a_token_that_does_not_say_lasts_as_long_as_is_set(account):
    client, platform = account(
        {"GET /locations": listed(), "POST /token": {"token": "t"}}, TOKEN_SECONDS="100"
    )
    client.locations()
    clock = client._calls._tokens._clock  # noqa: SLF001
    for seconds in (49, 2):
        clock.advance(timedelta(seconds=seconds))
        client.locations()

    assert len(platform.said("POST /token")) == 2


# Appointments


def test_an_account_is_sent_no_filters_unless_they_are_set(account):
    client, platform = account({"GET /appointments": listed(APPOINTMENT)})

    assert times(client) == [("08:00", "09:00")]
    assert platform.said("GET /appointments") == [{"page": "1", "limit": "50"}]


def test_filters_and_order_are_asked_for_by_the_accounts_names(account):
    client, platform = account(
        {"GET /appointments": listed(APPOINTMENT)},
        APPOINTMENT_FILTERS="from:since, to:until,employee:who", SORT_PARAMS="sort:id",
    )  # fmt: skip
    rows = client.busy_times(NINE, NINE + timedelta(hours=1), BERLIN, employee=7)

    assert rows == []  # what comes is filtered here once more
    assert platform.said("GET /appointments") == [
        {"since": "2026-11-30", "until": "2026-12-02", "who": "7", "sort": "id",
         "page": "1", "limit": "50"}
    ]  # fmt: skip


def test_an_account_with_the_extensions_is_asked_as_the_embedded_backend_is(account):
    client, _ = account({}, EXTENSIONS="on")

    assert client.contract.filters == APPOINTMENT_FILTERS
    assert client.contract.conflict_statuses == {409}


@pytest.mark.parametrize(
    ("settings", "start", "end"),
    [
        ({}, "2026-12-01T09:00", "2026-12-01T10:00:00"),
        ({}, "2026-12-01T08:00:00Z", "2026-12-01T14:30:00+05:30"),
        ({"TIMEZONE": "America/New_York"}, "2026-12-01 03:00:00", "2026-12-01 04:00:00"),
        ({"DATETIME_FORMATS": "%d.%m.%Y %H:%M"}, "01.12.2026 09:00", "2026-12-01 10:00"),
        (
            {"DATETIME_FORMATS": "%Y/%m/%d %H:%M | %B %d, %Y %I:%M %p"},
            "December 01, 2026 9:00 am", "2026/12/01 10:00",
        ),
        ({"DATETIME_FORMATS": "%Y%m%d%H%M%z"}, "202612011000+0200", "202612011000+0100"),
    ],
)  # fmt: skip
def test_times_are_read_as_the_account_writes_them(account, settings, start, end):
    wire = {**APPOINTMENT, "start_date_time": start, "end_date_time": end}
    client, _ = account({"GET /appointments": listed(wire)}, **settings)

    assert times(client) == [("08:00", "09:00")]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        ("2026-10-25 02:15", "2026-10-25 02:45", ("00:15", "01:45")),  # the hour that comes twice
        (
            "2026-10-25 02:45",
            "2026-10-25 02:15",
            ("00:45", "01:15"),
        ),  # from the first to the second
        ("2026-10-25 01:30", "2026-10-25 03:30", ("23:30", "02:30")),
        ("2026-03-29 02:30", "2026-03-29 03:00", ("00:30", "01:00")),  # the hour that never comes
        ("2026-03-29 01:30", "2026-03-29 03:30", ("00:30", "01:30")),
    ],
)
def test_times_without_an_offset_take_all_that_they_may_mean(account, start, end, span):
    wire = {**APPOINTMENT, "start_date_time": start, "end_date_time": end}
    client, _ = account({"GET /appointments": listed(wire)})

    [row] = client.busy_times(NINE - timedelta(days=365), NINE, BERLIN)

    assert (row["start"][11:16], row["end"][11:16]) == span


def test_a_time_that_cannot_be_read_is_an_error(account):
    wire = {**APPOINTMENT, "start_date_time": "1 December"}
    client, _ = account({"GET /appointments": listed(wire)})

    with pytest.raises(InvalidAnswer):
        times(client)


def test_a_status_goes_by_another_name(account):
    wire = {**APPOINTMENT, "status": "Storniert"}
    client, _ = account({"GET /appointments": listed(wire)}, STATUS_ALIASES="storniert:canceled")

    [row] = client.busy_times(NINE, NINE + timedelta(hours=1), BERLIN)

    assert row["status"] == "canceled"


def test_durations_may_be_seconds(account):
    service = {"id": 1, "duration": 5400, "buffer_time_before": 0, "buffer_time_after": 610}
    client, _ = account({"GET /services": listed(service)}, DURATION_UNIT="seconds")

    [found] = client.services()

    assert (found["duration_minutes"], found["buffer_after_minutes"]) == (90, 11)


# Bookings


def book(account, answers=None, **settings):
    client, platform = account(
        {"POST /bookings": {"id": 9}, "GET /appointments": listed(APPOINTMENT), **(answers or {})},
        **settings,
    )
    return client.create_bookings([BOOKING]), platform.said("POST /bookings")


def test_a_booking_is_sent_with_what_is_known_to_be_taken(account):
    made, said = book(account)

    assert made == [MadeBooking(9, 5)]
    assert said == [
        {"service": 1, "employee": 2, "customer": 3, "date": "2026-12-01", "time": "09:00"}
    ]


def test_a_booking_may_hold_more(account):
    _, [said] = book(
        account, BOOKING_STATUS="2", BOOKING_FIELDS="persons:guests,note:internal_note,extras:add"
    )

    assert (said["status"], said["guests"], said["internal_note"]) == (2, 1, "hello")
    assert said["add"] == [{"id": 4, "quantity": 1}]


def test_a_booking_is_written_on_the_accounts_clock(account):
    wire = {
        **APPOINTMENT,
        "start_date_time": "2026-12-01 03:00",
        "end_date_time": "2026-12-01 04:00",
    }
    _, [said] = book(account, {"GET /appointments": listed(wire)}, TIMEZONE="America/New_York")

    assert (said["date"], said["time"]) == ("2026-12-01", "03:00")


@pytest.mark.parametrize(
    ("kind", "id_", "made"),
    [
        ("auto", 9, [MadeBooking(9, 5)]),
        ("auto", 5, [MadeBooking(9, 5)]),
        ("booking", 9, [MadeBooking(9, 5)]),
        ("booking", 5, None),
        ("appointment", 5, [MadeBooking(9, 5)]),
        ("appointment", 9, None),
    ],
)
def test_the_id_of_a_new_booking_means_what_is_set(account, kind, id_, made):
    answers = {"POST /bookings": {"id": id_}}
    if made is None:
        with pytest.raises(OutcomeUnknown):
            book(account, answers, BOOKING_ID_KIND=kind)
    else:
        assert book(account, answers, BOOKING_ID_KIND=kind)[0] == made


@pytest.mark.parametrize(
    ("status", "taken", "settings", "error"),
    [
        (409, False, {}, Conflict),
        (422, True, {}, Conflict),
        (422, False, {}, Rejected),
        (400, True, {}, Conflict),
        (418, True, {}, Rejected),
        (418, True, {"CONFLICT_STATUSES": "418"}, Conflict),
        (422, True, {"CONFLICT_STATUSES": "418"}, Rejected),
        (422, True, {"EXTENSIONS": "on"}, Rejected),
    ],
)
def test_a_refusal_that_may_mean_a_taken_time_is_looked_into(
    account, status, taken, settings, error
):
    answers = {
        "POST /bookings": iter([(status, {"message": "no"})]),
        "GET /appointments": listed(*([APPOINTMENT] if taken else [])),
    }
    with pytest.raises(Rejected) as caught:
        book(account, answers, **settings)

    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("strategy", "call"),
    [("appointment", "DELETE /appointments/5"), ("booking", "DELETE /bookings/9")],
)
def test_a_booking_is_cancelled_as_the_account_can(account, strategy, call):
    client, platform = account(
        {"GET /appointments": listed(APPOINTMENT), call: {"id": 5}}, CANCEL_STRATEGY=strategy
    )
    client.cancel_booking(MadeBooking(9, 5))

    assert platform.said(call) == [{}]


# Customers

MIA = {"first_name": "Mia", "last_name": "K", "email": "mia@example.org", "phone": "+49 (30) 12-34"}


@pytest.mark.parametrize(
    ("settings", "name", "number"),
    [
        ({}, "phone", "+49301234"),
        ({"PHONE_FORMAT": "typed"}, "phone", "+49 (30) 12-34"),
        ({"PHONE_FIELD": "phone_number"}, "phone_number", "+49301234"),
    ],
)
def test_a_telephone_number_is_written_as_the_account_takes_it(account, settings, name, number):
    client, platform = account({"POST /customers": {"id": 3}}, **settings)

    assert client.create_customer(MIA) == 3
    named = {key: value for key, value in MIA.items() if key != "phone"}
    assert platform.said("POST /customers") == [{**named, name: number}]


def test_customers_are_found_where_they_can_be_asked_for(account):
    people = listed({"id": 1, "email": "other@example.org"}, {"id": 2, "email": "MIA@example.org"})
    client, platform = account({"GET /customers": people}, CUSTOMER_SEARCH_PARAM="search")

    assert client.customer_by_email("mia@example.org") == 2
    assert client.customer_by_email("nobody@example.org") is None
    assert platform.said("GET /customers")[0]["search"] == "mia@example.org"


def test_customers_are_not_asked_for_where_they_cannot_be(account):
    client, platform = account({})

    assert client.customer_by_email("mia@example.org") is None
    assert platform.heard == []


def test_where_they_cannot_be_asked_for_all_are_read_if_it_must_be(account):
    people = listed({"id": 1, "email": "other@example.org"}, {"id": 2, "email": "MIA@example.org"})
    client, platform = account({"GET /customers": people})

    assert client.customer_by_email("mia@example.org") is None
    assert platform.said("GET /customers") == []
    assert client.customer_by_email("mia@example.org", everywhere=True) == 2
    assert client.customer_by_email("nobody@example.org", everywhere=True) is None


@pytest.mark.parametrize(("strategy", "first"), [("new_first", False), ("old_first", True)])
def test_a_move_cancels_in_the_order_that_is_set(account, strategy, first):
    client, _ = account({}, RESCHEDULE_STRATEGY=strategy)
    assert client.contract.cancels_first == first
