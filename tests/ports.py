"""Ports that nobody else gets before they are used."""

import contextlib
import os
import socket
from collections.abc import Iterator
from itertools import count

FIRST, LAST = 20_000, 32_000
WORKERS = 6


def free_port() -> int:
    """Return a port to listen at later, and to listen at again.

    From below those that the system gives to whoever asks for any: nobody gets it meanwhile.
    """
    while True:
        port = next(_candidates)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _own() -> Iterator[int]:
    """Count through the ports of this worker of pytest-xdist; two runs begin at different ones."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    share = (LAST - FIRST) // WORKERS
    return (FIRST + worker * share + number % share for number in count(os.getpid()))


_candidates = _own()
