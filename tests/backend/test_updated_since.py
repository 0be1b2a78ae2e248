"""Every list can be asked for what changed."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.backend.conftest import NOW
from widget_server.backend.webhooks.delivering import deliveries

WEBHOOK = {"event": "customer_created", "url": "https://hooks.example.org/in"}


@pytest.fixture
def full(studio):
    """One or more of everything that is listed, all from `NOW`."""
    studio.make("/coupons", {"code": "SPRING10", "discount_value": 10})
    studio.make("/custom-fields", {"label": "Allergies"})
    studio.make("/webhooks", WEBHOOK)
    assert studio.call("POST", "/webhooks/1/test").status_code == 202
    assert studio.book().status_code == 201
    return studio


def lists(api):
    """The paths of all answers with pages, as the API's description tells them."""
    document = api.call("GET", "/openapi.json").json
    schemas = document["components"]["schemas"]
    return [
        path.removeprefix("/api/v2").replace("{id_}", "1")
        for path, operations in document["paths"].items()
        if "get" in operations and "pagination" in shown_by(operations["get"], schemas)
    ]


def shown_by(operation, schemas):
    content = operation["responses"]["200"]["content"]["application/json"]
    reference = content["schema"].get("$ref", "")
    return schemas.get(reference.rpartition("/")[2], {}).get("properties", {})


def ids(api, path, since):
    return [row["id"] for row in api.get(f"{path}?updated_since={quote(since)}")["data"]]


def test_the_lists_are_all_there(api):
    assert sorted(lists(api)) == [
        "/appointments", "/coupons", "/custom-fields", "/customers", "/employees", "/locations",
        "/services", "/webhooks", "/webhooks/1/deliveries",
    ]  # fmt: skip


# The business is in Berlin, and everything was made at 13:00 there.
AT_LAST = [
    "2026-11-30T12:00:00Z", "2026-11-30T13:00:00+01:00", "2026-11-30T13:00:00", "2026-11-30T13:00",
    "2026-11-30", "2026-01-01",
]  # fmt: skip
TOO_LATE = ["2026-11-30T12:00:01Z", "2026-11-30T13:00:01", "2026-12-01"]


def test_every_list_tells_what_changed_since(full):
    for path in lists(full):
        everything = [row["id"] for row in full.get(path)["data"]]
        assert everything
        assert [everything] * len(AT_LAST) == [ids(full, path, since) for since in AT_LAST], path
        assert [[]] * len(TOO_LATE) == [ids(full, path, since) for since in TOO_LATE], path


def test_no_list_understands_what_is_no_time(full):
    for path in lists(full):
        for since in ("yesterday", "12:00", "2026-13-01", "0001-01-01", "9999-12-31T23:00:00"):
            answer = full.call("GET", f"{path}?updated_since={quote(since)}")
            named = list(answer.json.get("errors", []))
            assert (answer.status_code, named) == (422, ["updated_since"]), path


def test_a_date_begins_at_the_midnight_of_the_business(full):
    # 23:30 in London, half past midnight in Berlin.
    full.clock.moment = NOW.replace(hour=23, minute=30)
    full.token = full.fresh_token()
    full.call("PATCH", "/locations/1", {"virtual": True})
    assert ids(full, "/locations", "2026-12-01") == [1]
    assert ids(full, "/locations", "2026-12-01T00:31") == []


def test_times_without_an_offset_bound_appointments_too(full):
    def found(query):
        return [row["id"] for row in full.get(f"/appointments?{query}")["data"]]

    # It is from 09:00 to 09:30.
    assert found("date_from=2026-12-01T09:29&date_to=2026-12-01T10:00") == [1]
    assert found("date_from=2026-12-01T09:30&date_to=2026-12-01T10:00") == []
    assert found("date_from=2026-12-01T08:00&date_to=2026-12-01T09:00") == []


def test_a_delivery_changes_when_it_is_tried_settled_and_replayed(full):
    outbox = deliveries(full.database, full.clock)

    def later():
        full.clock.moment += timedelta(minutes=10)
        return full.clock.now().isoformat()

    def leased():
        (message,) = outbox.lease(1)
        return message

    path = "/webhooks/1/deliveries"
    for change in (
        leased,
        lambda: outbox.put_off(leased(), "HTTP 500"),
        lambda: outbox.delivered(leased(), "HTTP 200"),
        lambda: full.call("POST", f"{path}/1/replay"),
    ):
        since = later()
        assert ids(full, path, since) == []
        change()
        assert ids(full, path, since) == [1]
