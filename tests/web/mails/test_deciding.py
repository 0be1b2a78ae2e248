"""Confirming and declining from a mail."""

import re

from tests.mail_server import parts
from tests.web.mails.conftest import MIA, OWNER, book, deliver, token_of

YOGA = 7
HTML = {"Accept": "text/html"}


def decide_link(mail):
    (path,) = set(re.findall(r"https://book\.example\.org(/decide/\S+)", parts(mail)[0]))
    return path


def test_a_pending_booking_is_confirmed_from_the_mail(site, post, pending, staff):
    booked = book(site)
    told = deliver(site, post)
    (to_owner,) = post.to(OWNER)
    plain, _, calendar = parts(post.to(MIA)[0])
    link = decide_link(to_owner)

    page = site.page(link)
    still = site.get(f"/v1/bookings/{token_of(booked)}").get_json()["status"]
    done = site.post(link, data={"verdict": "approve"})

    assert told[0] == (MIA, "Booking received · Linden & Luz Studio")
    assert told[2][1].startswith("Booking to confirm: Haircut, ")
    assert "/decide/" not in plain
    assert "STATUS:TENTATIVE" in calendar
    assert (page.status_code, 'value="approve"' in page.text) == (200, True)
    assert still == "pending"
    assert (done.status_code, "The booking is confirmed" in done.text) == (200, True)
    assert staff("GET", "/appointments?limit=1")["data"][0]["status"] == "approved"
    assert deliver(site, post) == [(MIA, "Booking confirmed · Linden & Luz Studio")]
    assert "STATUS:CONFIRMED" in parts(post.mails[0])[2]
    assert "SEQUENCE:1" in parts(post.mails[0])[2]


def test_a_pending_booking_is_declined_from_the_mail(site, post, pending, staff):
    slot = site.slots()[0]
    booked = book(site, slot)
    deliver(site, post)
    link = decide_link(post.to(OWNER)[0])

    done = site.post(link, data={"verdict": "reject"})

    assert "The booking is declined" in done.text
    assert staff("GET", "/appointments?limit=1")["data"][0]["status"] == "rejected"
    assert site.get(f"/v1/bookings/{token_of(booked)}").get_json()["status"] == "rejected"
    assert slot in site.slots()
    assert deliver(site, post) == [(MIA, "Booking declined · Linden & Luz Studio")]
    assert "METHOD:CANCEL" in parts(post.mails[0])[2]


def test_a_link_that_was_used_is_like_any_wrong_one(site, post, pending):
    booked = book(site)
    deliver(site, post)
    link = decide_link(post.to(OWNER)[0])
    assert link == decide_link(next(m for m in post.mails if m["To"] not in (MIA, OWNER)))
    site.post(link, data={"verdict": "approve"})
    token = link.rsplit("/", 1)[1]
    altered = ("B" if token[0] != "B" else "C") + token[1:]

    tries = [token, altered, token_of(booked), token[:-1], "A" * 40]
    answers = [
        (answer.status_code, answer.text)
        for path in (f"/decide/{one}" for one in tries)
        for answer in (site.page(path), site.post(path, data={"verdict": "reject"}, headers=HTML))
    ]
    elsewhere = [site.get(f"/v1/bookings/{token}"), site.post(f"/v1/bookings/{token}/cancel")]

    assert (set(answers), {answer.status_code for answer in elsewhere}) == ({answers[0]}, {404})
    assert answers[0][0] == 404
    assert site.get(f"/v1/bookings/{token_of(booked)}").get_json()["status"] == "approved"


def test_every_altered_character_of_the_link_fails(site, post, pending):
    book(site)
    deliver(site, post)
    token = decide_link(post.to(OWNER)[0]).rsplit("/", 1)[1]

    statuses = {
        site.get(f"/decide/{token[:place]}{other}{token[place + 1 :]}").status_code
        for place in range(len(token))
        for other in {"A", "B"} - {token[place]}
    }

    assert (statuses, site.get(f"/decide/{token}").status_code) == ({404}, 200)


def test_a_verdict_that_is_none_changes_nothing(site, post, pending):
    booked = book(site)
    deliver(site, post)
    link = decide_link(post.to(OWNER)[0])

    answers = [site.post(link).status_code, site.post(link, data={"verdict": "x"}).status_code]

    assert answers == [422, 422]
    assert site.get(f"/v1/bookings/{token_of(booked)}").get_json()["status"] == "pending"


def test_the_page_travels_nowhere(site, post, pending):
    book(site)
    deliver(site, post)
    page = site.page(decide_link(post.to(OWNER)[0]))

    headers = ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")
    assert [page.headers[name] for name in headers] == ["no-referrer", "no-store", "noindex"]
    assert "Mia" not in page.text


def test_of_a_group_one_is_declined_and_the_others_stay(site, post, pending, staff):
    slot = next(one for one in site.slots(f"service={YOGA}") if one["places_left"] == 8)
    items = [{"service": YOGA, "employee": slot["employees"][0], "start": slot["start"]}]
    mine = book(site, slot, "mine", items=items)
    others = book(site, slot, "others", "leo@example.org", items=items)
    deliver(site, post)
    link = next(decide_link(mail) for mail in post.to(OWNER) if MIA in parts(mail)[0])

    site.post(link, data={"verdict": "reject"})

    seen = [
        site.get(f"/v1/bookings/{token_of(one)}").get_json()["status"] for one in (mine, others)
    ]
    assert seen == ["rejected", "pending"]
    assert [to for to, _ in deliver(site, post)] == [MIA]


def test_staffs_own_verdict_is_told_and_ends_the_link(site, post, pending, staff):
    book(site)
    deliver(site, post)
    link = decide_link(post.to(OWNER)[0])
    appointment = staff("GET", "/appointments?limit=1")["data"][0]["id"]
    staff("PATCH", f"/appointments/{appointment}", {"status": "rejected"})

    assert site.page(link).status_code == 404
    assert deliver(site, post) == [(MIA, "Booking declined · Linden & Luz Studio")]
