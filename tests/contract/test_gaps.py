"""What is not there, and how that is said."""

import pytest

from tests.contract.facts import FULL, PLATFORM, STRICT, WRITES, fact


def _writable(name):
    says = f"`/{name}` can be created, changed and deleted"
    return fact("V", says, "the vendor's API page; how is not told", holds=(FULL,), effect=WRITES)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/appointments/1",
                     marks=fact("L", "`GET /appointments/id` is answered with 405",
                                "a live client and a sync job", holds=PLATFORM)),
        pytest.param("GET", "/coupons",
                     marks=fact("L", "`GET /coupons` is answered with 405", "a live client",
                                holds=PLATFORM)),
        pytest.param("POST", "/appointments",
                     marks=fact("P", "`POST /appointments` is answered with 405",
                                "a live client: not of this version", holds=PLATFORM,
                                effect=WRITES)),
        pytest.param("PUT", "/customers/1",
                     marks=fact("U", "`PUT /customers/id` is answered with 405",
                                "dropped by a live client", holds=(STRICT,))),
        pytest.param("PATCH", "/appointments/1",
                     marks=fact("U", "`PATCH /appointments/id` is answered with 405",
                                "no way to move one is known", holds=(STRICT,))),
        pytest.param("POST", "/services",
                     marks=fact("U", "`POST /services` is answered with 405",
                                "said to exist; how is not known", holds=(STRICT,))),
    ],
)  # fmt: skip
def test_a_method_is_not_there(target, method, path):
    assert target.call(method, path, json={} if method != "GET" else None).status_code == 405


@fact("V", "`GET /appointments/id` answers the appointment",
      "the vendor's API page; live it does not", holds=(FULL,))  # fmt: skip
def test_an_appointment_can_be_got(target):
    assert target.get("/appointments/1")["id"] == 1


@fact("V", "`GET /coupons` lists coupons", "the vendor's API page; live it does not",
      holds=(FULL,))  # fmt: skip
def test_coupons_can_be_listed(target):
    assert [row["code"] for row in target.get("/coupons")["data"]] == ["SPRING"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        pytest.param("/services", {"name": "Shave", "duration": 15}, marks=_writable("services")),
        pytest.param("/employees", {"first_name": "Cy", "last_name": "Poe"},
                     marks=_writable("employees")),
        pytest.param("/locations", {"name": "Kiosk"}, marks=_writable("locations")),
    ],
)  # fmt: skip
def test_what_the_business_offers_can_be_written(target, path, fields):
    made = target.call("POST", path, json=fields).json()["id"]
    changed = target.call("PATCH", f"{path}/{made}", json=fields)
    deleted = target.call("DELETE", f"{path}/{made}")

    assert (changed.status_code, deleted.status_code) == (200, 204)


@fact("P", "an unknown path answers a page with 200", "a barbershop's backend",
      holds=PLATFORM)  # fmt: skip
def test_an_unknown_path_answers_a_page(target):
    answer = target.send("GET", "/api/v2/no-such-thing")

    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "text/html")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=fact("U", f"there is no `{path}`", "never seen", holds=PLATFORM))
        for path in (
            "/settings", "/custom-fields", "/webhooks", "/reports/appointments",
            "/working-hours", "/special-days", "/days-off", "/employees/1/working-hours",
            "/openapi.json", "/bookings/1",
        )
    ],
)  # fmt: skip
def test_there_is_nothing(target, path):
    answer = target.call("GET", path)

    is_json = "json" in answer.headers["Content-Type"]
    assert (answer.status_code, is_json) in ((200, False), (404, True), (404, False))


@fact("I", "a refusal is JSON with a `message`", "clients' tests")
def test_a_refusal_has_a_message(target):
    answer = target.call("GET", "/available-times")

    assert 400 <= answer.status_code < 500
    assert isinstance(answer.json()["message"], str)


@fact("U", "a refusal says nothing besides its `message`", "absent until seen", holds=PLATFORM)
def test_a_refusal_has_nothing_else(target):
    assert list(target.call("GET", "/available-times").json()) == ["message"]


@fact("U", "a record that is not there is answered with 404 and a `message`", "our default")
def test_an_unknown_record_is_not_found(target):
    answer = target.call("GET", "/customers/2147483647")

    assert (answer.status_code, "message" in answer.json()) == (404, True)
