"""What `/metrics` tells, and whom."""

from pathlib import Path

import pytest

from tests.samples import samples
from tests.web.conftest import MIA
from widget_server.bookablesites import breaker
from widget_server.booking import observing
from widget_server.observability.families import BOOKED, BREAKER_STATES, CHANGED, FAMILIES

TOKEN = "canary-token"
PRODUCTION = {
    "DEMO": "off", "PUBLIC_URL": "https://book.example.org", "SECRET_KEY": "k" * 40,
}  # fmt: skip
WINDOW = "from=2026-12-01&to=2026-12-31"
HAIRCUTS = f"/v1/slots?{WINDOW}&service=1&location=1"


def told(site):
    answer = site.get("/metrics")
    assert answer.status_code == 200, answer.text
    return samples(answer.text)


def test_it_is_what_prometheus_reads(make_site):
    answer = make_site().get("/metrics")

    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    found = samples(answer.text)
    assert (found.sum("processes"), found.sum("build_info")) == (1, 1)


# Who may read it


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (TOKEN, 401),
        (f"Basic {TOKEN}", 401),
        (f"Bearer {TOKEN}x", 401),
        ("Bearer", 401),
        ("Bearer \xff", 401),
        (None, 401),
    ],
)
@pytest.mark.parametrize("mode", [PRODUCTION, {}], ids=["production", "demo"])
def test_with_a_token_it_is_read_with_that_alone(make_site, mode, sent, status):
    site = make_site(METRICS_TOKEN=TOKEN, **mode)

    answer = site.get("/metrics", headers={"Authorization": sent} if sent else {})

    assert answer.status_code == status
    if status == 401:
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "widget_server_" not in answer.text
    assert TOKEN not in answer.text + str(answer.headers)


def test_without_a_token_only_the_demo_shows_it(make_site):
    answer = make_site(**PRODUCTION).get("/metrics")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert answer.mimetype == "application/problem+json"


def test_the_token_may_come_from_a_file(make_site, tmp_path):
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    site = make_site(METRICS_TOKEN_FILE=str(tmp_path / "token"), **PRODUCTION)

    assert site.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


# What it tells


def test_answers_are_counted_by_route_never_by_path(make_site):
    site = make_site()
    for _ in range(3):
        site.get("/v1/services/1")
    site.get("/v1/services/999")
    site.post("/v1/services/1")

    found = told(site)
    [route] = found.labels("http_requests_total", "route") - {"other"}
    assert route.startswith("/v1/services/<")
    assert found.sum("http_requests_total", method="GET", status="2xx") == 3
    assert found.sum("http_requests_total", method="GET", status="4xx") == 1
    assert found.sum("http_requests_total", method="POST", status="4xx") == 1
    assert found.sum("http_request_duration_seconds_count") == 5


def test_a_thousand_odd_requests_make_no_new_labels(make_site):
    site = make_site()

    def ask(count):
        for number in range(count):
            path = f"/manage/canary{number}/odd?x={number}"
            site.app.test_client().open(path, method=f"ODD{number}")
            site.get(f"/v1/slots?service={number + 50}&{WINDOW}&timezone=Canary/{number}")
            site.get(f"/v1/bookings/canary{number}", headers={"Origin": f"https://{number}.ex"})
        return told(site)

    first, last = ask(3), ask(1000)
    assert last.numbers.keys() - first.numbers.keys() <= {
        key for key in last.numbers if ("route", "/metrics") in key[1]
    }
    assert "canary" not in str(last.numbers).lower()
    assert last.sum("http_requests_total", route="other", method="other", status="4xx") == 1003


def test_slots_are_counted_ready_or_not(make_site):
    site = make_site()
    open_ = len(site.slots())
    tag = site.get(HAIRCUTS).headers["ETag"]
    for _ in range(2):
        site.get(HAIRCUTS)
    for _ in range(3):
        site.get(HAIRCUTS, headers={"If-None-Match": tag})

    found = told(site)
    answers = {answer: found.sum("slot_requests_total", answer=answer) for answer in
               ("computed", "ready")}  # fmt: skip
    # The two ways of asking are the same question; who has the answer is sent no slots.
    assert (sum(answers.values()), answers["computed"] <= 2) == (7, True)
    assert found.sum("slots_served_total") == 4 * open_
    reads = {one: found.sum("cache_reads_total", kind="answer", result=one) for one in
             ("hit", "miss", "stale")}  # fmt: skip
    assert reads == {"hit": answers["ready"], "miss": answers["computed"], "stale": 0}
    assert found.sum("http_requests_total", route="/v1/slots", status="2xx") == 4
    assert found.sum("http_requests_total", route="/v1/slots", status="3xx") == 3
    assert found.sum("http_request_duration_seconds_count", route="/v1/slots") == 7


