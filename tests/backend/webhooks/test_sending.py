"""Posting to addresses that somebody else chose: over real sockets, to a real receiver."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from widget_server.backend.webhooks.sending import Sender, address_problem, is_public
from widget_server.outbox import Undeliverable, Undelivered

# Fewer than the lines that an answer's head may have.
DROPS = 60


@dataclass
class Receiver:
    """Answers with `status`; `seen` are the paths, hosts and bodies that came."""

    port: int = 0
    status: int = 200
    seen: list[tuple[str, str | None, bytes]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def url(self, path: str = "/hook?a=1") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def speak_tls(self, certificate: trustme.LeafCert) -> None:
        """Speak HTTPS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        assert self.server
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def sender(self) -> Sender:
        return Sender(exempt=frozenset({f"127.0.0.1:{self.port}"}))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.seen.append((self.path, self.headers["Host"], body))
            self.send_response(found.status)
            self.send_header("Location", found.url("/elsewhere"))
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port, found.server = server.server_address[1], server
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


def test_posts_the_body_to_the_whole_address(receiver: Receiver):
    assert receiver.sender().post(receiver.url(), {"X": "1"}, b"{}") == "HTTP 200"
    assert receiver.seen == [("/hook?a=1", f"127.0.0.1:{receiver.port}", b"{}")]


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 429, 500, 503])
def test_follows_nowhere_and_tries_again_later(receiver: Receiver, status: int):
    receiver.status = status
    with pytest.raises(Undelivered, match=f"HTTP {status}") as failed:
        receiver.sender().post(receiver.url(), {}, b"{}")
    assert type(failed.value) is Undelivered
    assert [path for path, _, _ in receiver.seen] == ["/hook?a=1"]


def test_a_receiver_that_is_gone_is_not_asked_again(receiver: Receiver):
    receiver.status = 410
    with pytest.raises(Undeliverable):
        receiver.sender().post(receiver.url(), {}, b"{}")


def test_nothing_reaches_a_private_address(receiver: Receiver):
    for url in (receiver.url(), receiver.url().replace("http:", "https:")):
        with pytest.raises(Undeliverable):
            Sender().post(url, {}, b"{}")
    assert receiver.seen == []


def test_a_receiver_that_answers_drop_by_drop_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        threading.Thread(target=drip, args=(server,), daemon=True).start()
        sender = Sender(exempt=frozenset({f"127.0.0.1:{port}"}), total_seconds=0.5)
        with pytest.raises(Undelivered, match="No answer"):
            sender.post(f"http://127.0.0.1:{port}/hook", {}, b"{}")


def drip(server: socket.socket) -> None:
    """Answer a header line a moment; whoever has the patience gets all of an answer."""
    line, _ = server.accept()
    with line, contextlib.suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(DROPS):
            line.sendall(b"X-Wait: a little\r\n")
            time.sleep(0.5)
        line.sendall(b"Content-Length: 0\r\n\r\n")


def test_a_certificate_is_asked_for_and_read(receiver: Receiver):
    authority, stranger = trustme.CA(), trustme.CA()
    receiver.speak_tls(authority.issue_cert("127.0.0.1"))
    trusting, wary = (ssl.create_default_context() for _ in range(2))
    authority.configure_trust(trusting)
    stranger.configure_trust(wary)
    url = receiver.url().replace("http:", "https:")
    exempt = receiver.sender().exempt
    assert Sender(exempt, context=trusting).post(url, {}, b"{}") == "HTTP 200"
    with pytest.raises(Undelivered, match="SSLCertVerificationError"):
        Sender(exempt, context=wary).post(url, {}, b"{}")
    by_name = url.replace("127.0.0.1", "localhost")
    with pytest.raises(Undelivered, match="SSLCertVerificationError"):
        Sender(frozenset({f"localhost:{receiver.port}"}), context=trusting).post(by_name, {}, b"{}")
    assert len(receiver.seen) == 1


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["::1"], ["8.8.8.8", "127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"]]
)
def test_a_name_that_means_a_private_address_is_refused(receiver: Receiver, answer: list[str]):
    sender = Sender(resolve=lambda _host, _port: answer)
    with pytest.raises(Undelivered, match="open internet"):
        sender.post(f"https://hooks.example.org:{receiver.port}/", {}, b"{}")
    assert receiver.seen == []


def test_a_name_is_asked_once_so_that_no_second_answer_counts(receiver: Receiver):
    answers = [["10.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    with pytest.raises(Undelivered):
        Sender(resolve=rebinding).post(f"https://a.example:{receiver.port}/", {}, b"{}")
    assert asked == ["a.example"]


def test_nobody_there_is_tried_again_later(receiver: Receiver):
    url = "http://127.0.0.1:9/"
    with pytest.raises(Undelivered, match="ConnectionRefusedError"):
        Sender(exempt=frozenset({"127.0.0.1:9"})).post(url, {}, b"{}")


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "64:ff9b:1::7f00:1", "fec0::1", "::127.0.0.1", "::8.8.8.8", "::ffff:0:7f00:1",
        "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "2001:20::1", "100::1", "5f00::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(text: str):
    assert not is_public(text)


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(text: str):
    assert is_public(text)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "ftp://example.org/", "https://", "https:///x", "nonsense", "",
        "https://user:word@example.org/", "https://127.0.0.1/", "https://[::1]/", "https://[::1",
        "https://example.org:99999/", "https://192.168.1.1:8443/x",
    ],
)  # fmt: skip
def test_addresses_that_are_refused_as_written(url: str):
    assert address_problem(url) is not None


@pytest.mark.parametrize("url", ["https://example.org/", "https://hooks.example.org:8443/a?b=c"])
def test_addresses_that_are_taken(url: str):
    assert address_problem(url) is None
