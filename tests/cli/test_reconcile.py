"""`widget-server reconcile`: as an operator runs it, in a process of its own."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from tests.cli.conftest import leave_behind
from widget_server.booking.ledger.states import State

COMMAND = [str(Path(sys.executable).parent / "widget-server"), "reconcile"]


def run(environ):
    done = subprocess.run(
        [*COMMAND, "--once"], env=environ, capture_output=True, check=False, timeout=300, text=True
    )
    return done.returncode, done.stdout


def test_once_brings_to_rest_what_is_old_enough(environ, ledger):
    leave_behind(ledger, "b_old", since=timedelta(minutes=5))
    leave_behind(ledger, "b_young", since=timedelta(seconds=12))

    first = run(environ)

    assert first == (1, "2 bookings looked at, 1 of them still open.\n")
    assert ledger.booking("b_old").state == State.FAILED
    assert ledger.booking("b_young").state == State.CLAIMED


def test_for_ever_it_looks_again_and_again(environ, ledger):
    with subprocess.Popen(COMMAND, env=environ, stderr=subprocess.DEVNULL) as process:
        leave_behind(ledger, "b_old", since=timedelta(minutes=5))
        end = time.monotonic() + 300
        while ledger.booking("b_old").state != State.FAILED:
            assert time.monotonic() < end
            time.sleep(0.2)
        process.terminate()

    assert run(environ) == (0, "0 bookings looked at, 0 of them still open.\n")
