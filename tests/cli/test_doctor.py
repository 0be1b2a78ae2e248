"""`widget-server doctor`: as an operator runs it, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.simulator.clients import environ_of

COMMAND = [str(Path(sys.executable).parent / "widget-server"), "doctor"]


@pytest.fixture
def environ(tmp_path):
    return {
        "PATH": os.environ["PATH"], "DEMO": "on", "DATA_DIR": str(tmp_path / "data"),
        "PORT": str(free_port()), "BUSINESS_NAME": "Salon", "BUSINESS_TIMEZONE": "Europe/Berlin",
        "BUSINESS_CURRENCY": "EUR", "BUSINESS_LANGUAGES": "en",
    }  # fmt: skip


def run(environ, *options):
    return subprocess.run(
        [*COMMAND, *options], env=environ, capture_output=True, check=False, timeout=180, text=True
    )


def test_nothing_to_mend_is_status_0(environ, simulator):
    done = run(environ | environ_of(simulator))

    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert "  ok          token                 given at /token, style form\n" in done.stdout
    assert "\nSettings to use:\n  BOOKABLESITES_PAGE_SIZE=100\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("To fix: 0. Warnings: ")


def test_something_to_mend_is_status_1(environ, simulator):
    done = run(environ | environ_of(simulator, CLIENT_SECRET="canary"), "--json")

    document = json.loads(done.stdout)
    assert (done.returncode, document["status"]) == (1, "fix")
    assert "canary" not in done.stdout + done.stderr


def test_settings_that_cannot_be_read_are_status_78(environ):
    done = run(environ | {"BOOKABLESITES_URI": "https://salon.example.org"}, "--json")

    document = json.loads(done.stdout)
    assert (done.returncode, document["status"]) == (78, "fix")
    assert document["findings"][0]["seen"].startswith("BOOKABLESITES_URI is no setting")


def test_an_account_that_never_answers_is_left_in_time(environ, simulator):
    simulator.on("* */*", "hold")

    done = run(environ | environ_of(simulator), "--seconds", "3")
    simulator.release()

    assert done.returncode == 1
    assert "--seconds" in done.stdout
