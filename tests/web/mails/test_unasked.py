"""What is told without anybody asking: reminders, and what staff do."""

from datetime import timedelta

from tests.web.mails.conftest import MIA, book, deliver, moment, rows, token_of


def test_a_reminder_comes_the_day_before(site, post):
    slot = site.slots()[-1]
    book(site, slot)
    deliver(site, post)
    site.clock.moment = moment(slot["start"]) - timedelta(hours=24, minutes=1)
    assert deliver(site, post) == []
    site.clock.advance(timedelta(minutes=1))

    assert deliver(site, post) == [(MIA, "Reminder of your booking · Linden & Luz Studio")]
    assert deliver(site, post) == []


def test_who_books_for_tomorrow_needs_no_reminder(site, post):
    slot = site.slots()[0]
    book(site, slot)
    deliver(site, post)
    site.clock.moment = moment(slot["start"]) - timedelta(minutes=5)

    assert deliver(site, post) == []


def test_a_visit_that_was_moved_is_remembered_at_its_new_time_alone(site, post):
    slot, sooner = site.slots()[-1], site.slots()[-60]
    booked = book(site, slot)
    path = f"/v1/bookings/{token_of(booked)}/reschedule"
    assert site.post(path, json={"start": sooner["start"]}).status_code == 200
    deliver(site, post)

    site.clock.moment = moment(sooner["start"]) - timedelta(hours=24)
    first = deliver(site, post)
    site.clock.moment = moment(slot["start"]) - timedelta(hours=1)
    second = deliver(site, post)

    assert ([subject[:8] for _, subject in first], second) == (["Reminder"], [])


def test_a_visit_that_staff_have_canceled_is_not_remembered(site, post, staff):
    slot = site.slots()[-1]
    book(site, slot)
    deliver(site, post)
    appointment = staff("GET", "/appointments?limit=1")["data"][0]["id"]
    staff("DELETE", f"/appointments/{appointment}")
    site.clock.moment = moment(slot["start"]) - timedelta(hours=24)

    told = deliver(site, post)

    assert [subject[:16] for to, subject in told if to == MIA] == ["Booking canceled"]


def test_no_hours_no_reminder(make_site, post):
    site = make_site(
        SMTP_URL=post.url, MAIL_FROM="book@studio.example.org", MAIL_REMINDER_HOURS="0"
    )
    book(site, site.slots()[-1])
    deliver(site, post)

    assert "reminder" not in [topic for topic, _, _ in rows(site)]


def test_what_staff_do_is_told_without_anybody_looking(site, post, staff):
    slot = site.slots()[0]
    book(site, slot)
    deliver(site, post)
    appointment = staff("GET", "/appointments?limit=1")["data"][0]["id"]
    other = moment(slot["start"]) + timedelta(days=7)
    target = {"date": other.date().isoformat(), "time": other.strftime("%H:%M")}
    staff("PATCH", f"/appointments/{appointment}", target)

    told = deliver(site, post)
    again = deliver(site, post)

    assert [subject[:15] for to, subject in told if to == MIA] == ["Booking changed"]
    assert again == []
