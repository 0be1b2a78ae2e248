"""`widget-server revoke`: as an operator runs it, in a process of its own."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.cli.conftest import leave_behind

COMMAND = [str(Path(sys.executable).parent / "widget-server"), "revoke"]
ID = "b_AAAAAAAAAAAAAAAB"


def run(environ, booking):
    done = subprocess.run(
        [*COMMAND, booking], env=environ, capture_output=True, check=False, timeout=300, text=True
    )
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_a_new_link_is_printed(environ, ledger):
    leave_behind(ledger, ID, since=timedelta())
    code, link, _ = run({**environ, "PUBLIC_URL": "https://book.example.org"}, ID)

    assert (code, link.startswith("https://book.example.org/manage/")) == (0, True)
    assert ledger.booking(ID).token_version == 2


def test_what_is_no_booking_is_told(environ, ledger):
    told = "Error: This link is not valid (any more). Give the booking's id (b_…) or a link to it."
    assert run(environ, "b_AAAAAAAAAAAAAAAC") == (1, "", told)
