"""The public address and the path of the platform's webhooks, over HTTP."""

import threading
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.doctor.conftest import look
from tests.ports import free_port
from tests.simulator.clients import environ_of
from widget_server.app import create_app
from widget_server.settings import Settings

HEALTH: dict[str, Any] = {"/healthz": (200, {"status": "ok"}, {})}
HOOK = "/webhooks/bookablesites/appointment_booked"


@pytest.fixture
def account(here, simulator):
    return here | environ_of(simulator)


@contextmanager
def serving(environ):
    """Serve the whole program where its PUBLIC_URL says."""
    port = free_port()
    ours = {**environ, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    server = make_server("127.0.0.1", port, create_app(Settings.from_env(ours)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield ours
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_runs_is_reached_from_outside(account):
    with serving(account) as ours:
        seen = look(ours)

    assert (seen.status("public address"), seen.status("webhooks")) == ("ok", "ok")
    assert f"{ours['PUBLIC_URL']}{HOOK}" in seen.advice("webhooks")


def test_without_a_token_webhooks_are_missed(account):
    del account["WEBHOOK_TOKEN"]

    seen = look(account)

    assert seen.status("webhooks") == "warning"
    assert seen.seen("webhooks") == (
        "WEBHOOK_TOKEN is not set: changes in the account are seen 10 s later"
    )
    assert f"http://127.0.0.1:9{HOOK}" in seen.advice("webhooks")


def test_a_server_that_was_started_without_the_token(account):
    token = account.pop("WEBHOOK_TOKEN")
    with serving(account) as ours:
        seen = look(ours | {"WEBHOOK_TOKEN": token})

    assert seen.status("webhooks") == "fix"
    assert seen.seen("webhooks") == "the running server takes none"


def test_a_server_that_does_not_run_is_no_fault(account):
    seen = look(account)

    assert (seen.status("public address"), seen.status("webhooks")) == ("warning", "not checked")


@pytest.mark.parametrize("answers", [{}, {"/healthz": (200, {"status": "fine"}, {})}])
def test_somebody_else_at_the_public_address(answers, answering, account):
    with answering(answers) as origin:
        seen = look({**account, "PUBLIC_URL": origin})

    assert seen.status("public address") == "fix"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((204, {}, {}), "fix"),
        ((403, {}, {}), "fix"),
        ((401, {"code": "something"}, {}), "fix"),
        ((429, {}, {}), "not checked"),
        ((401, {"code": "unauthorized"}, {}), "ok"),
    ],
)
def test_who_answers_webhooks_is_known_by_the_answer(answer, status, answering, account):
    with answering(HEALTH | {HOOK: answer}) as origin:
        seen = look({**account, "PUBLIC_URL": origin})

    assert seen.status("webhooks") == status


def test_the_embedded_backend_sends_no_webhooks_here(tmp_path):
    seen = look({"DEMO": "on", "DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())})

    assert "webhooks" not in seen.statuses()
