"""Whether the server says that it can do its work, and what is in the way."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.conftest import PATIENCE_SECONDS
from tests.gate import CLOSED, OPEN, gate
from tests.redis_server import redis_url
from tests.simulator.clients import environ_of
from tests.web.conftest import Site
from tests.web.test_platform_faults import BUSINESS
from widget_server.app import create_app
from widget_server.clock import FixedClock, SystemClock
from widget_server.prepare import open_ledger
from widget_server.settings import Settings
from widget_server.web.api import readiness
from widget_server.web.api.readiness import Finding, Readiness


def ask(site):
    answer = site.get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.get_json()


def ready(site):
    """Ask until every check has had its say, as a slow machine may need."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while readiness.SILENT in (told := ask(site))[1]["reasons"].values():
        assert time.monotonic() < ends, told
    return told


def test_a_server_that_can_work_says_so(make_site):
    status, told = ready(make_site())

    assert (status, told) == (
        200,
        {
            "status": "ready", "reasons": {}, "warnings": {},
            "booking_system": {"breaker": "closed", "offer_age_seconds": 0},
        },
    )  # fmt: skip


def test_what_is_in_the_way_is_named(make_site):
    site = make_site()
    site.data_dir.rename(site.data_dir.with_name("elsewhere"))
    site.data_dir.write_text("no folder any more")

    status, told = ready(site)

    assert (status, told["status"]) == (503, "unready")
    assert told["reasons"]["data_dir"].startswith("Nothing can be written to DATA_DIR: ")
    assert str(site.data_dir) not in str(told)


@pytest.mark.parametrize(
    ("revision", "status", "told_as"),
    [("0002", 503, "reasons"), (None, 503, "reasons"), ("later", 200, "warnings")],
)
def test_tables_of_another_version_are_told(make_site, revision, status, told_as):
    site = make_site()
    database = open_ledger(Settings.from_env({"DEMO": "on", "DATA_DIR": str(site.data_dir)}))
    with database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
        if revision:
            session.execute(
                text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision}
            )
    database.close()

    found, told = ready(site)

    assert (found, list(told[told_as])) == (status, ["ledger"])
    assert "version" in told[told_as]["ledger"]


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_database_that_is_gone_is_told(databases, make_site, demo_database):
    site = make_site(**demo_database)
    databases.drop(demo_database["DATABASE_URL"])

    status, told = ready(site)

    assert (status, told["reasons"]["ledger"], told["reasons"]["backend"]) == (
        503, "does not work (OperationalError)", "does not work (OperationalError)",
    )  # fmt: skip


def test_without_redis_it_goes_on_with_a_warning(make_site):
    with gate("127.0.0.1", int(redis_url().rsplit(":", 1)[1].split("/")[0])) as redis:
        site = make_site(REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
        assert ready(site)[1]["warnings"] == {}
        redis.set(CLOSED)
        site = make_site(REDIS_URL=f"redis://127.0.0.1:{redis.port}/0")
        status, told = ready(site)
        redis.set(OPEN)

    assert (status, told["status"], list(told["warnings"])) == (200, "ready", ["redis"])


@pytest.fixture
def clock():
    return FixedClock(SystemClock().now())


@pytest.fixture
def remote(simulator, tmp_path, clock):
    """The server of a business whose account is on the simulated platform."""
    environ = BUSINESS | {"DATA_DIR": str(tmp_path)} | environ_of(simulator)
    return Site(create_app(Settings.from_env(environ), clock), clock, tmp_path)


def test_with_what_is_kept_it_is_ready_while_the_platform_is_down(simulator, remote, clock):
    assert remote.get("/v1/business").status_code == 200
    simulator.on("* */api/v2/*", "status", status=500)
    clock.advance(timedelta(hours=1))

    status, told = ready(remote)

    assert (status, told["reasons"]) == (200, {})
    assert told["booking_system"]["offer_age_seconds"] == 3600
    assert "booking_system" in told["warnings"]


def test_with_nothing_kept_a_platform_that_is_down_is_in_the_way(simulator, remote):
    simulator.on("* */api/v2/*", "status", status=500)

    status, told = ready(remote)

    assert (status, list(told["reasons"])) == (503, ["booking_system"])
    assert "canary" not in str(told)


def test_asking_often_asks_the_platform_once(simulator, remote):
    assert remote.get("/v1/business").status_code == 200
    before = simulator.counts()
    for _ in range(30):
        assert ready(remote)[0] == 200

    assert simulator.counts() == before


def test_a_platform_that_does_not_answer_does_not_keep_it_waiting(simulator, remote):
    simulator.on("* */api/v2/*", "hold")
    with ThreadPoolExecutor(20) as threads:
        asked = [threads.submit(ask, remote) for _ in range(20)]
        told = [one.result() for one in asked]
        # All have their answer while the platform still holds its one.
        assert simulator.await_held(1)
        simulator.release()

    assert {status for status, _ in told} == {503}
    assert {tuple(one["reasons"].items()) for _, one in told} == {
        (("booking_system", readiness.SILENT),)
    }


def test_what_a_check_says_in_its_error_is_not_told_unless_it_is_meant_to_be():
    def check() -> Finding:
        raise RuntimeError("canary: the password")

    assert Readiness({"thing": check}).report() == {
        "status": "unready", "reasons": {"thing": "does not work (RuntimeError)"}, "warnings": {},
    }  # fmt: skip
