"""What is seen of this machine: settings, data, databases, Redis."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.doctor.conftest import SECRET_KEY, look
from tests.ports import free_port
from tests.redis_server import redis_url
from widget_server.clock import SystemClock
from widget_server.database import open_database
from widget_server.observability.metrics import Metrics, folder_of
from widget_server.prepare import open_backend, open_ledger, prepare
from widget_server.settings import Settings


@pytest.fixture
def demo(tmp_path):
    return {"DEMO": "on", "DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port())}


@pytest.fixture
def prepared(demo):
    prepare(Settings.from_env(demo), SystemClock())
    return demo


def test_settings_that_cannot_be_read_stop_the_rest():
    seen = look({"DEMO": "on", "PORT": "eighty"})

    assert seen.statuses() == {"names and values": "fix", "everything else": "not checked"}
    assert seen.seen("names and values") == "PORT must be a whole number from 0 to 65535."


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("PUBLIC_URL", "https://book.example.org", "ok"),
        ("PUBLIC_URL", "http://127.0.0.1:9", "warning"),
        ("PUBLIC_URL", "http://127.0.0.1.example.invalid", "fix"),
        ("SECRET_KEY", SECRET_KEY, "ok"),
        ("SECRET_KEY", "ab" * 20, "warning"),
        ("ALLOWED_ORIGINS", "https://salon.example.org,http://localhost", "ok"),
        ("ALLOWED_ORIGINS", "", "warning"),
        ("ALLOWED_ORIGINS", "http://salon.example.org", "warning"),
        ("TRUSTED_PROXIES", "1", "ok"),
        ("TRUSTED_PROXIES", "0", "ok"),
        ("RATE_LIMITS", "off", "warning"),
        ("DEMO", "off", "ok"),
        ("DEMO", "on", "ok"),
    ],
)
def test_a_setting_stands_for_itself(here, name, value, status):
    seen = look({**without_business(here), name: value})

    assert seen.status(name) == status


@pytest.mark.parametrize("more", [{"HOST": "0.0.0.0"}, {"PUBLIC_URL": "https://book.invalid"}])
def test_a_demo_that_others_reach_is_doubtful(demo, more):
    assert look(demo | more).status("DEMO") == "warning"


@pytest.mark.parametrize(
    ("written", "status", "told"),
    [
        ('{"employees": []}', "ok", "can be read"),
        ('{"employees": 3}', "fix", "employees must be a list"),
        (None, "fix", "schedules.json cannot be read: No such file or directory"),
    ],
)
def test_a_schedules_file_that_cannot_be_read_is_told(here, tmp_path, written, status, told):
    path = tmp_path / "schedules.json"
    if written:
        path.write_text(written)
    account = {"URL": f"http://127.0.0.1:{free_port()}", "CLIENT_ID": "id", "CLIENT_SECRET": "s"}
    environ = here | {f"BOOKABLESITES_{name}": value for name, value in account.items()}

    seen = look(environ | {"SCHEDULES_FILE": str(path)})

    assert (seen.status("SCHEDULES_FILE"), seen.seen("SCHEDULES_FILE")) == (status, told)


def test_https_is_spoken_by_somebody_before_the_server(here):
    seen = look(without_business(here) | {"PUBLIC_URL": "https://book.invalid"})

    assert seen.status("TRUSTED_PROXIES") == "warning"
    assert seen.changes == {"TRUSTED_PROXIES": "1"}


def test_of_what_was_never_started_nothing_is_made(demo, tmp_path):
    seen = look(demo)

    assert seen.document["status"] == "warning"
    assert seen.worse() == {
        "private files", "ledger", "backend database", "backend", "public address",
    }  # fmt: skip
    assert seen.seen("backend") == "because the server has not been started yet in this version"
    assert list(tmp_path.iterdir()) == []


def test_of_a_prepared_server_all_is_right(prepared):
    seen = look(prepared)

    assert seen.worse() == {"public address"}
    assert seen.seen("backend") == "answers: 10 services, 9 employees"
    assert seen.seen("backend writing") == "a try, rolled back"


def test_the_try_at_writing_leaves_nothing(prepared):
    look(prepared)

    for opened in (open_ledger, open_backend):
        database = opened(Settings.from_env(prepared))
        with database.reading() as session:
            query = "SELECT count(*) FROM sqlite_master WHERE name = 'widget_server_doctor'"
            assert session.scalar(text(query)) == 0
        database.close()


def test_secrets_that_others_may_read_are_named(prepared):
    path = Path(prepared["DATA_DIR"]) / "credentials.json"
    path.chmod(0o644)

    seen = look(prepared)

    assert seen.status("credentials.json") == "fix"
    assert seen.advice("credentials.json") == f"chmod 600 {path}"
    assert seen.status("secret_key") == "ok"


def test_credentials_that_the_backend_does_not_know(prepared):
    path = Path(prepared["DATA_DIR"]) / "credentials.json"
    path.write_text('{"client_id": "widget-server", "client_secret": "canary"}')

    seen = look(prepared)

    assert seen.status("backend") == "fix"
    assert "canary" not in seen.text


def test_a_data_dir_that_is_a_file(demo):
    Path(demo["DATA_DIR"]).write_text("")

    assert look(demo).status("DATA_DIR") == "fix"


@pytest.mark.parametrize(
    ("revision", "status"), [("0001", "warning"), ("9999", "fix"), (None, "warning")]
)
def test_tables_of_another_version_are_noticed(prepared, revision, status):
    database = open_ledger(Settings.from_env(prepared))
    with database.writing() as session:
        if revision:
            session.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
        else:
            session.execute(text("DELETE FROM alembic_version"))
    database.close()

    seen = look(prepared)

    assert seen.status("ledger tables") == status
    assert seen.status("backend tables") == "ok"


def test_a_file_that_is_no_database_hides_nothing_else(prepared):
    (Path(prepared["DATA_DIR"]) / "ledger.sqlite").write_bytes(b"no database " * 1000)

    seen = look(prepared)

    assert seen.status("ledger database") == "fix"
    assert (seen.status("backend database"), seen.status("Redis")) == ("ok", "ok")


def test_postgresql_is_looked_at(demo, postgresql):
    settings = demo | {"DATABASE_URL": postgresql.new()}
    before = look(settings)
    prepare(Settings.from_env(settings), SystemClock())

    after = look(settings)

    assert before.status("ledger tables") == "warning"
    assert after.worse() == {"public address"}
    assert after.seen("ledger database").startswith("PostgreSQL ")
    database = open_database(settings["DATABASE_URL"])
    with database.reading() as session:
        query = "SELECT count(*) FROM pg_tables WHERE tablename = 'widget_server_doctor'"
        assert session.scalar(text(query)) == 0
    database.close()


def test_a_database_that_is_not_there(demo):
    url = f"postgresql://somebody:canary@127.0.0.1:{free_port()}/nothing"

    seen = look(demo | {"DATABASE_URL": url})

    assert (seen.status("ledger database"), seen.status("backend database")) == ("fix", "fix")
    assert "canary" not in seen.text


def test_redis_is_looked_at(demo):
    seen = look(demo | {"REDIS_URL": redis_url()})

    assert seen.seen("Redis").startswith("version ")
    assert seen.status("Redis") in ("ok", "warning")


def test_a_redis_that_is_not_there(demo):
    seen = look(demo | {"REDIS_URL": f"redis://:canary@127.0.0.1:{free_port()}/0"})

    assert seen.status("Redis") == "fix"
    assert "canary" not in seen.text


def test_a_redis_that_says_nothing_holds_nobody_up(demo):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        seen = look(demo | {"REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}/0"})

    assert seen.status("Redis") == "fix"
    assert seen.status("public address") == "warning"


def without_business(here):
    return {name: value for name, value in here.items() if not name.startswith("BUSINESS_")}


def test_how_far_two_sources_agree_is_told_as_the_server_has_counted(at, here, tmp_path):
    schedules = tmp_path / "schedules.json"
    schedules.write_text("{}")
    both = {"SCHEDULES_FILE": str(schedules), "AVAILABILITY_SOURCE": "both"}
    here |= both
    assert at().status("differences") == "not checked"

    Path(here["DATA_DIR"]).mkdir(exist_ok=True)
    metrics = Metrics(folder_of(Path(here["DATA_DIR"])), datetime(2026, 11, 30, tzinfo=UTC))
    metrics.compared(12, 0, 0)
    assert at().status("differences") == "ok"
    metrics.compared(1, 2, 3)
    seen = at()
    assert seen.status("differences") == "warning"
    assert seen.seen("differences") == (
        "13 starts of both, 2 of ours alone, 3 of the platform's alone"
    )


def test_where_one_source_is_asked_nothing_is_compared(at):
    assert "differences" not in at().statuses()
