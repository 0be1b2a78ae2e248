"""Posting to addresses that somebody else chose: over real sockets, to a real receiver."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from widget_server.backend.webhooks.sending import Sender, address_problem, is_public
from widget_server.outbox import Undeliverable, Undelivered


@dataclass
class Receiver:
    """Answers with `status`; `seen` are the paths, hosts and bodies that came."""

    port: int = 0
    status: int = 200
    seen: list[tuple[str, str | None, bytes]] = field(default_factory=list)

    def url(self, path: str = "/hook?a=1") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

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
        found.port = server.server_address[1]
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
