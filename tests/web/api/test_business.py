"""What the business offers, as the widget reads it."""

import pytest

from tests.web.conftest import MIA

HAIRCUT, BROWS, MASSAGE = 1, 5, 6
THOMAS = 7


def service(site, id_):
    return site.get(f"/v1/services/{id_}").get_json()


def give(site, **own):
    """Let Thomas give massages in another way."""
    site.staff("PATCH", f"/employees/{THOMAS}", {"services": [{"id": MASSAGE, **own}]})


def test_it_tells_with_whom_a_service_costs_or_lasts_otherwise(site):
    massage, brows = service(site, MASSAGE), service(site, BROWS)

    assert (massage["price"], massage["prices"]) == ("82.00", {"7": "95.00"})
    assert (massage["duration_minutes"], massage["durations"]) == (60, {"7": 75})
    assert massage["price_from"] == "82.00"
    assert (brows["prices"], brows["durations"], brows["price_from"]) == ({}, {}, None)


def test_who_names_what_is_usual_anyhow_is_not_told(make_site):
    site = make_site()
    give(site, price=82, duration=60)

    massage = service(site, MASSAGE)

    assert (massage["prices"], massage["durations"], massage["price_from"]) == ({}, {}, None)


@pytest.mark.parametrize(("price", "told"), [(0, "0.00"), (82.5, "82.50"), (82.05, "82.05")])
def test_prices_of_employees_are_written_as_those_of_services(make_site, price, told):
    site = make_site()
    give(site, price=price)

    assert service(site, MASSAGE)["prices"] == {str(THOMAS): told}


def test_what_is_told_is_what_is_charged(make_site):
    site = make_site()
    [massage] = [one for one in site.get("/v1/business").json["services"] if one["id"] == MASSAGE]

    for employee in massage["employees"]:
        slot = site.slots(f"service={MASSAGE}&employee={employee}")[0]
        item = {"service": MASSAGE, "employee": employee, "start": slot["start"]}
        body = {"items": [item], "customer": MIA}
        key = {"Idempotency-Key": str(employee)}
        made = site.post("/v1/bookings", json=body, headers=key).get_json()
        assert made["total"] == massage["prices"].get(str(employee), massage["price"])


def test_the_list_and_the_whole_tell_the_same(site):
    business = site.get("/v1/business").get_json()

    assert business["services"] == site.get("/v1/services").get_json()
    assert service(site, HAIRCUT) in business["services"]


def test_the_description_tells_every_key(site):
    schemas = site.get("/openapi.json").json["components"]["schemas"]
    business = site.get("/v1/business").get_json()

    assert keys(schemas["Business"]) == set(business)
    for name, records in [("Service", "services"), ("Employee", "employees"),
                          ("Location", "locations")]:  # fmt: skip
        assert [keys(schemas[name])] == [*map(set, business[records][:1])]
    extra = next(one for some in business["services"] for one in some["extras"])
    assert keys(schemas["Extra"]) == set(extra)


def keys(schema):
    return set(schema["properties"])
