"""From a letter to a mail: nobody adds headers, markup or receivers."""

from email import message_from_bytes
from email.policy import SMTPUTF8
from pathlib import Path

import pytest

from tests.booking.conftest import NOW
from tests.mail_server import parts
from widget_server.booking.messages.composing import (
    Composer,
    NoAddress,
    address_of,
    attach_calendar,
    one_line,
)
from widget_server.booking.messages.letters import Letter

TEMPLATES = Path(__file__).parents[3] / "templates"
ODD = "Studio\r\nBcc: all@example.org\u2028X: y\x00"
ON_ONE_LINE = "Studio Bcc: all@example.org X: y"
CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nEND:VCALENDAR\r\n"


def a_letter(text="Hello", language="en"):
    pairs = ((text, text),)
    return Letter(language, text, text, (text,), (pairs, pairs), pairs, pairs, (), text)


def composed(letter, sender="book@example.org", business="Studio"):
    composer = Composer(TEMPLATES, sender)
    mail = composer.compose(letter, "mia@example.org", id_="msg_1", date=NOW, business=business)
    attach_calendar(mail, CALENDAR)
    return message_from_bytes(mail.as_bytes(), policy=SMTPUTF8)


def test_no_text_of_any_kind_adds_a_header():
    mail = composed(a_letter(ODD), business=ODD)

    assert mail["Subject"] == ON_ONE_LINE
    assert mail["From"].addresses[0].display_name == ON_ONE_LINE
    assert mail["From"].addresses[0].addr_spec == "book@example.org"
    names = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]
    assert [name for name in mail if name != "Content-Type"] == names


def test_no_text_becomes_markup():
    _, html, _ = parts(composed(a_letter('<script src="//evil.example">&')))

    assert "<script" not in html
    assert "&lt;script src=&#34;//evil.example&#34;&gt;&amp;" in html


def test_a_letter_runs_from_right_to_left_where_the_language_does():
    _, arabic, _ = parts(composed(a_letter(language="ar")))
    _, english, _ = parts(composed(a_letter()))

    assert '<html lang="ar" dir="rtl">' in arabic
    assert (
        '<div lang="ar" dir="rtl" style="max-width:36em;margin:0 auto;text-align:right">' in arabic
    )
    assert "text-align:left" not in arabic
    assert '<html lang="en" dir="ltr">' in english
    assert "text-align:right" not in english


def test_the_operators_name_goes_before_the_business():
    mail = composed(a_letter(), sender="Front desk <book@example.org>")

    assert str(mail["From"]) == "Front desk <book@example.org>"


def test_the_same_letter_is_the_same_mail_but_for_its_boundaries():
    first, second = composed(a_letter()), composed(a_letter())

    assert first["Message-ID"] == second["Message-ID"] == "<msg_1@example.org>"
    assert parts(first) == parts(second)


@pytest.mark.parametrize(
    "text",
    [
        "", "mia", "mia@", "@example.org", "mia@example.org, leo@example.org",
        "mia@example.org\r\nBcc: leo@example.org", "Mia <mia@example.org>", "mia@exa mple.org",
        "mia@example.org>", "mia@example.org\x00", f"mia@{'m' * 70}.org",
    ],
)  # fmt: skip
def test_what_is_no_single_address_gets_no_mail(text):
    with pytest.raises(NoAddress):
        address_of(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Mia+x@Example.org", "Mia+x@example.org"),
        ("mia@exämple.org", "mia@xn--exmple-cua.org"),
        ("mía@example.org", "mía@example.org"),
    ],
)
def test_an_address_is_written_as_servers_read_it(text, address):
    assert address_of(text) == address


def test_one_line_keeps_what_can_be_seen():
    assert one_line("  Linden &\tLuz\u00a0Studio · ünï 🙂 ") == "Linden & Luz Studio · ünï 🙂"
