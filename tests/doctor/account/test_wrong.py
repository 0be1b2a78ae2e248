"""Accounts that are not reached, refuse or hang: it is named, and what to do."""

import socket
import ssl
import threading
from datetime import timedelta

import pytest
import trustme

from tests.doctor.account.answers import listed
from tests.doctor.conftest import SECONDS, look
from tests.ports import free_port
from widget_server.clock import FixedClock, SystemClock, SystemTicks
from widget_server.doctor.account.reaching import certificate

SERVICES = "GET */services"
NEXT = ("API", "lists", "filters", "available times", "clock")


def test_a_wrong_secret_is_refused_in_every_way(simulator, at):
    seen = at(CLIENT_SECRET="canary-wrong")

    assert seen.status("token") == "fix"
    assert seen.seen("token") == (
        "/token, style form: refused (401); neither is one given in 5 other ways"
    )
    assert "BOOKABLESITES_CLIENT_SECRET" in seen.advice("token")
    assert seen.seen("lists") == "because there is no access token"
    assert seen.status("API") == "ok"
    assert len(simulator.calls("POST")) == 6
    assert "canary" not in seen.text


def test_another_style_of_token_is_found(simulator, at):
    simulator.strict()

    seen = at(TOKEN_STYLE="json-camel")

    assert seen.status("token") == "fix"
    assert seen.changes["BOOKABLESITES_TOKEN_STYLE"] == "form"
    assert seen.status("/services") == "ok"


def test_another_path_of_tokens_is_found(simulator, at):
    simulator.strict()

    seen = at(TOKEN_PATH="/auth/token")

    assert "a page of a website (200)" in seen.seen("token")
    assert seen.changes["BOOKABLESITES_TOKEN_PATH"] == "/token"


def test_a_token_that_does_not_say_how_long_it_lasts(simulator, at):
    simulator.on("POST */token", "status", status=200, body='{"token": "canary"}')

    seen = at()

    assert seen.seen("lifetime") == "not told: BOOKABLESITES_TOKEN_SECONDS counts"
    assert "canary" not in seen.text


def test_a_page_of_a_website_is_no_api(simulator, at):
    simulator.on("* */*", "malformed", kind="HTML")

    seen = at()

    assert seen.seen("API") == "a page of a website (200) instead of an answer of the API"
    assert (seen.status("API"), seen.status("token")) == ("fix", "fix")
    assert "BOOKABLESITES_API_PATH" in seen.advice("token")


def test_a_wrong_path_is_named(answering, here):
    with answering({}) as origin:
        account = {"URL": origin, "CLIENT_ID": "id", "CLIENT_SECRET": "s", "API_PATH": "/v7"}
        seen = look(here | {f"BOOKABLESITES_{name}": value for name, value in account.items()})

    assert seen.seen("API") == "404: there is nothing at this path"


def test_of_a_redirect_only_the_origin_is_told(simulator, at):
    to = "https://salon.admin.example.org/canary?canary=1"
    simulator.on(SERVICES, "status", status=302, headers={"Location": to})

    seen = at()

    assert seen.seen("API") == "a redirect (302) to https://salon.admin.example.org"
    assert seen.changes["BOOKABLESITES_URL"] == "https://salon.admin.example.org"
    assert "canary" not in seen.text.replace("canary-", "")


def test_where_nobody_listens_the_rest_is_not_checked(here):
    port = free_port()
    account = {"URL": f"http://127.0.0.1:{port}", "CLIENT_ID": "id", "CLIENT_SECRET": "secret"}

    seen = look(here | {f"BOOKABLESITES_{name}": value for name, value in account.items()})

    assert seen.status("connection") == "fix"
    assert seen.seen("token") == "because the account cannot be reached"
    assert {seen.status(name) for name in NEXT} == {"not checked"}


def test_a_name_that_is_not_known(here):
    account = {"URL": "https://salon.invalid", "CLIENT_ID": "id", "CLIENT_SECRET": "secret"}

    seen = look(here | {f"BOOKABLESITES_{name}": value for name, value in account.items()})

    assert (seen.status("host name"), seen.status("token")) == ("fix", "not checked")


def test_one_list_that_breaks_hides_no_other(simulator, at):
    simulator.on("GET */employees", "status", status=500)

    seen = at()

    assert seen.status("/employees") == "fix"
    assert seen.status("schedules") == "not checked"
    assert seen.seen("schedules") == "because /employees could not be read"
    assert (seen.status("/customers"), seen.status("filters")) == ("ok", "ok")


