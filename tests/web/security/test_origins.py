"""Which websites' scripts may read answers."""

import pytest

from widget_server.web.security.origins import OriginPolicy


@pytest.mark.parametrize(
    ("allowed", "origin", "is_allowed"),
    [
        (["https://salon.example"], "https://salon.example", True),
        (["https://salon.example"], "https://salon.example.evil.org", False),
        (["https://salon.example"], "http://salon.example", False),
        (["https://salon.example"], "https://salonxexample", False),
        (["https://*.example.org"], "https://www.example.org", True),
        (["https://*.example.org"], "https://example.org", False),
        (["https://*.example.org"], "https://evil.org/.example.org", False),
        (["https://*.example.org"], "https://a.b.example.org", False),
        ([], "http://localhost:3000", False),
        ([], "null", False),
    ],
)
def test_only_named_origins_are_allowed(allowed, origin, is_allowed):
    assert OriginPolicy(allowed, demo=False).allows(origin) is is_allowed


def test_the_demo_allows_this_machine_until_origins_are_named():
    assert OriginPolicy([], demo=True).allows("http://localhost:3000")
    assert OriginPolicy([], demo=True).allows("http://127.0.0.1:8000")
    assert not OriginPolicy([], demo=True).allows("http://localhost.evil.org")
    assert not OriginPolicy(["https://salon.example"], demo=True).allows("http://localhost:3000")


def test_answers_name_exactly_the_origin_that_asked(make_site):
    site = make_site(ALLOWED_ORIGINS="https://salon.example")

    allowed = site.get("/v1/business", headers={"Origin": "https://salon.example"})
    foreign = site.get("/v1/business", headers={"Origin": "https://other.example"})
    asked = site.app.test_client().options(
        "/v1/bookings", headers={"Origin": "https://salon.example"}
    )

    assert allowed.headers["Access-Control-Allow-Origin"] == "https://salon.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert "Origin" in allowed.headers["Vary"]
    assert asked.status_code == 204
    assert "Idempotency-Key" in asked.headers["Access-Control-Allow-Headers"]
    assert "Set-Cookie" not in allowed.headers
