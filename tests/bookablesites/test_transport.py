"""The transport over TLS, which remote accounts are always spoken to with."""

import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest
import trustme

from widget_server.bookablesites.errors import OutcomeUnknown, Unreachable
from widget_server.bookablesites.transport import Reply, Transport
from widget_server.clock import Deadline, FixedTicks

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
DRIP_SECONDS = 0.05


class Handler(StreamRequestHandler):
    """Answers every request of a connection with what the server has to say, or drips it."""

    server: "TlsServer"

    def handle(self) -> None:
        try:
            connection = self.server.context.wrap_socket(self.connection, server_side=True)
        except OSError:
            return
        with connection, connection.makefile("rwb", buffering=0) as file:
            self.server.connections += 1
            try:
                while self.read_request(file):
                    self.answer(file)
            except OSError:
                return

    @staticmethod
    def read_request(file: Any) -> bool:
        lines = iter(file.readline, b"")
        return any(line == b"\r\n" for line in lines)

    def answer(self, file: Any) -> None:
        if not self.server.dripping:
            file.write(GOOD)
            return
        while True:
            file.write(b"X")
            time.sleep(DRIP_SECONDS)


class TlsServer(ThreadingTCPServer):
    daemon_threads = True
    connections = 0
    dripping = False

    def __init__(self, certificate: trustme.LeafCert) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self.context)

    @property
    def origin(self) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[TlsServer]:
    with TlsServer(authority.issue_cert("127.0.0.1")) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def transport(authority: trustme.CA, server: TlsServer, tmp_path: Path) -> Transport:
    """A transport that trusts whoever issued the server's certificate."""
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(trusted)
    transport = Transport(server.origin, timeout_seconds=60)
    transport._session.verify = str(trusted)  # noqa: SLF001 - production trusts the usual ones
    return transport


def test_a_connection_is_kept_for_the_next_request(server: TlsServer, transport: Transport):
    replies = [transport.send("GET", "/x", headers={}) for _ in range(3)]

    assert replies == [Reply(200, "application/json", b"{}")] * 3
    assert server.connections == 1


def test_an_answer_that_drips_is_given_up(server: TlsServer, transport: Transport):
    # Connected already: the time is for the answer alone.
    transport.send("GET", "/x", headers={})
    server.dripping = True
    soon = Deadline.within(0.5, FixedTicks())

    with pytest.raises(OutcomeUnknown):
        transport.send("GET", "/x", headers={}, deadline=soon)


def test_a_server_that_nobody_vouches_for_is_told_nothing(server: TlsServer):
    with pytest.raises(Unreachable):
        Transport(server.origin, timeout_seconds=5).send("GET", "/x", headers={"X": "canary"})

    assert server.connections == 0
