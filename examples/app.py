"""What a mobile app does: show what there is, book a time, look at the booking, cancel it.

    python examples/app.py http://127.0.0.1:8000

It needs no credentials, for the server keeps them. All that it may ask, and every answer, is
described at /docs on the server.
"""

import sys
import time
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import requests

SERVER = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
VISITOR = {"first_name": "Mia", "last_name": "Keller", "email": "mia@example.org"}


def ask(method, path, **how):
    """Return an answer; whatever is no success is a problem with a code and a sentence."""
    answer = requests.request(method, SERVER + path, timeout=30, **how)
    if not answer.ok:
        problem = answer.json()
        raise SystemExit(f"{problem['code']}: {problem['detail']}")
    return answer.json()


def send(path, body):
    """Post under one key: whatever gets lost on the way, it is done once however often it is sent.

    An app that may be ended in between keeps the key and the body until there is an answer.
    """
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for pause in (1, 2, 4, 8):
        try:
            return ask("POST", path, json=body, headers=headers)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(pause)
    raise SystemExit("The server does not answer; ask again later, under the same key.")


def token_of(booked):
    """Return what opens a booking: the end of its link. Nobody else may get to know it."""
    address = booked.get("manage_url") or booked["status_url"]
    return address.rsplit("/", 1)[1]


def main():
    """Book the first service at its first open time of the next 30 days, and cancel it again."""
    business = ask("GET", "/v1/business")
    service = business["services"][0]
    today = datetime.now(ZoneInfo(business["timezone"])).date()
    asked = {"service": service["id"], "from": today, "to": today + timedelta(days=30)}
    days = ask("GET", "/v1/slots", params=asked)["days"]
    if not days:
        raise SystemExit("Nothing is open.")
    slot = days[0]["slots"][0]
    print(f"{business['name']}: {service['name']} at {slot['start']}")

    visit = {"service": service["id"], "location": slot["locations"][0], "start": slot["start"]}
    token = token_of(send("/v1/bookings", {"items": [visit], "customer": VISITOR}))
    booking = ask("GET", f"/v1/bookings/{token}")
    while booking["status"] == "processing":
        time.sleep(1)
        booking = ask("GET", f"/v1/bookings/{token}")
    print(f"{booking['id']}: {booking['status']}, {booking['total']} {booking['currency']}")

    print(f"{booking['id']}: {send(f'/v1/bookings/{token}/cancel', {})['status']}")


if __name__ == "__main__":
    main()
