"""`widget-server backend`: as an operator runs it, in processes of its own."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.databases import SqliteFiles
from widget_server.backend import bulk, migrate
from widget_server.backend.app import BackendConfig, create_backend_app
from widget_server.backend.seed.large import Size, seed_large
from widget_server.backend.transfer import export_lines
from widget_server.cli import commands
from widget_server.clock import SystemClock
from widget_server.database import open_database, sqlite_url

KEYS = {"PUBLIC_URL": "https://book.example.org", "SECRET_KEY": "x" * 40}
COMMAND = str(Path(sys.executable).parent / "widget-server")
ACCOUNT = {
    "DEMO": "on", "BOOKABLESITES_URL": "https://a.example", "BOOKABLESITES_CLIENT_ID": "a",
    "BOOKABLESITES_CLIENT_SECRET": "b", "BUSINESS_NAME": "c", "BUSINESS_TIMEZONE": "UTC",
    "BUSINESS_CURRENCY": "EUR", "BUSINESS_LANGUAGES": "en",
}  # fmt: skip


class Place:
    """An installation: its settings, and its backend's database."""

    def __init__(self, databases, folder):
        folder.mkdir()
        # Neither an address nor a key: nobody is served.
        self.environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
        self.url, self.schema = sqlite_url(folder / "backend.sqlite"), None
        if not isinstance(databases, SqliteFiles):
            self.url, self.schema = databases.new(), "backend"
            self.environ["DATABASE_URL"] = self.url

    def run(self, *arguments, **how):
        return subprocess.run(
            [COMMAND, "backend", *arguments],
            env=self.environ, capture_output=True, check=False, timeout=300, **how,
        )  # fmt: skip

    def say(self, *arguments):
        """Return what a command that goes well prints."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def open(self):
        return open_database(self.url, schema=self.schema)


@pytest.fixture
def places(databases, tmp_path):
    """Makes installations."""
    return lambda name: Place(databases, tmp_path / name)


@pytest.fixture
def place(places):
    return places("place")


def token_status(place, client, secret):
    database = place.open()
    app = create_backend_app(BackendConfig(), database, SystemClock())
    form = {"client_id": client, "client_secret": secret}
    answer = app.test_client().post("/api/v2/token", data=form)
    database.close()
    return answer.status_code


def test_a_client_comes_and_goes(place):
    said = place.say("client", "create", "--name", "Till", "--scope", "coupons:read")
    made = dict(line.split(": ") for line in said.splitlines())
    client, secret = made["client_id"], made["client_secret"]
    place.say("client", "create", "--name", "HR", "--id", "hr", "--scope", "*:read")

    listed = f"{client}\tactive\tcoupons:read\tTill\nhr\tactive\t*:read\tHR\n"
    assert place.say("client", "list") == listed
    assert token_status(place, client, secret) == 200
    assert place.say("client", "revoke", client) == f"{client} is revoked.\n"
    assert token_status(place, client, secret) == 401
    assert place.say("client", "list") == listed.replace("active", "revoked", 1)
    again = place.run("client", "create", "--name", "HR", "--id", "hr")
    assert (again.returncode, again.stdout) == (1, b"")
    assert again.stderr == b"Error: There is a client hr already.\n"


def test_a_business_moves_from_one_place_to_another(places, tmp_path):
    old, new = places("old"), places("new")
    file = tmp_path / "business.jsonl"
    old.say("migrate")
    old.say("seed")
    own = new.run("client", "create", "--name", "Here already", "--id", "here")
    assert own.returncode == 0

    old.say("export", str(file))
    rows = len(file.read_bytes().splitlines()) - 2

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert new.say("import", str(file)) == f"{rows} rows imported.\n"
    there = new.run("export").stdout.splitlines()
    kept = [line for line in there if b'{"table":"clients"' not in line]
    assert kept[:-1] == file.read_bytes().splitlines()[:-1]
    assert sorted(path.name for path in tmp_path.glob("business*")) == ["business.jsonl"]


def test_a_business_goes_through_a_pipe(places):
    old, new = places("old"), places("new")
    old.say("seed", "--size", "small")

    done = new.run("import", "-", input=old.run("export", "-").stdout)

    assert done.returncode == 0
    assert new.run("export").stdout == old.run("export").stdout


def test_a_named_pipe_stays_one(place, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)

    place.say("export", str(pipe))

    assert reader.communicate(timeout=300)[0] == place.run("export").stdout
    assert pipe.is_fifo()


@pytest.mark.parametrize("size", ["small", "large"])
def test_data_are_never_added_to_data(place, size):
    place.say("seed")
    before = place.run("export").stdout

    done = place.run("seed", "--size", size)

    said = "Error: There are data already; only an empty backend can be filled."
    assert (done.returncode, done.stderr.decode().splitlines()[-1]) == (1, said)
    assert place.run("export").stdout == before


def test_a_killed_import_leaves_nothing_behind(place, tmp_path):
    lines = _chain(open_database(sqlite_url(tmp_path / "made.sqlite")))
    place.say("migrate")
    process = subprocess.Popen(
        [COMMAND, "backend", "import"], env=place.environ, stdin=subprocess.PIPE
    )
    assert process.stdin
    process.stdin.write(b"".join(lines[:-1]))
    # What is written was read, but for what fits into the pipe.
    process.stdin.flush()
    process.kill()
    process.wait()
    process.stdin.close()

    database = place.open()
    with database.reading() as session:
        assert bulk.is_empty(session)
    database.close()
    done = place.run("import", input=b"".join(lines))
    assert (done.returncode, place.run("export").stdout) == (0, b"".join(lines))


def _chain(database):
    migrate(database)
    seed_large(database, SystemClock().now(), Size(5, 200, 8000))
    lines = list(export_lines(database))
    database.close()
    return lines


WRONG = {
    "unknown scope": (["client", "create", "--name", "X", "--scope", "x:read"], 2, "know x:read;"),
    "no name": (["client", "create", "--name", " "], 2, "--name must have 1 to 200 printable"),
    "bad id": (
        ["client", "create", "--name", "X", "--id", "a b"],
        2,
        "--id takes up to 64 letters",
    ),
    "own id": (
        ["client", "create", "--name", "X", "--id", "widget-server"],
        1,
        "There is a client widget-server already.",
    ),
    "revoking nobody": (["client", "revoke", "nobody"], 1, "There is no client with this id."),
    "revoking the server": (["client", "revoke", "widget-server"], 1, "the server's own client"),
    "no such file": (["import", "nowhere.jsonl"], 1, "nowhere.jsonl: No such file or directory."),
    "no such folder": (["export", "nowhere/a"], 1, "No such file or directory."),
    "broken file": (["import", __file__], 1, "Line 1: is not JSON, or cut off. Nothing was imp"),
    "size": (["seed", "--size", "huge"], 2, "'huge' is not one of 'small', 'large'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_told_in_a_sentence(tmp_path, name):
    arguments, status, words = WRONG[name]

    done = CliRunner().invoke(
        commands, ["backend", *arguments], env={"DEMO": "on", "DATA_DIR": str(tmp_path)}
    )

    assert (done.exit_code, words in done.stderr.splitlines()[-1]) == (status, True), done.stderr
    assert isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("arguments", [["migrate"], ["client", "list"], ["seed"], ["export"]])
def test_with_an_account_there_is_no_embedded_backend(tmp_path, arguments):
    environ = ACCOUNT | {"DATA_DIR": str(tmp_path / "data")}

    done = CliRunner().invoke(commands, ["backend", *arguments], env=environ)

    said = "Error: With BOOKABLESITES_URL there is no embedded backend.\n"
    assert (done.exit_code, done.stderr, (tmp_path / "data").exists()) == (1, said, False)


def test_a_database_that_does_not_answer_is_told_in_a_sentence(tmp_path):
    environ = {
        "DEMO": "on", "DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://x@127.0.0.1:9/x",
    }  # fmt: skip

    done = CliRunner().invoke(commands, ["backend", "migrate"], env=environ)

    assert done.exit_code == 1
    assert done.stderr.startswith("Error: The database cannot be used: connection failed: ")
    assert len(done.stderr.splitlines()) == 1


def test_the_servers_own_client_works_after_an_import(places):
    old, new = places("old"), places("new")
    for each in (old, new):
        # A whole start makes the own client, with a secret of its own.
        subprocess.run(
            [COMMAND, "outbox", "run", "--once"], env=each.environ | KEYS,
            check=True, capture_output=True,
        )  # fmt: skip
    old.say("seed")

    done = new.run("import", input=old.run("export").stdout)

    folder = Path(new.environ["DATA_DIR"])
    own = json.loads((folder / "credentials.json").read_text())
    assert done.returncode == 0, done.stderr
    assert token_status(new, own["client_id"], own["client_secret"]) == 200
