"""The API's own description: every operation told, every answer as it says."""

import re

from jsonschema import Draft202012Validator

from widget_server.backend.schemas.appointments import AppointmentSchema, MadeBookingSchema

# What a list cannot do without.
QUERIES = {"/api/v2/available-times": "?service=1"}


def test_every_operation_is_described(api):
    described = api.call("GET", "/openapi.json").json["paths"]
    served = {
        (re.sub(r"<int\(max=2147483647\):(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in api.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.endswith("openapi.json")
    }
    told = {
        (path, method)
        for path, operations in described.items()
        for method, operation in operations.items()
        if method != "parameters" and operation["summary"] and operation["responses"]
    }
    assert served == told


def test_answers_keep_what_is_described(demo):
    document = demo.call("GET", "/openapi.json").json
    for path, operations in document["paths"].items():
        if "{" in path or "get" not in operations:
            continue
        content = operations["get"]["responses"]["200"]["content"]
        schema = {**content["application/json"]["schema"], "components": document["components"]}
        answer = demo.get(path.removeprefix("/api/v2") + QUERIES.get(path, ""))
        assert [error.message for error in Draft202012Validator(schema).iter_errors(answer)] == []


def test_records_written_by_hand_keep_their_schemas(demo):
    for record in demo.get("/appointments?limit=100")["data"]:
        assert set(record) == set(AppointmentSchema().load(record))
    booking = demo.get("/bookings/1")
    assert set(booking) == set(MadeBookingSchema().load(booking))
