"""What is told of calls into this process, and of the breaker."""

import pytest

from tests.simulator.clients import Tally, client_of
from widget_server.bookablesites.breaker import FAILURES, REST_SECONDS
from widget_server.bookablesites.errors import PlatformError
from widget_server.bookablesites.observing import Watched
from widget_server.bookablesites.transport import embedded
from widget_server.clock import FixedTicks

STATUSES = {
    "200 OK": "answered", "404 NOT FOUND": "refused", "429 TOO MANY REQUESTS": "throttled",
    "500 INTERNAL SERVER ERROR": "failed",
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
def test_a_call_into_this_process_is_told_without_what_it_is_about(status):
    def app(_environ, start_response):
        start_response(status, [("Content-Type", "application/json")])
        return [b"{}"]

    tally = Tally()
    sender = Watched(embedded(app), tally, FixedTicks())

    sender.send("GET", "/api/v2/customers/17", headers={}, query={"email": "mia@example.org"})

    assert tally.counts == {("GET /api/v2/customers/{id}", STATUSES[status]): 1}
    assert sender.state == "closed"


def test_a_call_that_breaks_is_told_too():
    def app(_environ, start_response):
        start_response("200 OK", [])
        return iter([b"x" * (5 * 1024 * 1024)])

    tally = Tally()
    with pytest.raises(PlatformError):
        Watched(embedded(app), tally, FixedTicks()).send("GET", "/api/v2/services", headers={})

    assert tally.counts == {("GET /api/v2/services", "unreadable"): 1}


def test_each_turn_of_the_breaker_is_told(simulator):
    ticks, tally = FixedTicks(), Tally()
    client = client_of(simulator, ticks, tally)
    simulator.on("GET */services", "status", FAILURES + 1, status=500)

    def call() -> None:
        try:
            client.services()
        except PlatformError:
            return

    for _ in range(2):
        call()
    assert tally.states == ["open"]
    ticks.sleep(REST_SECONDS)
    call()
    assert tally.states == ["open", "half_open", "open"]
    ticks.sleep(REST_SECONDS)
    call()
    assert tally.states == ["open", "half_open", "open", "half_open", "closed"]
