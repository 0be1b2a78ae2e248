"""The API's description, for programs and for people, against what is really there."""

import pytest

from widget_server.web.api.problem_kinds import PROBLEM_KINDS


def test_every_route_of_the_api_is_described_and_nothing_else(site):
    described = {
        (method.upper(), path)
        for path, operations in site.get("/openapi.json").json["paths"].items()
        for method in operations
        if method != "parameters"
    }
    routed = {
        (method, str(rule).replace("<int:", "{").replace("<", "{").replace(">", "}"))
        for rule in site.app.url_map.iter_rules()
        if str(rule).startswith("/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routed


def test_the_page_tells_every_operation_and_every_code(site):
    page = site.page("/docs").text

    for path in site.get("/openapi.json").json["paths"]:
        assert path in page
    for code in PROBLEM_KINDS:
        assert f'id="{code}"' in page


@pytest.mark.parametrize("code", sorted(PROBLEM_KINDS))
def test_the_type_of_a_problem_leads_to_its_meaning(site, code):
    page = site.page(f"/problems/{code}")

    assert page.status_code == 200
    assert PROBLEM_KINDS[code].title in page.text


def test_an_unknown_code_is_not_found(site):
    assert site.get("/problems/nonsense").status_code == 404


def test_paths_are_written_as_the_contract_has_them(site):
    contract = {
        "/v1/business",
        "/v1/services",
        "/v1/services/{id}",
        "/v1/employees",
        "/v1/locations",
        "/v1/slots",
        "/v1/holds",
        "/v1/holds/{token}",
        "/v1/bookings",
        "/v1/bookings/{token}",
        "/v1/bookings/{token}/slots",
        "/v1/bookings/{token}/reschedule",
        "/v1/bookings/{token}/cancel",
        "/v1/bookings/{token}.ics",
        "/v1/coupons/check",
    }
    assert contract - set(site.get("/openapi.json").json["paths"]) == set()
