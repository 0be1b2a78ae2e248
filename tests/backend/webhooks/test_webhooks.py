"""From a change to the receiver: subscriptions, what is sent, the log of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs

import pytest
from standardwebhooks.webhooks import Webhook

from tests.backend.conftest import Caller
from widget_server.backend.context import EXTENSION
from widget_server.backend.webhooks.delivering import deliveries, handler
from widget_server.backend.webhooks.sending import Sender
from widget_server.outbox import Undelivered, deliver_due

URL = "https://hooks.example.org/in"


@dataclass(frozen=True)
class Wire(Sender):
    """A sender whose network is a list: `sent`, or an error while `down` holds any."""

    sent: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)
    down: list[str] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> str:
        if self.down:
            raise Undelivered(self.down.pop())
        self.sent.append((url, headers, body))
        return "HTTP 200"


def deliver(studio: Caller, wire: Wire) -> int:
    outbox = deliveries(studio.database, studio.clock)
    return deliver_due(outbox, handler(studio.database, studio.clock, wire))


def subscribe(studio: Caller, event: str = "appointment_booked", **more: object) -> dict[str, str]:
    made: dict[str, str] = studio.make("/webhooks", {"event": event, "url": URL, **more})
    return made


def test_a_subscription_tells_its_secret_once(studio: Caller):
    made = subscribe(studio)
    assert made.pop("secret").startswith("whsec_")
    assert studio.get("/webhooks/1") == made
    assert studio.get("/webhooks")["data"] == [made]
    assert studio.call("DELETE", "/webhooks/1").status_code == 204
    assert studio.call("GET", "/webhooks/1").status_code == 404


def test_a_booking_is_told_as_signed_json(studio: Caller):
    made = subscribe(studio, verification_token="open sesame")
    studio.book(custom_fields={})
    wire = Wire()
    assert deliver(studio, wire) == 1
    ((url, headers, body),) = wire.sent
    assert (url, headers["Authorization"]) == (URL, "open sesame")
    told = json.loads(body)
    data = told["data"]
    record = data.pop("appointment")
    assert record == studio.get("/appointments/1")
    assert (told["type"], data.pop("booking")) == ("appointment_booked", 1)
    assert data == {
        "appointmentId": "1", "appointmentStatus": "Approved", "bookingUuid": "1",
        "appointmentStartDate": "2026-12-01", "appointmentStartTime": "09:00",
        "appointmentStartDateTime": "2026-12-01 09:00",
        "appointmentEndDate": "2026-12-01", "appointmentEndTime": "09:30",
        "appointmentEndDateTime": "2026-12-01 09:30", "appointmentPrice": "45.00 EUR",
        "customerFullName": "Mia Keller", "customerFirstName": "Mia",
        "customerLastName": "Keller", "customerEmail": "mia@example.org",
        "customerPhone": data["customerPhone"],
        "employeeFullName": "Ada Berg", "employeeFirstName": "Ada", "employeeLastName": "Berg",
        "employeeEmail": "-", "employeePhone": "-",
        "serviceCategory": "-", "serviceName": "Haircut", "serviceDuration": "30min",
        "servicePrice": "45.00 EUR", "locationName": "Main street", "locationAddress": "-",
        "locationPhone": "-", "customFields": [], "customFieldItems": {},
    }  # fmt: skip
    # Its own clock would refuse the fixed one: what it signs itself must be the same.
    signature = Webhook(made["secret"]).sign(
        headers["webhook-id"], studio.clock.now(), body.decode()
    )
    assert headers["webhook-signature"] == signature


def test_a_price_is_told_in_the_currency_it_was_agreed_in(studio: Caller):
    studio.book()
    assert studio.call("PATCH", "/settings", {"currency": "CHF"}).status_code == 200
    subscribe(studio, "appointment_canceled")
    studio.call("DELETE", "/appointments/1")
    wire = Wire()
    deliver(studio, wire)
    data = json.loads(wire.sent[0][2])["data"]
    assert (data["appointmentPrice"], data["servicePrice"]) == ("45.00 EUR", "45.00 CHF")


def test_a_booking_is_told_as_a_form(studio: Caller):
    studio.make("/custom-fields", {"label": "Allergies", "type": "text"})
    subscribe(studio, format="form")
    studio.book(custom_fields={"1": "nuts"})
    wire = Wire()
    deliver(studio, wire)
    form = parse_qs(wire.sent[0][2].decode(), strict_parsing=True)
    assert form["customerFirstName"] == ["Mia"]
    assert form["customFields[0][label]"] == ["Allergies"]
    assert form["customFieldItems[Allergies]"] == ["nuts"]
    assert not {"appointment", "booking"} & set(form)


def test_only_the_event_asked_for_is_told_and_each_once(studio: Caller):
    subscribe(studio, "appointment_canceled")
    subscribe(studio, "customer_created")
    studio.book()
    studio.call("DELETE", "/appointments/1")
    studio.make("/customers", {"first_name": "Al", "last_name": "Lee", "email": "al@example.org"})
    wire = Wire()
    assert deliver(studio, wire) == 2
    assert [json.loads(body)["type"] for _, _, body in wire.sent] == [
        "appointment_canceled",
        "customer_created",
    ]


def test_a_refused_booking_tells_nothing(studio: Caller):
    subscribe(studio)
    studio.book()
    assert studio.book().status_code == 409
    assert deliver(studio, Wire()) == 1


def test_the_log_tells_how_it_went_and_replay_sends_the_same_again(studio: Caller):
    subscribe(studio)
    tried = studio.call("POST", "/webhooks/1/test")
    assert (tried.status_code, tried.get_json()["state"]) == (202, "waiting")
    wire = Wire(down=["HTTP 503"])
    deliver(studio, wire)
    (entry,) = studio.get("/webhooks/1/deliveries")["data"]
    assert (entry["state"], entry["attempts"], entry["outcome"]) == ("waiting", 1, "HTTP 503")
    assert studio.call("POST", "/webhooks/1/deliveries/1/replay").status_code == 202
    assert deliver(studio, wire) == 1
    (entry,) = studio.get("/webhooks/1/deliveries")["data"]
    assert (entry["state"], entry["attempts"], entry["outcome"]) == ("delivered", 1, "HTTP 200")
    assert wire.sent[0][1]["webhook-id"] == entry["message_id"]


@pytest.mark.parametrize(
    ("field_name", "value"),
    [
        ("event", "appointment_lost"), ("event", None), ("url", "http://example.org/"),
        ("url", "https://127.0.0.1/"), ("url", ""), ("url", 7), ("format", "xml"),
        ("verification_token", "a\r\nb"), ("verification_token", "é"), ("secret", "mine"),
    ],
)  # fmt: skip
def test_bad_subscriptions_name_the_field(studio: Caller, field_name: str, value: object):
    body = {"event": "appointment_booked", "url": URL, field_name: value}
    answer = studio.call("POST", "/webhooks", body)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field_name])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/webhooks/9"), ("DELETE", "/webhooks/9"), ("POST", "/webhooks/9/test"),
        ("GET", "/webhooks/9/deliveries"), ("POST", "/webhooks/1/deliveries/9/replay"),
    ],
)  # fmt: skip
def test_unknown_ones_are_not_found(studio: Caller, method: str, path: str):
    subscribe(studio)
    assert studio.call(method, path).status_code == 404


def test_private_hosts_are_taken_where_the_operator_names_them(studio: Caller):
    here = studio.app.extensions[EXTENSION]
    config = replace(here.config, webhook_hosts=frozenset({"127.0.0.1:9000"}))
    studio.app.extensions[EXTENSION] = replace(here, config=config)
    body = {"event": "appointment_booked", "url": "http://127.0.0.1:9000/in"}
    assert studio.call("POST", "/webhooks", body).status_code == 201