def test_reads_loads_and_calls_are_counted(make_site):
    site = make_site()
    for _ in range(3):
        site.get("/v1/business")

    found = told(site)
    assert found.sum("cache_reads_total", kind="offer", standing="missing", result="miss") == 1
    assert found.sum("cache_reads_total", kind="offer", standing="fresh", result="hit") == 2
    assert found.sum("cache_loads_total", kind="offer", outcome="loaded") == 1
    services = {"endpoint": "GET /api/v2/services"}
    assert found.sum("upstream_calls_total", outcome="answered", **services) == 1
    assert found.sum("upstream_call_duration_seconds_count", **services) == 1
    assert found.sum("upstream_breaker_state", state="closed") == 1


def test_bookings_moves_and_cancellations_are_counted(make_site):
    site = make_site()
    slot, *_, other = site.slots()
    answers = [site.book(slot, key) for key in ("a", "a", "b")]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    token = answers[0].get_json()["manage_url"].rsplit("/", 1)[1]
    site.post(f"/v1/bookings/{token}/reschedule", json={"start": other["start"]})
    for _ in range(2):
        site.post(f"/v1/bookings/{token}/cancel", json={})

    found = told(site)
    booked = {one: found.sum("bookings_total", outcome=one) for one in
              ("confirmed", "replayed", "conflict")}  # fmt: skip
    assert booked == {"confirmed": 1, "replayed": 1, "conflict": 1}
    assert found.sum("bookings_total") == 3
    assert found.sum("reschedules_total", outcome="done") == found.sum("reschedules_total") == 1
    assert found.sum("cancellations_total", outcome="done") == 1
    assert found.sum("cancellations_total", outcome="replayed") == 1
    assert MIA["email"] not in str(found.numbers)


def test_what_is_held_up_is_counted(make_site):
    site = make_site(RATE_LIMITS="on")
    for _ in range(62):
        site.post("/v1/bookings", json={})
    for _ in range(602):
        site.get("/v1/services/999")

    found = told(site)
    assert found.sum("rate_limited_total", kind="write") == 2
    assert found.sum("rate_limited_total", kind="read") == 2


def test_a_reader_held_up_at_the_door_is_counted_once(make_site):
    site = make_site(RATE_LIMITS="on")
    statuses = [site.get(HAIRCUTS).status_code for _ in range(602)]

    assert set(statuses[600:]) == {429}
    assert told(site).sum("rate_limited_total", kind="read") == statuses.count(429)


def test_what_waits_is_told(make_site):
    site = make_site()
    before = told(site)
    assert before.sum("ledger_unsettled") == 0
    assert before.labels("outbox_messages", "queue") == {"mails", "webhook_deliveries"}
    assert before.sum("outbox_messages") == 0


def test_a_mail_that_waits_is_told(make_site):
    site = make_site()
    assert site.book(site.slots()[0], "a").status_code == 201

    found = told(site)
    assert found.sum("outbox_messages", queue="mails", state="due") >= 1
    assert found.sum("outbox_messages", queue="mails", state="dead") == 0


def test_every_metric_is_in_the_documents():
    text = (Path(__file__).parents[3] / "docs/monitoring.md").read_text()
    assert [family.name for family in FAMILIES if f"`{family.name}`" not in text] == []


def test_what_is_shown_before_it_happens_is_what_can_happen():
    always = {
        observing.PROCESSING, observing.CONFLICT, observing.NOT_OFFERED, observing.REFUSED,
        observing.FAILED, observing.REPLAYED, observing.ERROR,
    }  # fmt: skip
    assert set(BOOKED) == always | {observing.CONFIRMED, observing.PENDING}
    assert set(CHANGED) == always | {observing.DONE}
    assert set(BREAKER_STATES) == {breaker.CLOSED, breaker.OPEN, breaker.HALF_OPEN}
