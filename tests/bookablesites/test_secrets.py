"""What shows of an account's secrets when its platform fails: nothing."""

import logging

import pytest

from tests.simulator.clients import client_of
from widget_server.bookablesites.errors import PlatformError
from widget_server.clock import FixedTicks


@pytest.mark.parametrize(
    ("fault", "details"),
    [
        ("status", {"status": 401}),
        ("status", {"status": 500, "body": "canary"}),
        ("lose answer", {}),
        ("malformed", {"kind": "thousand headers"}),
        ("malformed", {"kind": "no HTTP"}),
        ("malformed", {"kind": "bad chunk"}),
    ],
)
def test_no_secret_shows_in_errors_and_logs(simulator, caplog, fault, details):
    caplog.set_level(logging.DEBUG, "widget_server")
    simulator.on("* */api/v2/*", fault, **details)
    client = client_of(simulator, FixedTicks(), CLIENT_SECRET="canary", CLIENT_ID="canary")
    seen = []
    for read in (client.services, lambda: client.customer_by_email("canary@example.org")):
        try:
            read()
        except PlatformError as error:
            seen += [repr(error), repr(error.__context__), repr(error.__cause__), error.detail]

    assert len(seen) == 8
    assert "canary" not in caplog.text + "".join(seen) + repr(client) + repr(vars(client))
