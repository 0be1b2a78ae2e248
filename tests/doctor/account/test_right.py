"""An account that works: what is seen of it, and that nothing else comes out."""

import json
import re
from collections import Counter

import requests

from tests.doctor.conftest import SECRET_KEY
from widget_server.backend.seed.names import FIRST, LAST
from widget_server.doctor.account.asking import MOST_READS

# Nobody answers at the public address; on the live platform the rest is not known.
OUTSIDE = {"public address", "webhooks"}
NOT_YET = {"private files", "ledger"}


def test_of_the_platform_as_it_is_known_everything_is_found(simulator, at):
    simulator.strict()

    seen = at()

    assert seen.worse() - OUTSIDE - NOT_YET == {"PUBLIC_URL", "customer search", "schedules"}
    assert seen.settings == {
        "BOOKABLESITES_TOKEN_PATH": "/token",
        "BOOKABLESITES_TOKEN_STYLE": "form",
        "BOOKABLESITES_EXTENSIONS": "off",
        "BOOKABLESITES_PAGE_SIZE": "100",
        "BOOKABLESITES_APPOINTMENT_FILTERS": "",
        "BOOKABLESITES_SORT_PARAMS": "",
        "BOOKABLESITES_CUSTOMER_SEARCH_PARAM": "",
        "BOOKABLESITES_DURATION_UNIT": "minutes",
        "BOOKABLESITES_AVAILABILITY_PARAMS": "service:service,employee:employee,"
        "location:location,from:calendar_start_date,to:calendar_end_date,"
        "persons:additional_guest_count",
        "BOOKABLESITES_AVAILABILITY_SHAPE": "times",
        "BOOKABLESITES_TIMEZONE": "",
    }
    assert seen.document["status"] == "warning"


def test_of_an_account_that_can_do_more_more_is_found(at):
    seen = at()

    assert seen.changes == {
        "BOOKABLESITES_EXTENSIONS": "on",
        "BOOKABLESITES_PAGE_SIZE": "100",
        "BOOKABLESITES_APPOINTMENT_FILTERS": "from:date_from,to:date_to,employee:employee",
        "BOOKABLESITES_SORT_PARAMS": "sort_by:created_at,sort_order:asc",
        "BOOKABLESITES_CUSTOMER_SEARCH_PARAM": "email",
        "BOOKABLESITES_AVAILABILITY_SHAPE": "times",
    }
    assert seen.seen("appointments' times") == "can be read, with their offset"


def test_what_it_says_to_set_is_then_right(at):
    said = {
        name.removeprefix("BOOKABLESITES_"): value for name, value in at().changes.items() if value
    }

    again = at(**said)

    assert again.changes == {}
    assert again.worse() - OUTSIDE - NOT_YET == {"PUBLIC_URL", "filters", "customer search"}
    assert again.seen("filters") == "because BOOKABLESITES_EXTENSIONS says how it is asked"


def test_it_only_reads_and_not_too_often(simulator, at):
    seen = at()

    calls = Counter(call["method"] for call in simulator.calls())
    posts = {call["path"] for call in simulator.calls("POST")}
    assert calls == {"GET": seen.document["reads"], "POST": 1}
    assert posts == {"/api/v2/token"}
    assert 10 < seen.document["reads"] <= MOST_READS


def test_shapes_are_told_by_keys_and_types(simulator, at):
    simulator.strict()

    seen = at()

    # Whoever has booked here before may have left some of it out.
    assert seen.seen("/customers shape").replace("|null", "") == (
        "data[]: {id: int, first_name: str, last_name: str, email: str, "
        "phone_country_code: str, phone_number: str}"
    )
    assert seen.seen("open times' shape") == "{data: {<date>: [str]}}"


def test_nobody_and_no_secret_is_in_the_report(simulator, at):
    form = dict(zip(("client_id", "client_secret"), simulator.credentials, strict=True))
    form["grant_type"] = "client_credentials"
    token = requests.post(f"{simulator.origin}/api/v2/token", data=form, timeout=30).json()
    headers = {"Authorization": f"Bearer {token['access_token']}", "X-Staff": "yes"}
    people = [
        person
        for path in ("customers", "employees")
        for person in requests.get(
            f"{simulator.origin}/api/v2/{path}?limit=100", headers=headers, timeout=30
        ).json()["data"]
    ]
    simulator.reset()

    seen = at()

    told = seen.text + json.dumps(seen.document)
    words = set(re.findall(r"[\w.@+-]+", told))
    values = {
        str(person[name])
        for person in people
        for name in ("first_name", "last_name", "email", "phone_number")
    }
    assert len(values) > 100
    assert values & words == set()
    assert not any(value in told for value in values if "@" in value)
    assert words.isdisjoint({*FIRST, *LAST})
    for secret in (simulator.credentials[1], SECRET_KEY, "canary-webhook-token", "Bearer"):
        assert secret not in told


def test_nothing_personal_is_sent(simulator, at):
    at()

    addresses = {
        value
        for call in simulator.calls()
        for value in re.findall(r"=([^&]*%40[^&]*)", call["query"])
    }
    assert {value.partition("%40")[2] for value in addresses} == {"doctor.invalid"}


def test_nothing_is_written_here(at, tmp_path):
    at()

    assert list(tmp_path.iterdir()) == []
