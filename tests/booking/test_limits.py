"""What the business limits: bookings of one visitor, appointments in a day."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.booking.conftest import ADA, BEN, COLOUR, HAIRCUT, NINE, YOGA, request_for
from tests.booking.test_book import foreign, moved
from widget_server.booking import holds
from widget_server.booking.cancel import cancel
from widget_server.booking.errors import LimitReached, NotOpen, SlotTaken
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.catalogue.find_slots import find_slots

TUESDAY = date(2026, 12, 1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def limit(house, **limits):
    """Set a limit: `service=2` in a day for haircuts, `ada=1` in a day, `visitor=1`."""
    if "service" in limits:
        house.staff("PATCH", f"/services/{HAIRCUT}", {"max_per_day": limits["service"]})
    if "yoga" in limits:
        house.staff("PATCH", f"/services/{YOGA}", {"max_per_day": limits["yoga"]})
    if "ada" in limits:
        house.staff("PATCH", f"/employees/{ADA}", {"max_per_day": limits["ada"]})
    if "visitor" in limits:
        house.overrules["max_active_bookings"] = limits["visitor"]


def slots(house, *services, days=1, employee=None, persons=1):
    """Return the open slots from Tuesday on, as a visitor sees them."""
    desk = house.desk()
    wanted = request_for(*services, employee=employee, persons=persons).search()
    window = replace(wanted, first=TUESDAY, last=TUESDAY + timedelta(days=days - 1))
    held = desk.held(NINE - 3 * DAY, NINE + 9 * DAY)
    return find_slots(desk.catalogue, window, desk.now(), held)


def offered(house, *services, **how):
    """Return (start, employees) of the open slots of Tuesday."""
    return [(slot.start, slot.employees) for slot in slots(house, *services, **how).slots]


def agree(house, *services, who="kim"):
    """Hold what is listed against what can be booked, for every start of Tuesday morning."""
    listed = {start for start, _ in offered(house, *services)}
    for number in range(8):
        start = NINE + number * timedelta(minutes=30)
        request = request_for(*services, employee=None, start=start, who=f"{who}{number}")
        try:
            held = holds.hold(house.desk(), request.items, None, f"{who}{number}")
            holds.give_back(house.desk(), house.desk().hold_links.issue(held.id, 1))
            assert start in listed
        except NotOpen:
            assert start not in listed


# Of one visitor


def test_a_visitor_books_as_often_as_the_business_allows(house):
    limit(house, visitor=2)
    first = book(house.desk(), request_for(), "a")
    book(house.desk(), request_for(COLOUR, employee=BEN), "b")
    third = request_for(start=NINE + 2 * HOUR)

    with pytest.raises(LimitReached):
        book(house.desk(), third, "c")
    book(house.desk(), request_for(start=NINE + 2 * HOUR, who="leo"), "leo")

    desk = house.desk()
    cancel(desk, desk.links.issue(first.id, 1))
    assert book(house.desk(), request_for(), "c2").state == State.CONFIRMED


def test_a_refused_key_can_be_tried_again(house):
    limit(house, visitor=1)
    first = book(house.desk(), request_for(), "a")
    wanted = request_for(employee=BEN)
    with pytest.raises(LimitReached):
        book(house.desk(), wanted, "b")

    desk = house.desk()
    cancel(desk, desk.links.issue(first.id, 1))

    assert book(house.desk(), wanted, "b").state == State.CONFIRMED


def test_the_parts_of_a_visit_count_each(house):
    limit(house, visitor=2)
    book(house.desk(), request_for(), "a")

    with pytest.raises(LimitReached):
        book(house.desk(), request_for(HAIRCUT, COLOUR, start=NINE + HOUR), "b")


def test_the_case_of_an_address_makes_nobody_another_one(house):
    limit(house, visitor=1)
    book(house.desk(), request_for(), "a")
    shouted = request_for(employee=BEN)
    shouted = replace(shouted, customer=replace(shouted.customer, email="MIA@example.org"))

    with pytest.raises(LimitReached):
        book(house.desk(), shouted, "b")


def test_what_staff_have_cancelled_does_not_count(house):
    limit(house, visitor=1)
    first = book(house.desk(), request_for(), "a")
    house.staff("DELETE", f"/appointments/{first.current_claims[0].platform_appointment}")

    assert book(house.desk(), request_for(employee=BEN), "b").state == State.CONFIRMED


def test_what_is_over_does_not_count(house):
    limit(house, visitor=1)
    book(house.desk(), request_for(), "a")
    house.clock.moment = NINE + HOUR

    assert book(house.desk(), request_for(start=NINE + DAY), "b").state == State.CONFIRMED


def test_a_visitor_at_the_limit_can_still_move(house):
    limit(house, visitor=1)
    booking = book(house.desk(), request_for(), "key")

    assert moved(house, booking, 60).state == State.CONFIRMED


def test_a_stranger_and_a_customer_are_told_the_same(house):
    """Who is on file already learns nothing from the answer that a stranger does not."""
    limit(house, visitor=1)
    house.staff(
        "POST", "/customers", {"first_name": "Mia", "last_name": "K", "email": "mia@example.org"}
    )
    told = []
    for who, first, second in (("mia", 0, 1), ("stranger", 2, 3)):
        book(house.desk(), request_for(start=NINE + first * HOUR, who=who), f"{who} a")
        with pytest.raises(LimitReached) as caught:
            book(house.desk(), request_for(start=NINE + second * HOUR, who=who), f"{who} b")
        told.append((caught.value.detail, caught.value.errors))

    assert told[0] == told[1]


def test_a_taken_time_is_told_before_any_limit(house):
    limit(house, visitor=1)
    book(house.desk(), request_for(), "a")
    book(house.desk(), request_for(start=NINE + HOUR, who="leo"), "leo")

    with pytest.raises(SlotTaken):
        book(house.desk(), request_for(start=NINE + HOUR), "b")


def test_of_many_at_once_as_many_book_as_the_business_allows(house):
    limit(house, visitor=2)

    def attempt(number):
        start = NINE + timedelta(minutes=30) * number
        try:
            return book(house.desk(), request_for(start=start), f"key {number}").state
        except LimitReached:
            return "refused"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))

    assert sorted(outcomes) == ["confirmed"] * 2 + ["refused"] * 4
    assert len(house.standing()) == 2


def test_the_embedded_backend_tells_the_limit(house):
    house.staff("PATCH", "/settings", {"max_active_bookings": 1})
    book(house.desk(), request_for(), "a")
    if not house.contract.extended:
        return  # such an account does not show it

    with pytest.raises(LimitReached):
        book(house.desk(), request_for(employee=BEN), "b")


def test_of_many_holds_at_once_a_visitor_gets_few(house):
    def attempt(number):
        wanted = request_for(start=NINE + timedelta(minutes=30) * number)
        try:
            return str(holds.hold(house.desk(), wanted.items, None, "one address").state)
        except LimitReached:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))

    assert sorted(outcomes) == ["held"] * holds.HOLDS_OF_ONE_VISITOR + ["refused"] * 5


# In a day


def test_a_full_day_of_a_service_shows_and_takes_nothing(house):
    limit(house, service=2)
    book(house.desk(), request_for(), "a")
    foreign(house, employee=BEN, start="12:00")

    assert offered(house) == []
    with pytest.raises(SlotTaken) as caught:
        book(house.desk(), request_for(start=NINE + HOUR, who="leo"), "b")
    others = {slot.start.date() - TUESDAY for slot in caught.value.alternatives}
    assert others - {timedelta()} == others != set()
    assert slots(house).next_available == NINE + DAY
    assert offered(house, COLOUR) != []
    agree(house)


def test_a_full_employee_leaves_the_day_to_the_others(house):
    limit(house, ada=1)
    book(house.desk(), request_for(start=NINE + 3 * HOUR), "a")

    assert {employees for _, employees in offered(house)} == {(BEN,)}
    assert offered(house, employee=ADA) == []
    second = book(house.desk(), request_for(employee=None, who="leo"), "b")
    assert second.current_claims[0].employee == BEN
    with pytest.raises(NotOpen):
        book(house.desk(), request_for(employee=ADA, who="kim"), "c")
    agree(house)


def test_staff_are_not_bound(house):
    limit(house, service=1, ada=1)
    for start in ("09:00", "10:00", "11:00"):
        foreign(house, start=start)

    assert len(house.standing()) == 3
    assert offered(house) == []


def test_what_is_cancelled_opens_the_day_again(house):
    limit(house, service=1)
    booking = book(house.desk(), request_for(), "a")
    house.staff("DELETE", f"/appointments/{booking.current_claims[0].platform_appointment}")

    assert offered(house) != []
    assert book(house.desk(), request_for(who="leo"), "b").state == State.CONFIRMED


def test_a_place_in_a_group_that_is_there_fills_no_day(house):
    house.contract = type(house.contract)(page_size=50, extended=True)
    limit(house, yoga=1, ada=1)
    book(house.desk(), request_for(YOGA), "a")

    assert offered(house, YOGA) == [(NINE, (ADA,))]
    assert book(house.desk(), request_for(YOGA, who="leo"), "b").state == State.CONFIRMED
    assert offered(house, YOGA, persons=2) == []
    with pytest.raises(NotOpen):
        book(house.desk(), request_for(YOGA, start=NINE + HOUR, who="kim"), "c")


def test_a_visit_counts_with_all_its_parts(house):
    limit(house, ada=1)

    assert offered(house, HAIRCUT, COLOUR, employee=ADA) == []
    slot = slots(house, HAIRCUT, COLOUR).slots[0]
    assert [item.employees for item in slot.items] == [(BEN,), (BEN,)]
    limit(house, service=1)
    assert offered(house, HAIRCUT, HAIRCUT) == []
    agree(house, HAIRCUT, COLOUR)


def test_a_hold_fills_a_day_until_it_is_given_back(house):
    limit(house, service=1)
    desk = house.desk()
    held = holds.hold(desk, request_for().items, None, "somebody")

    assert offered(house) == []
    with pytest.raises(NotOpen):
        holds.hold(house.desk(), request_for(start=NINE + HOUR).items, None, "another")
    holds.give_back(desk, desk.hold_links.issue(held.id, 1))
    assert offered(house) != []


def test_the_holder_books_the_last_place_of_a_day(house):
    limit(house, service=1)
    desk = house.desk()
    held = holds.hold(desk, request_for().items, None, "somebody")
    mine = replace(request_for(), hold=desk.hold_links.issue(held.id, 1))

    with pytest.raises(NotOpen):
        book(house.desk(), request_for(start=NINE + HOUR, who="leo"), "other")
    assert book(house.desk(), mine, "key").state == State.CONFIRMED


def test_a_booking_moves_within_a_full_day_and_not_into_one(house):
    limit(house, service=1)
    today = book(house.desk(), request_for(), "a")
    other = book(house.desk(), request_for(start=NINE + DAY, who="leo"), "b")

    assert moved(house, today, 120).state == State.CONFIRMED
    with pytest.raises(NotOpen):
        moved(house, other, 180)


def test_a_day_is_the_employees_own(house):
    """In Auckland it is the next day already when Berlin has its afternoon."""
    house.staff("PATCH", f"/employees/{ADA}", {"timezone": "Pacific/Auckland"})
    all_day = [{"start": "00:00", "end": "24:00"}]
    hours = [{"weekday": day, "periods": all_day} for day in range(1, 8)]
    house.staff("PUT", f"/employees/{ADA}/working-hours", hours)
    limit(house, ada=1)
    midnight = NINE.replace(hour=11)  # in Auckland
    book(house.desk(), request_for(start=midnight), "a")

    starts = {start for start, _ in offered(house, employee=ADA)}

    assert midnight - timedelta(minutes=30) in starts
    assert not any(start >= midnight for start in starts)


# Two at once


@pytest.mark.parametrize("how", [{"ada": 2}, {"service": 2}, {"ada": 2, "service": 2}])
def test_of_two_who_want_the_last_place_of_a_day_the_first_gets_it(house, how):
    """Forced: the second one begins and ends between the first one's claim and its look."""
    limit(house, **how)
    foreign(house, start="12:00")
    told = []

    def second():
        try:
            book(house.desk(), request_for(start=NINE + HOUR, who="leo"), "b")
        except NotOpen as error:
            told.append(error.code)

    desk = house.desk()
    zone = desk.catalogue.offer().value.zone
    desk.catalogue.busy_times(NINE - 2 * DAY, NINE + 2 * DAY, zone)
    house.script.before("GET", "/appointments", second)
    first = book(desk, request_for(), "a")

    assert (first.state, told) == (State.CONFIRMED, ["slot_taken"])
    assert len(house.standing()) == 2


@pytest.mark.parametrize("how", [{"ada": 3}, {"service": 3}])
def test_of_many_at_once_as_many_book_as_a_day_takes(house, how):
    limit(house, **how)
    foreign(house, start="16:00")

    def attempt(number):
        start = NINE + timedelta(minutes=30) * number
        try:
            return book(house.desk(), request_for(start=start, who=f"v{number}"), str(number)).state
        except NotOpen:
            return "refused"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))

    assert sorted(outcomes) == ["confirmed"] * 2 + ["refused"] * 4
    assert len(house.standing()) == 3


def test_a_new_visitor_who_books_several_times_at_once_is_one_customer(house):
    if not house.contract.extended:
        return  # such an account cannot be asked for an address

    def attempt(number):
        desk = replace(house.desk(), patience=timedelta(seconds=20))
        start = NINE + timedelta(days=7 * number)
        return book(desk, request_for(YOGA, start=start, who="new"), f"key-{number}").customer

    with ThreadPoolExecutor(4) as threads:
        customers = set(threads.map(attempt, range(4)))

    assert len(customers) == 1
