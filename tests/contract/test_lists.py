"""Lists and single records: envelope, paging, order, what may be asked."""

import pytest

from tests.contract.facts import FULL, LIVE, PLATFORM, fact

LISTS = ("customers", "services", "employees", "locations", "appointments")


def _rows(certainty, says, source, lists=LISTS, **where):
    return [
        pytest.param(f"/{name}", marks=fact(certainty, says.format(name), source, **where), id=name)
        for name in lists
    ]


@pytest.mark.parametrize(
    "path", _rows("L", "`GET /{}` answers `data` and `pagination` and nothing else", "live reads")
)
def test_a_list_has_its_envelope(target, path):
    answer = target.get(path)

    assert sorted(answer) == ["data", "pagination"]
    assert sorted(answer["pagination"]) == ["limit", "page", "pages", "total"]


@pytest.mark.parametrize(
    "path",
    _rows("P", "all of `/{}` comes when pages are read until `page` is `pages`", "a sync job"),
)
def test_reading_to_the_last_page_gives_all_once(target, path):
    limit = 50 if target.name == LIVE else 2
    ids = [row["id"] for row in target.records(path, limit)]

    assert len(set(ids)) == len(ids) == target.get(path)["pagination"]["total"]


@pytest.mark.parametrize("path", _rows("L", "`GET /{}` takes `page` and `limit`", "live reads"))
def test_page_and_limit_are_heeded(target, path):
    answer = target.get(path, page=2, limit=1)

    asked = {name: answer["pagination"][name] for name in ("page", "limit")}
    assert asked == {"page": 2, "limit": 1}
    assert len(answer["data"]) <= 1


@fact("P", "a `limit` of 50 is allowed", "a sync job")
def test_fifty_records_may_be_asked_for(target):
    assert target.get("/customers", limit=50)["pagination"]["limit"] == 50


@fact("U", "without `limit` twenty records come", "our default")
def test_the_default_limit(target):
    assert target.get("/customers")["pagination"]["limit"] == 20


@fact("U", "a `limit` over 100 is refused", "our default")
def test_too_high_a_limit_is_refused(target):
    assert target.call("GET", "/customers?limit=101").status_code == 422


@fact("U", "a page past the last is empty", "our default")
def test_past_the_last_page_nothing_comes(target):
    assert target.get("/services", page=9999)["data"] == []


@fact("L", "appointments come newest first", "a live client's words")
def test_the_newest_appointment_is_first(target):
    made = [row["created_at"] for row in target.get("/appointments", limit=50)["data"]]

    assert sorted(made, reverse=True) == made


@fact("L", "customers come newest first", "a live client's words")
def test_the_newest_customer_is_first(target):
    ids = [row["id"] for row in target.get("/customers", limit=50)["data"]]

    assert sorted(ids, reverse=True) == ids


@pytest.mark.parametrize(
    "path",
    _rows("L", "`GET /{}/id` answers the bare record", "two live reads", LISTS[:4]),
)
def test_a_single_record_comes_bare(target, path):
    first = target.one(path)

    assert target.get(f"{path}/{first['id']}")["id"] == first["id"]


@fact("P", "a query parameter that appointments do not know is refused", "a sync job")
def test_an_unknown_parameter_is_refused(target):
    assert 400 <= target.call("GET", "/appointments?customFields=1").status_code < 500


@pytest.mark.parametrize(
    "path",
    _rows("I", "a query parameter that `/{}` does not know is refused", "as appointments",
          LISTS[:4]),
)  # fmt: skip
def test_unknown_parameters_are_refused_elsewhere(target, path):
    assert 400 <= target.call("GET", f"{path}?nonsense=1").status_code < 500


@fact("L", "customers cannot be searched for", "a live client", holds=PLATFORM)
def test_customers_cannot_be_searched_for(target):
    answer = target.call("GET", "/customers?search=nobody-is-called-this")

    # Refused or ignored: either way nothing is found by it.
    assert answer.status_code >= 400 or answer.json()["pagination"]["total"] > 0


@fact("L", "appointments can be filtered by `status`", "a live client")
def test_appointments_can_be_filtered_by_status(target):
    canceled = [row["status"] for row in target.records("/appointments", status="canceled")]

    assert {"canceled"} >= set(canceled)
    assert target.name == LIVE or canceled == ["canceled"]


@pytest.mark.parametrize("name", ["customerId", "employeeId", "serviceId", "locationId"])
@fact("D", "appointments can be filtered by `customerId`, `employeeId`, `serviceId`, `locationId`",
      "a copy of the vendor's collection; a live client says otherwise",
      holds=(FULL,))  # fmt: skip
def test_appointments_can_be_filtered_by_their_parts(target, name):
    assert target.get("/appointments", **{name: 1})["pagination"]["total"] > 0
    assert target.get("/appointments", **{name: 999_999})["pagination"]["total"] == 0


@pytest.mark.parametrize("name", ["customerId", "employeeId", "serviceId", "locationId"])
@fact("L", "appointments can be filtered by nothing but `status`", "a live client",
      holds=PLATFORM)  # fmt: skip
def test_appointments_cannot_be_filtered_otherwise(target, name):
    answer = target.call("GET", f"/appointments?{name}=999999")

    assert answer.status_code >= 400 or answer.json()["pagination"]["total"] > 0
