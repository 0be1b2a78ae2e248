"""Recurring visits: all dates or the open ones, booked as one, living on as many."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.booking.conftest import (
    ADA,
    BEN,
    HAIRCUT,
    YOGA,
    Crash,
    House,
    request_for,
)
from tests.booking.test_book import foreign, wait_and_settle
from widget_server.booking.cancel import cancel, cancel_series
from widget_server.booking.decide import decide, undecided
from widget_server.booking.errors import (
    LimitReached,
    ManageLinkInvalid,
    SeriesTaken,
    SlotTaken,
    StillProcessing,
    TooLate,
)
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.reschedule import reschedule
from widget_server.booking.series import look
from widget_server.errors import InvalidInput
from widget_server.recurrence import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = Recurrence("weekly", 1, 4)
TWICE = Recurrence("weekly", 1, 2)
DAYS = [date(2026, 12, day) for day in (1, 8, 15, 22)]


def series(*services: int, recurrence: Recurrence = WEEKLY, only_open: bool = False, **more):
    request = request_for(*services, **more)
    return replace(request, recurrence=recurrence, only_open=only_open)


@pytest.fixture
def studio(house: House) -> House:
    """Haircuts and yoga may be booked as series."""
    for service in (HAIRCUT, YOGA):
        recurring = {"frequencies": ["weekly", "daily"], "max_count": 6}
        house.staff("PATCH", f"/services/{service}", {"recurring": recurring})
    return house


def bookings(house: House, booking: Booking) -> list[Booking]:
    return house.desk().ledger.of_series(booking.series or "")


def token(house: House, booking: Booking) -> str:
    return house.desk().links.issue(booking.id, booking.token_version)


def days(found: list[Booking]) -> list[date]:
    return [one.current_claims[0].start.astimezone(BERLIN).date() for one in found]


def standing_days(house: House) -> list[date]:
    return sorted(one["start"].astimezone(BERLIN).date() for one in house.standing())


def test_each_date_is_a_booking_of_its_own(studio):
    first = book(studio.desk(), series(), "key")

    made = bookings(studio, first)
    assert (days(made), standing_days(studio)) == (DAYS, DAYS)
    assert [one.state for one in made] == [State.CONFIRMED] * 4
    assert [len(one.current_claims) for one in made] == [1] * 4
    assert made[0].id == first.id
    assert {one.details["total"] for one in made} == {"45.00"}
    there = {(one["id"], one["start"]) for one in studio.standing()}
    assert {(one.current_claims[0].platform_booking, one.current_claims[0].start)
            for one in made} == there  # fmt: skip


def test_the_same_key_books_one_series(studio):
    first = book(studio.desk(), series(), "key")
    again = book(studio.desk(), series(), "key")
    assert (first.id, len(studio.standing())) == (again.id, 4)


def test_one_date_taken_none_is_booked(studio):
    foreign(studio, day="2026-12-15")
    with pytest.raises(SeriesTaken) as refused:
        book(studio.desk(), series(), "key")
    assert refused.value.errors == {
        "recurrence": [
            "Not open: 2026-12-15. Book the open dates alone, or choose another time."
        ]
    }  # fmt: skip
    assert standing_days(studio) == [date(2026, 12, 15)]
    with pytest.raises(SlotTaken) as told_again:
        book(studio.desk(), series(), "key")
    assert (told_again.value.errors, told_again.value.alternatives) == (refused.value.errors, [])


def test_the_open_dates_alone(studio):
    foreign(studio, day="2026-12-15")
    first = book(studio.desk(), series(only_open=True), "key")
    made = bookings(studio, first)
    assert days(made) == [DAYS[0], DAYS[1], DAYS[3]]
    assert first.details["left_out"] == ["2026-12-15T08:00:00+00:00"]


def test_no_date_open_is_refused_even_then(studio):
    for day in DAYS:
        foreign(studio, day=day.isoformat())
    with pytest.raises(SeriesTaken):
        book(studio.desk(), series(only_open=True), "key")


def test_whoever_can_take_most_dates_takes_them(studio):
    foreign(studio, day="2026-12-01")
    foreign(studio, day="2026-12-08")
    foreign(studio, day="2026-12-22", employee=BEN)
    first = book(studio.desk(), series(employee=None), "key")
    made = bookings(studio, first)
    assert [one.current_claims[0].employee for one in made] == [BEN, BEN, BEN, ADA]


def test_a_foreign_booking_before_the_read_back_takes_all_of_it_back(studio):
    studio.script.before("POST", "/bookings", lambda: foreign(studio, day="2026-12-15"))
    with pytest.raises((SeriesTaken, StillProcessing)):
        book(studio.desk(), series(), "key")
    wait_and_settle(studio)
    assert standing_days(studio) == [date(2026, 12, 15)]


def test_a_lost_answer_is_looked_up(studio):
    studio.script.lose_answer("POST", "/bookings")
    with pytest.raises(StillProcessing) as processing:
        book(studio.desk(), series(), "key")
    wait_and_settle(studio)
    known = studio.desk().ledger.booking(processing.value.booking_id or "")
    assert known is not None
    if studio.contract.extended:
        assert (days(bookings(studio, known)), standing_days(studio)) == (DAYS, DAYS)
    else:
        # One by one: the first was made and its answer lost, so nothing more was sent.
        assert (known.state, standing_days(studio)) == (State.LOST, [])


@pytest.mark.parametrize(("method", "path"), [("GET", "/appointments"), ("POST", "/bookings")])
def test_a_platform_that_takes_its_time_for_each_date_gets_it(studio, method, path):
    def wait_while_others_settle():
        studio.clock.advance(timedelta(seconds=30))
        settle_all(studio.desk())

    desk = studio.desk()
    for _ in range(6 * WEEKLY.count):  # looks come before the claim, and new plans after it
        studio.script.before(method, path, wait_while_others_settle)

    first = book(desk, series(), "key")

    assert (days(bookings(studio, first)), standing_days(studio)) == (DAYS, DAYS)


def test_who_was_away_too_long_between_two_dates_sends_no_more(studio):
    if studio.contract.extended:
        return  # such an account takes all dates in one call

    def be_away(proceed):
        reply = proceed()
        wait_and_settle(studio)
        return reply

    studio.script.on("POST", "/bookings", be_away)
    with pytest.raises(StillProcessing):
        book(studio.desk(), series(), "key")

    assert studio.script.calls.count(("POST", "/api/v2/bookings")) == 1
    assert (studio.desk().ledger.unsettled(), standing_days(studio)) == ([], [])


def calls_of(house: House) -> int:
    """Count the calls that booking a series takes, and leave nothing of it."""
    for key in ("the customer is new", "and known by now"):
        house.script.calls.clear()
        first = book(house.desk(), series(recurrence=TWICE), key)
        calls = len(house.script.calls)
        cancel_series(house.desk(), token(house, first))
    return calls


@pytest.mark.parametrize("after_call", [False, True])
def test_a_crash_at_any_call_leaves_all_or_nothing(studio, after_call):
    for number in range(calls_of(studio)):
        studio.script.calls.clear()
        studio.script.crash_at, studio.script.crash_after_call = number, after_call
        with pytest.raises(Crash):
            book(studio.desk(), series(recurrence=TWICE), f"key-{number}")
        studio.script.crash_at = None
        wait_and_settle(studio)
        desk = studio.desk()
        assert desk.ledger.unsettled() == []
        record = desk.ledger.keys.find(f"key-{number}")
        known = desk.ledger.booking(record.booking_id) if record and record.booking_id else None
        if known is None or known.state != State.CONFIRMED:
            assert standing_days(studio) == []
            continue
        assert (days(bookings(studio, known)), standing_days(studio)) == (DAYS[:2], DAYS[:2])
        cancel_series(desk, token(studio, known))
        assert standing_days(studio) == []


def test_one_date_is_cancelled_and_another_moved(studio):
    first = book(studio.desk(), series(), "key")
    second, third = bookings(studio, first)[1:3]
    desk = studio.desk()
    cancel(desk, token(studio, second))
    reschedule(desk, token(studio, third), third.current_claims[0].start + timedelta(hours=2), None)
    told = [(one.state, one.current_claims[0].start.astimezone(BERLIN).hour)
            for one in bookings(studio, first)]  # fmt: skip
    assert told == [(State.CONFIRMED, 9), (State.CANCELED, 9), (State.CONFIRMED, 11),
                    (State.CONFIRMED, 9)]  # fmt: skip
    assert len(studio.standing()) == 3


def test_all_that_is_left_is_cancelled_at_once(studio):
    first = book(studio.desk(), series(), "key")
    studio.clock.advance(timedelta(days=3))
    ended = cancel_series(studio.desk(), token(studio, first))
    assert [one.state for one in bookings(studio, first)] == [
        State.CONFIRMED,
        *[State.CANCELED] * 3,
    ]
    assert (ended.state, standing_days(studio)) == (State.CONFIRMED, DAYS[:1])
    with pytest.raises(TooLate):
        cancel_series(studio.desk(), token(studio, first))


def test_a_platform_that_fails_on_the_way_leaves_it_cancelled_so_far(studio):
    first = book(studio.desk(), series(), "key")
    studio.script.calls.clear()
    studio.script.lose_call("DELETE", str(_there(studio, bookings(studio, first)[2])))
    with pytest.raises(Exception, match="lost"):
        cancel_series(studio.desk(), token(studio, first))
    states = [one.state for one in bookings(studio, first)]
    assert states == [State.CANCELED] * 2 + [State.CONFIRMED] * 2
    assert standing_days(studio) == DAYS[2:]
    cancel_series(studio.desk(), token(studio, first))
    assert standing_days(studio) == []


def _there(house: House, booking: Booking) -> int | None:
    [claim] = booking.current_claims
    return claim.platform_booking if house.contract.extended else claim.platform_appointment


def test_what_staff_have_cancelled_of_a_series_can_be_booked_at_once(studio):
    daily = Recurrence("daily", 1, 4)
    for one in bookings(studio, book(studio.desk(), series(recurrence=daily), "a")):
        studio.staff("DELETE", f"/appointments/{one.current_claims[0].platform_appointment}")

    book(studio.desk(), series(recurrence=daily, who="leo"), "b")

    assert [one["customer"]["first_name"] for one in studio.standing()] == ["Leo"] * 4


@pytest.fixture
def waiting(studio: House) -> list[Booking]:
    """A series that waits to be confirmed, by an account that can do so."""
    if not studio.contract.extended:
        pytest.skip("Decided on in such an account's own dashboard.")
    studio.staff("PATCH", "/settings", {"default_status": "pending"})
    return bookings(studio, book(studio.desk(), series(), "key"))


def decide_token(house: House, booking: Booking) -> str:
    return house.desk().decide_links.issue(booking.id, booking.token_version)


def test_dates_that_wait_are_decided_on_though_the_first_is_cancelled(studio, waiting):
    cancel(studio.desk(), token(studio, waiting[0]))

    decided = decide(studio.desk(), decide_token(studio, waiting[0]), approve=True)

    assert [(one.id, one.status) for one in decided] == [
        (one.id, "approved") for one in waiting[1:]
    ]  # fmt: skip
    with pytest.raises(ManageLinkInvalid):
        undecided(studio.desk(), decide_token(studio, waiting[0]))


def test_a_date_that_staff_have_cancelled_is_not_decided_on(studio, waiting):
    [claim] = waiting[2].current_claims
    studio.staff("PATCH", f"/bookings/{claim.platform_booking}", {"status": "canceled"})

    decide(studio.desk(), decide_token(studio, waiting[0]), approve=True)

    statuses = [one.status for one in bookings(studio, waiting[0])]
    assert statuses == ["approved", "approved", "canceled", "approved"]
    assert standing_days(studio) == [DAYS[0], DAYS[1], DAYS[3]]


def test_every_date_counts_for_the_visitors_limit(studio):
    studio.staff("PATCH", "/settings", {"max_active_bookings": 3})
    if not studio.contract.extended:
        studio.overrules["max_active_bookings"] = 3
    with pytest.raises(LimitReached):
        book(studio.desk(), series(), "key")
    book(studio.desk(), series(recurrence=Recurrence("weekly", 1, 3)), "key-3")
    assert standing_days(studio) == DAYS[:3]


@pytest.mark.parametrize("house", ["extended"], indirect=True)
def test_a_group_takes_its_places_on_every_date(studio):
    book(studio.desk(), series(YOGA, persons=2), "a")
    with pytest.raises(SeriesTaken):
        book(studio.desk(), series(YOGA, persons=2, who="jo"), "b")
    book(studio.desk(), series(YOGA, persons=1, who="jo"), "c")
    assert len(studio.standing()) == 8


@pytest.mark.parametrize(
    ("request_", "errors"),
    [
        (series(3), {"recurrence": ["This service is not booked as a series."]}),
        (series(HAIRCUT, HAIRCUT), {"recurrence": ["A series is of one service."]}),
        (
            series(recurrence=Recurrence("monthly", 1, 2)),
            {"recurrence.frequency": ["This service recurs: weekly, daily."]},
        ),
        (
            series(recurrence=Recurrence("weekly", 1, 7)),
            {"recurrence.count": ["From 2 to 6 dates, please."]},
        ),
    ],
)
def test_a_series_that_is_not_offered(studio, request_, errors):
    with pytest.raises(InvalidInput) as refused:
        book(studio.desk(), request_, "key")
    assert refused.value.errors == errors


def test_a_service_that_is_booked_as_a_series_only(studio):
    recurring = {"frequencies": ["weekly"], "min_count": 3, "max_count": 6}
    studio.staff("PATCH", "/services/1", {"recurring": recurring})
    with pytest.raises(InvalidInput) as refused:
        book(studio.desk(), request_for(), "key")
    assert refused.value.errors == {
        "recurrence": ["This is booked as a series of 3 dates or more."]
    }


def test_a_visit_that_reaches_into_the_next_one_makes_no_series(studio):
    hours = [{"weekday": day, "periods": [{"start": "00:00", "end": "24:00"}]}
             for day in range(1, 8)]  # fmt: skip
    studio.staff("PATCH", f"/employees/{ADA}", {"working_hours": hours})
    studio.staff("PATCH", "/services/1", {"duration": 1440, "buffer_time_after": 15})
    daily = series(recurrence=Recurrence("daily", 1, 2))
    with pytest.raises(InvalidInput) as refused:
        book(studio.desk(), daily, "key")
    assert refused.value.errors == {
        "recurrence.frequency": ["Each visit must be over before the next one begins."]
    }
    assert studio.standing() == []


def test_what_is_open_of_a_series(studio):
    foreign(studio, day="2026-12-08")
    [item] = series().items
    found = look(studio.desk(), item, WEEKLY, None)
    assert [(one.start.astimezone(BERLIN).date(), one.slot is not None) for one in found] == [
        (DAYS[0], True), (DAYS[1], False), (DAYS[2], True), (DAYS[3], True),
    ]  # fmt: skip


def test_a_key_taken_over_while_its_request_plans_anew_means_what_was_booked(studio):
    wanted = series(employee=None, recurrence=TWICE)
    again: list[Booking] = []

    def send_again() -> None:
        studio.clock.advance(timedelta(seconds=10))
        again.append(book(studio.desk(), wanted, "key"))

    def be_faster() -> None:
        foreign(studio, employee=ADA)
        # The first request looks anew at what is left, and its sender loses patience meanwhile.
        studio.script.before("GET", "/appointments", send_again)

    studio.script.before("POST", "/bookings", be_faster)
    with pytest.raises(SlotTaken):
        book(studio.desk(), wanted, "key")

    assert standing_days(studio) == [DAYS[0], DAYS[0], DAYS[1]]
    [made] = again
    assert book(studio.desk(), wanted, "key").id == made.id