@pytest.mark.parametrize(("seconds", "status"), [(100, "warning"), (-100, "warning"), (900, "fix")])
def test_a_wrong_clock_is_noticed(at, seconds, status):
    # It stands still; a look takes less time than makes a difference.
    clock = FixedClock(SystemClock().now() + timedelta(seconds=seconds))

    seen = at(clock=clock)

    assert seen.status("clock") == status


def test_limits_that_are_told_are_seen(simulator, at):
    headers = {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59"}
    simulator.on(SERVICES, "status", status=200, headers=headers, body=listed())

    seen = at()

    assert seen.changes["BOOKABLESITES_CALLS_PER_MINUTE"] == "60"
    assert "x-ratelimit-remaining" in seen.seen("rate limits")


@pytest.mark.parametrize(
    "kind",
    [
        *("half", "null", "list of nulls", "vast number", "half a character", "all lists"),
        *("all objects", "text for an id", "first of all times"),
        *("no HTTP", "bomb", "vast header"),
    ],
)
def test_nonsense_is_told_as_such(simulator, at, kind):
    simulator.on("GET */*", "malformed", kind=kind)

    seen = at()

    assert seen.document["status"] == "fix"
    assert "the check itself broke" not in seen.text
    assert max(len(one["seen"]) for one in seen.document["findings"]) < 5000


def test_after_a_pause_is_asked_for_nothing_more_is_sent(simulator, at):
    simulator.on("GET */customers", "status", status=429, headers={"Retry-After": "60"})

    seen = at()

    paths = [call["path"] for call in simulator.calls("GET")]
    assert paths[-1] == "/api/v2/customers"
    assert seen.status("/customers") == "fix"
    assert seen.status("page size") == "not checked"


class Hurried:
    """Ticks of which twenty pass in a second."""

    def seconds(self):
        return 20 * SystemTicks().seconds()

    def sleep(self, seconds):
        SystemTicks().sleep(seconds / 20)


def test_a_slow_account_is_told_so(simulator, at):
    simulator.on("GET */*", "delay", seconds=0.1)

    seen = at(ticks=Hurried(), seconds=20 * SECONDS)

    assert seen.status("time of an answer") == "warning"


def test_an_account_that_hangs_does_not_hang_the_doctor(simulator, at):
    simulator.on("GET */*", "hold")

    seen = at(TIMEOUT_SECONDS=1, DEADLINE_SECONDS=1)
    simulator.release()

    assert len(simulator.calls("GET")) == 3
    assert seen.status("API") == "fix"
    assert seen.seen("filters") == "because /appointments could not be read"
    assert seen.status("page size") == "not checked"


def test_when_the_time_is_up_what_is_left_is_told(simulator, at):
    simulator.on("POST */*", "hold")

    seen = at(seconds=2)
    simulator.release()

    assert seen.status("token") != "ok"
    assert seen.status("rate limits") == "not checked"
    assert "--seconds" in seen.seen("rate limits")


def test_a_certificate_that_is_not_believed_keeps_the_credentials_here(here):
    authority, port = trustme.CA(), free_port()
    with served_with_tls(authority, port) as taken:
        account = {"URL": f"https://127.0.0.1:{port}", "CLIENT_ID": "id", "CLIENT_SECRET": "s"}
        seen = look(here | {f"BOOKABLESITES_{name}": value for name, value in account.items()})

    assert seen.status("certificate") == "fix"
    assert seen.seen("token") == "because the account cannot be reached"
    assert taken == []


@pytest.mark.parametrize(("days", "status"), [(90, "ok"), (5, "warning")])
def test_a_certificates_end_is_seen(tmp_path, days, status):
    authority, port = trustme.CA(), free_port()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    now = SystemClock().now()
    end = now + timedelta(days=days)
    with served_with_tls(authority, port, end), socket.create_connection(("127.0.0.1", port)) as to:
        found = certificate(to, "127.0.0.1", now, str(tmp_path / "authority.pem"))

    assert found.status == status
    assert found.seen == f"proven, until {end:%Y-%m-%d}"


class served_with_tls:  # noqa: N801 - used as a function
    """Take connections, prove who it is, and note what is sent."""

    def __init__(self, authority, port, end=None):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1", not_after=end).configure_cert(context)
        self._listener = socket.create_server(("127.0.0.1", port))
        self._context = context
        self._thread = threading.Thread(target=self._take, daemon=True)
        self.taken = []

    def __enter__(self):
        self._thread.start()
        return self.taken

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _take(self):
        while True:
            try:
                connection, _ = self._listener.accept()
                with self._context.wrap_socket(connection, server_side=True) as secure:
                    secure.settimeout(5)
                    if data := secure.recv(1000):
                        self.taken.append(data)
            except ssl.SSLError:
                continue
            except OSError:
                return
