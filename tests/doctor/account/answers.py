"""Answers of an account, made up."""

import json


def listed(*records, **more):
    return json.dumps({"data": records, **more})


def visit(number, *, employee, text="2026-12-01T10:00:00+01:00", status="approved"):
    return {
        "id": number, "status": status, "start_date_time": text, "end_date_time": text,
        "employees": [{"id": employee}], "service": {"id": 1}, "bookings": [],
    }  # fmt: skip
