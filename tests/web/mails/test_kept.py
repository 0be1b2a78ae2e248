"""What is kept of a mail, and what is said in the log."""

from sqlalchemy import text

from tests.mail_server import unfolded
from tests.web.mails.conftest import MIA, book, deliver, delivery, token_of
from widget_server.app import deliver_once


def test_the_ledger_keeps_nothing_personal_and_no_contents_of_what_has_left(site, post, capfd):
    post.answers += ["451 mia@example.org busy"]
    post.at_rcpt += ["250 OK", "550 no"]
    booked = book(site, note="canary-note")
    box, _ = delivery(site)

    def kept():
        with box.database.reading() as session:
            return [str(tuple(row)) for row in session.execute(text("SELECT * FROM mails"))]

    before = kept()
    deliver(site, post)
    after, said = kept(), capfd.readouterr()

    canaries = ("mia", "Keller", "5550123", "canary", token_of(booked))
    everything = "".join([*before, *after, said.err, said.out])
    assert [word for word in canaries if word in everything] == []
    assert "Haircut" in before[0]
    with box.database.reading() as session:
        finished = session.execute(text("SELECT payload FROM mails WHERE state <> 'waiting'"))
        assert {str(row[0]) for row in finished} == {"{}"}


def test_the_demo_writes_its_mails_into_files(make_site):
    site = make_site()
    booked = book(site)

    deliver_once(site.app)

    files = sorted((site.data_dir / "mails").iterdir())
    texts = [file.read_text() for file in files]
    assert (len(files), {file.stat().st_mode & 0o777 for file in files}) == (2, {0o600})
    assert sum(f"To: {MIA}" in one for one in texts) == 1
    assert any(token_of(booked) in unfolded(one).replace("=\n", "") for one in texts)
