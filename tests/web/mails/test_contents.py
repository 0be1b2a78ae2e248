"""Mails as they arrive: to whom, in which words, in all their parts."""

import re

from tests.mail_server import parts
from tests.web.conftest import NOW
from tests.web.mails.conftest import MIA, OWNER, book, deliver, moment, token_of


def test_a_booking_is_told_to_visitor_employee_and_owner(site, post):
    slot = site.slots()[0]
    booked = book(site, slot, timezone="America/New_York", locale="en-US")

    told = deliver(site, post)

    employee = booked["items"][0]["employee"]["name"].replace(" ", ".").lower()
    assert [to for to, _ in told] == [MIA, f"{employee}@studio.example.org", OWNER]
    subject = told[1][1]
    assert told[0][1] == "Booking confirmed · Linden & Luz Studio"
    assert re.fullmatch(r"New booking: Haircut, Dec 1, 2026, \d+:\d\d\sAM", subject), subject
    assert told[2][1] == subject


def test_a_visitors_mail_in_all_its_parts(site, post):
    slot = site.slots()[0]
    booked = book(site, slot, timezone="America/New_York", locale="en-US")
    deliver(site, post)
    (mail,) = post.to(MIA)

    plain, html, calendar = parts(mail)

    start = moment(booked["items"][0]["start"])
    hour = start.strftime("%I").lstrip("0")
    when = f"Tuesday, December 1, 2026, {hour}:{start:%M}\N{NARROW NO-BREAK SPACE}AM"
    assert when in plain
    assert "(Eastern Standard Time)" in plain
    assert f"Haircut: €{booked['total']}" in plain
    assert "With: " + booked["items"][0]["employee"]["name"] in plain
    assert "Where: Berlin, Lindenhof, Am Lindenhof 12, 10119 Berlin" in plain
    assert f"https://book.example.org/manage/{token_of(booked)}" in plain
    assert f'href="https://book.example.org/manage/{token_of(booked)}"' in html
    assert when in html
    assert '<html lang="en" dir="ltr">' in html
    assert (mail["Auto-Submitted"], mail["To"]) == ("auto-generated", MIA)
    assert mail["From"] == "Linden & Luz Studio <book@studio.example.org>"
    assert mail["Date"].datetime == NOW
    assert re.fullmatch(r"<msg_[0-9a-f]{32}@studio\.example\.org>", mail["Message-ID"])
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "booking.ics"
    assert dict(attached["Content-Type"].params)["method"] == "PUBLISH"
    assert f"UID:{booked['id']}@default.booking" in calendar
    assert ("SEQUENCE:0" in calendar, "METHOD:PUBLISH" in calendar) == (True, True)
    assert f"DTSTART:{start.astimezone(NOW.tzinfo):%Y%m%dT%H%M%SZ}" in calendar


def test_a_visitors_mail_repeats_nothing_that_was_typed(site, post):
    customer = {"first_name": "Buy", "last_name": "http://spam.example", "email": MIA}
    book(site, note="Win a prize", customer=customer)
    deliver(site, post)
    (to_visitor,) = post.to(MIA)
    (to_owner,) = post.to(OWNER)

    assert [word for word in ("spam", "Buy", "prize") if word in to_visitor.as_string()] == []
    assert "Name: Buy http://spam.example" in parts(to_owner)[0]


def test_the_teams_mail_says_who_comes_and_leads_nowhere(site, post):
    booked = book(site)
    deliver(site, post)
    (mail,) = post.to(OWNER)

    plain, html, calendar = parts(mail)

    assert "Name: Mia Keller\r\nE-mail: mia@example.org\r\nPhone: 030 5550123" in plain
    assert "Mia Keller" in html
    assert "/manage/" not in plain + html + calendar
    assert "(Central European Standard Time)" in plain
    assert booked["id"] in calendar


def test_a_visitor_is_written_to_in_their_language_and_zone(site, post):
    book(site, locale="de-AT", timezone="Asia/Tokyo")
    deliver(site, post)
    (mail,) = post.to(MIA)

    plain, html, _ = parts(mail)

    assert mail["Subject"] == "Buchung bestätigt · Linden & Luz Studio"
    assert '<html lang="de" dir="ltr">' in html
    assert "Wann: Dienstag, 1. Dezember 2026, " in plain
    assert "(Japanische Normalzeit)" in plain
    assert re.search(r"Haircut: €\s\d+,\d\d\r\n", plain)


def test_a_language_without_texts_gets_english_with_its_own_dates(site, post):
    book(site, locale="da", timezone="Europe/Copenhagen")
    deliver(site, post)
    (mail,) = post.to(MIA)

    plain, html, _ = parts(mail)

    assert mail["Subject"] == "Booking confirmed · Linden & Luz Studio"
    assert '<html lang="en" dir="ltr">' in html
    assert "When: tirsdag den 1. december 2026, " in plain
    assert re.search(r"Haircut: \d+,\d\d\s€\r\n", plain)


def test_a_discount_is_shown_line_by_line(site, post, staff):
    staff(
        "POST",
        "/coupons",
        {"code": "TEN", "discount_value": 10, "expiration_date": "2026-12-31",
         "usage_limit": None, "limit_per_user": None, "booking_limit_amount": None},
    )  # fmt: skip
    booked = book(site, coupon="TEN")
    deliver(site, post)
    (mail,) = post.to(MIA)
    item = booked["items"][0]

    lines = parts(mail)[0].splitlines()

    prices = [line for line in lines if "€" in line]
    assert prices == [
        f"Haircut: €{item['price']}", f"Discount: -€{booked['discount']}",
        f"Total: €{booked['total']}",
    ]  # fmt: skip


def test_a_move_is_told_with_where_it_was(site, post):
    slot = site.slots()[0]
    booked = book(site, slot)
    deliver(site, post)
    later = next(one for one in site.slots()[20:] if slot["employees"][0] in one["employees"])
    path = f"/v1/bookings/{token_of(booked)}/reschedule"
    assert site.post(path, json={"start": later["start"]}).status_code == 200

    told = deliver(site, post)

    assert [subject.partition(" ·")[0].partition(":")[0] for _, subject in told] == [
        "Booking changed"
    ] * 3
    plain, _, calendar = parts(post.mails[0])
    assert "Before: Tuesday, December 1, 2026, " in plain
    assert ("SEQUENCE:1" in calendar, booked["id"] in calendar) == (True, True)


def test_a_cancellation_takes_the_visit_out_of_calendars(site, post):
    booked = book(site)
    deliver(site, post)
    site.post(f"/v1/bookings/{token_of(booked)}/cancel", json={})

    told = deliver(site, post)

    assert [to for to, _ in told][::2] == [MIA, OWNER]
    assert told[0][1] == "Booking canceled · Linden & Luz Studio"
    plain, _, calendar = parts(post.mails[0])
    assert "https://book.example.org/book" in plain
    assert "/manage/" not in plain
    assert all(part in calendar for part in ("METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED"))


def test_nothing_is_told_of_what_did_not_happen(site, post):
    slot = site.slots()[0]
    book(site, slot)
    deliver(site, post)

    answer = site.book({**slot, "employees": slot["employees"][:1]}, "late")

    assert answer.status_code == 409
    assert deliver(site, post) == []
