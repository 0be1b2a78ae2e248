"""The whole program with its own API in the platform's costume."""

import pytest


@pytest.fixture
def strict_site(make_site):
    return make_site(BACKEND_STRICT="1", BOOKABLESITES_CLIENT_SECRET="s" * 40)


def api(site, path):
    form = {
        "grant_type": "client_credentials", "client_id": "widget-server", "client_secret": "s" * 40
    }  # fmt: skip
    token = site.post("/api/v2/token", data=form).get_json()["access_token"]
    return site.get(f"/api/v2{path}", headers={"Authorization": f"Bearer {token}"})


def test_visitors_book_as_ever_and_the_api_shows_it_in_costume(strict_site):
    slot = strict_site.slots()[0]

    made = strict_site.book(slot, "one")
    [newest] = api(strict_site, "/appointments?limit=1").get_json()["data"]

    assert made.status_code == 201, made.text
    # The demo's Berlin, without an offset.
    assert slot["start"].replace("T", " ").removesuffix("+01:00") == newest["start_date_time"]
    assert sorted(newest) == [
        "bookings", "created_at", "employees", "end_date_time", "id", "location", "note",
        "service", "start_date_time", "status",
    ]  # fmt: skip


def test_what_the_platform_does_not_have_is_not_there(strict_site):
    assert api(strict_site, "/appointments/1").status_code == 405
    assert api(strict_site, "/settings").mimetype == "text/html"
    assert strict_site.post("/auth/token", json={}).mimetype == "text/html"
    assert strict_site.get("/v1/services").mimetype == "application/json"


def test_without_the_switch_all_is_shown(make_site):
    site = make_site(BOOKABLESITES_CLIENT_SECRET="s" * 40)

    assert api(site, "/settings").get_json()["timezone"] == "Europe/Berlin"
