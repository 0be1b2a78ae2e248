"""Visitors of a business whose platform fails: they are told so, and served what is kept."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from tests.conftest import Server
from tests.ports import free_port
from tests.simulator.clients import client_of, environ_of
from tests.simulator.malformed import BODIES, SENT
from tests.web.conftest import Site
from widget_server.app import create_app
from widget_server.catalogue import keys
from widget_server.clock import FixedClock, FixedTicks, SystemClock
from widget_server.settings import Settings
from widget_server.web.parts import EXTENSION

KINDS = [*BODIES, *SENT]
PLACES = ("settings", "services", "employees", "locations", "custom-fields", "appointments")
BUSINESS = {
    "DEMO": "on", "RATE_LIMITS": "off", "BUSINESS_NAME": "Studio", "BUSINESS_CURRENCY": "EUR",
    "BUSINESS_TIMEZONE": "Europe/Berlin", "BUSINESS_LANGUAGES": "en",
}  # fmt: skip
# Nothing that visitors are shown goes by these.
HARMLESS = {"bad length", "packed without an end"}
PLACES_AT_THE_PLATFORM, VISITORS = 4, 12


def slots(week: int) -> str:
    day = SystemClock().now() + timedelta(weeks=week)
    return f"/v1/slots?service=1&from={day:%Y-%m-%d}&to={day:%Y-%m-%d}"


@pytest.fixture(scope="module")
def site(running_simulator, tmp_path_factory) -> Site:
    """The server of a business whose account is on the simulated platform."""
    data_dir = tmp_path_factory.mktemp("remote")
    environ = BUSINESS | {"DATA_DIR": str(data_dir)} | environ_of(running_simulator)
    app = create_app(Settings.from_env(environ), SystemClock())
    return Site(app, FixedClock(SystemClock().now()), data_dir)


@pytest.fixture
def told(site, simulator):
    """Return what visitors are told when a place of the platform answers so."""

    def ask(place, kind):
        catalogue = site.app.extensions[EXTENSION].desk.catalogue
        catalogue.client = client_of(simulator, FixedTicks())
        now = SystemClock().now()
        catalogue.cache.invalidate([keys.OFFER])
        catalogue.times_changed([(now, now + timedelta(days=60))])
        simulator.on(f"GET */{place}", "malformed", kind=kind)
        answers = [site.get("/v1/business"), site.get(slots(0))]
        simulator.reset()
        return {(answer.status_code, answer.get_json().get("code")) for answer in answers}

    return ask


@pytest.mark.parametrize("kind", KINDS)
def test_visitors_are_told_that_the_platform_is_not_available(told, kind):
    place = PLACES[KINDS.index(kind) % len(PLACES)]

    assert told(place, kind) <= {(200, None), (404, "not_found"), (503, "platform_unavailable")}


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_they_are_told_so_whatever_place_it_is(told, kind):
    seen = set().union(*(told(place, kind) for place in PLACES))

    assert seen <= {(200, None), (404, "not_found"), (503, "platform_unavailable")}
    assert ((503, "platform_unavailable") in seen) is (kind not in HARMLESS)


@pytest.fixture
def one_worker(simulator, tmp_path: Path):
    """The server as it is deployed, with a single worker and its eight threads."""
    port = free_port()
    ours = {"PORT": str(port), "DATA_DIR": str(tmp_path), "WEB_CONCURRENCY": "1"}
    kept = {"CACHE_FRESH_SECONDS": "86400"}
    # The platform is slow, and nobody's patience ends before the test does.
    account = environ_of(simulator, TIMEOUT_SECONDS=60, DEADLINE_SECONDS=60)
    server = Server(tmp_path, port, BUSINESS | ours | kept | account)
    server.start()
    yield server
    server.kill()


def test_what_is_kept_is_served_while_the_platform_holds_its_answers(simulator, one_worker):
    path = slots(1)
    assert one_worker.get(path).status_code == 200
    simulator.on("GET */appointments", "hold")

    with ThreadPoolExecutor(VISITORS) as visitors:
        waiting = {visitors.submit(one_worker.get, slots(8 * n)) for n in range(1, VISITORS + 1)}
        assert simulator.await_held(PLACES_AT_THE_PLATFORM)
        refused: list[requests.Response] = []
        while len(refused) < VISITORS - PLACES_AT_THE_PLATFORM:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            refused += [one.result() for one in done]
        kept = [one_worker.get(at).status_code for at in (path, "/v1/business", "/healthz")]
        # All of that while the platform was holding what it had been asked at first.
        assert simulator.await_held(PLACES_AT_THE_PLATFORM)
        simulator.release()

    assert kept == [200, 200, 200]
    assert {one.json()["code"] for one in refused} == {"platform_unavailable"}
    assert [one.result().status_code for one in waiting] == [200] * PLACES_AT_THE_PLATFORM
