"""Handing mails to real mail servers: good ones, strict ones, broken ones."""

import socket
import ssl
import threading
from email.message import EmailMessage

import pytest
import trustme

from tests.mail_server import PASSWORD, USER, mail_server
from tests.ports import free_port
from widget_server.booking.messages import smtp
from widget_server.booking.messages.composing import POLICY
from widget_server.booking.messages.smtp import Smtp
from widget_server.outbox import Undeliverable, Undelivered


@pytest.fixture
def server():
    with mail_server() as running:
        yield running


def a_mail(to="mia@example.org", text="Grüße"):
    mail = EmailMessage(policy=POLICY)
    mail["From"], mail["To"], mail["Subject"] = "studio@example.org", to, "Bestätigt"
    mail.set_content(text)
    return mail


def plain(server, **more):
    return Smtp("127.0.0.1", server.port, "none", **more)


def test_a_mail_arrives(server):
    assert plain(server)(a_mail()) == "Sent."

    assert server.receivers == ["mia@example.org"]
    assert (server.mails[0]["Subject"], server.mails[0].get_content()) == ("Bestätigt", "Grüße\r\n")


def test_an_address_in_any_alphabet_arrives(server):
    plain(server)(a_mail("mía@exämple.org"))

    assert server.receivers == ["mía@exämple.org"]


@pytest.mark.parametrize("where", ["at_rcpt", "answers"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 mia@example.org does not live here", Undeliverable),
        ("554 5.7.1 mia@example.org: rejected", Undeliverable),
        ("450 4.2.1 mia@example.org: try later", Undelivered),
        ("421 4.3.2 going down", Undelivered),
    ],
)
def test_a_refusal_is_for_good_or_for_now_and_quotes_nobody(server, where, answer, error):
    getattr(server, where).append(answer)

    with pytest.raises(Undelivered) as refused:
        plain(server)(a_mail())

    assert type(refused.value) is error
    assert str(refused.value) == f"The mail server refuses it: {answer[:3]}."
    assert server.mails == []


def test_nobody_there_is_for_now():
    with pytest.raises(Undelivered) as refused:
        Smtp("127.0.0.1", free_port(), "none")(a_mail())

    assert type(refused.value) is Undelivered


def test_a_server_that_says_nothing_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(Undelivered) as refused,
    ):
        Smtp("127.0.0.1", silent.getsockname()[1], "none")(a_mail())

    assert type(refused.value) is Undelivered


def test_a_server_that_goes_away_in_the_middle_is_for_now():
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 hello\r\n")
                connection.recv(100)

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(Undelivered) as refused:
            Smtp("127.0.0.1", listening.getsockname()[1], "none")(a_mail())
        thread.join()

    assert type(refused.value) is Undelivered


@pytest.fixture
def authority():
    return trustme.CA()


def server_tls(authority):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def trusting(authority):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def locked_server(authority):
    with mail_server(tls=server_tls(authority)) as running:
        yield running


def test_starttls_and_a_password(authority):
    with mail_server(tls=server_tls(authority), auth_required=True) as running:
        sender = Smtp(
            "127.0.0.1", running.port, "starttls", USER, PASSWORD, trusting(authority)
        )  # fmt: skip
        sender(a_mail())

        assert running.receivers == ["mia@example.org"]
        assert running.logins == [USER.encode()]


def test_a_server_that_nobody_vouches_for_gets_nothing(locked_server):
    with pytest.raises(Undelivered) as refused:
        Smtp("127.0.0.1", locked_server.port, "starttls")(a_mail())

    assert type(refused.value) is Undelivered
    assert locked_server.mails == []


def test_a_server_without_starttls_gets_nothing(server):
    with pytest.raises(Undelivered) as refused:
        Smtp("127.0.0.1", server.port, "starttls", USER, PASSWORD)(a_mail())

    assert type(refused.value) is Undelivered
    assert (server.mails, server.logins) == ([], [])


def test_a_wrong_password_is_for_now_the_operator_may_mend_it(authority):
    with mail_server(tls=server_tls(authority), auth_required=True) as running:
        sender = Smtp("127.0.0.1", running.port, "starttls", USER, "wrong", trusting(authority))
        with pytest.raises(Undelivered) as refused:
            sender(a_mail())

    assert type(refused.value) is Undelivered
    assert str(refused.value) == "The mail server lets nobody in: 535."
