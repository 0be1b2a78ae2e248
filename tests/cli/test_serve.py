"""`widget-server serve`, as an operator starts it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import serving

COMMAND = str(Path(sys.executable).parent / "widget-server")


def run(*arguments, **environ):
    environ = {"PATH": os.environ["PATH"], **environ}
    return subprocess.run(
        [COMMAND, *arguments], env=environ, capture_output=True, text=True, check=False
    )


def test_a_wrong_number_of_workers_ends_the_start_with_a_sentence(tmp_path):
    done = run("serve", DEMO="on", DATA_DIR=str(tmp_path), WEB_CONCURRENCY="x")

    assert (done.returncode, done.stderr) == (
        os.EX_CONFIG,
        "widget-server: WEB_CONCURRENCY must be a whole number from 1 to 512.\n",
    )


def test_help_is_given_whatever_is_set():
    assert run("--help", WEB_CONCURRENCY="x").returncode == 0


@pytest.mark.parametrize("number", ["", " 1 "])
def test_a_number_of_workers_is_read_as_every_setting_is(tmp_path, number):
    with serving(tmp_path, DEMO="on", DATA_DIR=str(tmp_path), WEB_CONCURRENCY=number) as server:
        assert server.get("/v1/services").ok
