"""The demo site, the manage page and the pages' files."""

import re


def test_the_demo_site_carries_the_tag(site):
    page = site.page("/")

    assert page.status_code == 200
    assert "<booking-widget>" in page.text
    assert 'src="http://localhost/widget.js"' in page.text


def test_prices_are_written_as_the_widget_writes_them(site):
    prices = re.findall(r"<strong>([^<]*)</strong>", site.page("/").text)

    assert {"Free", "from €38"} <= set(prices)
    assert not any(".00" in price or "€0" in price for price in prices)


def test_outside_the_demo_the_root_leads_to_the_booking_page(make_site):
    site = make_site(DEMO="off", PUBLIC_URL="https://book.example.org", SECRET_KEY="k" * 40)

    answer = site.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/book")


def test_a_visitor_cancels_on_the_page(site):
    slot = site.slots()[20]
    token = site.book(slot, "to-cancel").json["manage_url"].rsplit("/", 1)[1]

    before = site.page(f"/manage/{token}")
    answer = site.post(f"/manage/{token}/cancel")
    after = site.page(f"/manage/{token}")

    assert re.search(r'class="badge approved"[^>]*>Confirmed', before.text)
    assert "Add to calendar</h2>" in before.text
    assert "Add to calendar" not in after.text
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/manage/{token}")
    assert re.search(r'class="badge canceled"[^>]*>Canceled', after.text)
    assert slot in site.slots()


def test_a_visitor_moves_on_the_page(site):
    slot = site.slots()[24]
    token = site.book(slot, "to-move").json["manage_url"].rsplit("/", 1)[1]

    times = site.page(f"/manage/{token}/times?day=2026-12-14")
    open_times = re.findall(r'name="start" value="([^"]+)"', times.text)
    answer = site.post(f"/manage/{token}/times", data={"start": open_times[3]})
    after = site.page(f"/manage/{token}")

    assert f'href="http://localhost/manage/{token}/times"' in site.page(f"/manage/{token}").text
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/manage/{token}")
    assert f'<time datetime="{open_times[3]}">' in after.text
    assert slot in site.slots()


def test_a_time_taken_meanwhile_is_said_with_others(site):
    slot, wanted = site.slots()[24], site.slots()[26]
    token = site.book(slot, "to-lose").json["manage_url"].rsplit("/", 1)[1]
    for number, employee in enumerate(wanted["employees"]):
        taken = wanted | {"employees": [employee]}
        assert site.book(taken, f"rival-{number}").status_code == 201

    told = site.post(f"/manage/{token}/times", data={"start": wanted["start"]})

    assert told.status_code == 409
    assert "has just been taken" in told.text
    assert 'name="start"' in told.text


def test_a_start_that_makes_no_sense_is_refused(site):
    token = site.book(site.slots()[28], "odd").json["manage_url"].rsplit("/", 1)[1]

    for data in ({}, {"start": "tomorrow"}):
        assert site.post(f"/manage/{token}/times", data=data).status_code == 422


def test_a_page_with_a_token_travels_nowhere(site):
    token = site.book(site.slots()[21], "private").json["manage_url"].rsplit("/", 1)[1]

    page = site.page(f"/manage/{token}")

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_wrong_token_is_a_page_of_its_own(site):
    page = site.page("/manage/" + "A" * 40)

    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert "This link is not valid" in page.text


def test_the_pages_files_are_there(site):
    assert site.get("/pages.css").mimetype == "text/css"
    assert site.get("/icon.svg").mimetype == "image/svg+xml"
