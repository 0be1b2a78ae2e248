"""Everything that visitors, staff and the network do, in any order, against a simple model.

The model knows half-hours of two employees, and whose they are. After each step the platform, the
ledger and what visitors are offered must agree with it.
"""

import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.booking.conftest import ADA, BEN, HAIRCUT, NINE, Furnished, request_for
from widget_server.bookablesites.errors import PlatformError
from widget_server.booking import holds
from widget_server.booking.cancel import cancel
from widget_server.booking.errors import (
    HoldExpired,
    LimitReached,
    NotOpen,
    NotYetBooked,
    StillProcessing,
)
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.booking.reconcile import settle_all
from widget_server.booking.reschedule import reschedule
from widget_server.booking.see import see
from widget_server.catalogue.find_slots import find_slots

Place = tuple[int, int]  # employee, half-hour
EMPLOYEES = st.sampled_from((ADA, BEN))
NUMBERS = st.integers(0, 2)
PLACES = st.tuples(EMPLOYEES, NUMBERS)
# Nobody, half-way, or at the end: a booking takes some eight calls.
CALLS = st.integers(0, 9)
# Each step writes to disks: making a failure small takes longer than reading it.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
REFUSED = (NotOpen, LimitReached)


def time_of(number: int) -> datetime:
    return NINE + timedelta(minutes=30) * number


@dataclass
class Held:
    """A hold, as the model knows it."""

    id: str
    visitor: str
    place: Place
    created: datetime
    until: datetime


class Visits(RuleBasedStateMachine):
    """`bookings` and `staff` are what stands, by id; `gone` are bookings that were cancelled."""

    furnished: Furnished

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.house = self.stack.enter_context(self.furnished.house(folder, extended=True))
        self.desk = self.house.desk()
        self.bookings: dict[str, Place] = {}
        self.gone: dict[str, None] = {}
        self.staff: dict[int, Place] = {}
        self.holds: list[Held] = []
        self.count = 0

    def teardown(self) -> None:
        self.desk.ledger._database.close()  # noqa: SLF001
        self.stack.close()

    # The model

    def now(self) -> datetime:
        return self.house.clock.now()

    def held(self) -> list[Held]:
        return [one for one in self.holds if one.until > self.now()]

    def taken(self, besides: str = "") -> set[Place]:
        """Return the places that nobody else can have; `besides` is a booking or a hold."""
        booked = {place for id_, place in self.bookings.items() if id_ != besides}
        kept = {one.place for one in self.held() if one.id != besides}
        return booked | kept | set(self.staff.values())

    def next(self, word: str) -> str:
        self.count += 1
        return f"{word}{self.count}"

    def fresh(self) -> None:
        """Let the desk look anew, as every visitor's page does after some seconds."""
        self.desk.catalogue.times_changed([(NINE, NINE)])

    # Visitors

    @rule(place=PLACES)
    def book(self, place: Place) -> None:
        self.book_for(place, None)

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def book_what_is_held(self, data: Any) -> None:
        held = data.draw(st.sampled_from(self.holds))
        self.book_for(held.place, held)

    def book_for(self, place: Place, held: Held | None) -> None:
        key = self.next("key")
        token = None if held is None else self.desk.hold_links.issue(held.id, 1)
        wanted = request_for(HAIRCUT, employee=place[0], start=time_of(place[1]), who=key)
        wanted = replace(wanted, hold=token)
        own = next((one.id for one in self.held() if one is held), "")
        expected = place not in self.taken(besides=own)
        self.fresh()
        try:
            made = book(self.desk, wanted, key)
        except NotOpen:
            assert not expected
            return
        assert expected
        assert made.state == State.CONFIRMED
        self.bookings[made.id] = place
        self.holds = [one for one in self.holds if one.id != own]

    @rule(place=PLACES, visitor=st.sampled_from(("mia", "leo")))
    def hold(self, place: Place, visitor: str) -> None:
        wanted = request_for(HAIRCUT, employee=place[0], start=time_of(place[1]))
        has = sum(one.visitor == visitor for one in self.held())
        expected = place not in self.taken() and has < holds.HOLDS_OF_ONE_VISITOR
        self.fresh()
        try:
            made = holds.hold(self.desk, wanted.items, None, visitor)
        except REFUSED:
            assert not expected
            return
        assert expected
        until = self.now() + holds.LASTS
        self.holds.append(Held(made.id, visitor, place, self.now(), until))

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def extend(self, data: Any) -> None:
        held = data.draw(st.sampled_from(self.holds))
        until = min(self.now() + holds.LASTS, held.created + holds.AT_MOST)
        expected = held in self.held() and until > self.now()
        token = self.desk.hold_links.issue(held.id, 1)
        try:
            holds.extend(self.desk, token)
        except HoldExpired:
            assert not expected
            return
        assert expected
        held.until = until

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def give_back(self, data: Any) -> None:
        held = data.draw(st.sampled_from(self.holds))
        holds.give_back(self.desk, self.desk.hold_links.issue(held.id, 1))
        self.holds.remove(held)

    @rule(minutes=st.integers(1, 7))
    def wait(self, minutes: int) -> None:
        """Holds that are not extended expire."""
        self.house.clock.advance(timedelta(minutes=minutes))

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), employee=st.none() | EMPLOYEES, number=NUMBERS)
    def reschedule(self, data: Any, employee: int | None, number: int) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings)))
        expected = self.target(booking, employee, number)
        self.fresh()
        token = self.desk.links.issue(booking, 1)
        try:
            made = reschedule(self.desk, token, time_of(number), employee)
        except NotOpen:
            assert expected is None
            return
        [claim] = made.current_claims
        assert (made.state, claim.employee, claim.start) == (
            State.CONFIRMED, expected and expected[0], time_of(number),
        )  # fmt: skip
        assert expected
        self.bookings[booking] = expected

    def target(self, booking: str, employee: int | None, number: int) -> Place | None:
        """Return where a move leads: to whom the visitor named, else who has it, else anyone."""
        own = self.bookings[booking][0]
        wanted = (own, ADA, BEN) if employee is None else (employee,)
        taken = self.taken(besides=booking)
        return next(((who, number) for who in wanted if (who, number) not in taken), None)

    @precondition(lambda self: self.bookings or self.gone)
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        booking = data.draw(st.sampled_from([*self.bookings, *self.gone]))
        made = cancel(self.desk, self.desk.links.issue(booking, 1))
        assert made.state == State.CANCELED
        self.bookings.pop(booking, None)
        self.gone[booking] = None

    # Staff

    @rule(place=PLACES)
    def staff_book(self, place: Place) -> None:
        """Staff see what stands, and no visitor's hold."""
        standing = {*self.bookings.values(), *self.staff.values()}
        if place in standing:
            return
        who = {"first_name": "Jo", "last_name": "R", "email": f"{self.next('jo')}@example.org"}
        customer = self.house.staff("POST", "/customers", who)["id"]
        visit = {"service": HAIRCUT, "employee": place[0], "customer": customer, "location": 1}
        made = self.house.staff("POST", "/bookings", visit | self.local(place[1]))
        self.staff[made["appointment"]] = place

    @precondition(lambda self: self.staff)
    @rule(data=st.data())
    def staff_cancel_their_own(self, data: Any) -> None:
        appointment = data.draw(st.sampled_from(list(self.staff)))
        self.house.staff("DELETE", f"/appointments/{appointment}")
        del self.staff[appointment]

    @precondition(lambda self: self.bookings)
    @rule(data=st.data())
    def staff_cancel_a_visitors(self, data: Any) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings)))
        self.house.staff("DELETE", f"/appointments/{self.appointment(booking)}")
        del self.bookings[booking]
        self.gone[booking] = None

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), number=NUMBERS)
    def staff_move(self, data: Any, number: int) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings)))
        place = (self.bookings[booking][0], number)
        if place in {*self.bookings.values(), *self.staff.values()}:
            return
        appointment = self.appointment(booking)
        self.house.staff("PATCH", f"/appointments/{appointment}", self.local(number))
        self.bookings[booking] = place

    def appointment(self, booking: str) -> Any:
        known = self.desk.ledger.booking(booking)
        assert known
        return known.current_claims[0].platform_appointment

    def local(self, number: int) -> dict[str, str]:
        minutes = 9 * 60 + 30 * number
        return {"date": "2026-12-01", "time": f"{minutes // 60:02}:{minutes % 60:02}"}

    # The network

    @rule(place=PLACES, calls=CALLS, carries_out=st.booleans())
    def book_in_an_outage(self, place: Place, calls: int, *, carries_out: bool) -> None:
        key = self.next("key")
        wanted = request_for(HAIRCUT, employee=place[0], start=time_of(place[1]), who=key)
        free = place not in self.taken()
        self.fresh()
        promised = None
        self.break_down(calls, carries_out=carries_out)
        with suppress(NotOpen, StillProcessing, PlatformError):
            promised = book(self.desk, wanted, key).id
        self.recover()
        record = self.desk.ledger.keys.find(key)
        known = self.desk.ledger.booking(record.booking_id or "") if record else None
        if known and known.state == State.CONFIRMED:
            assert free
            self.bookings[known.id] = place
        else:
            assert promised is None

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), place=PLACES, calls=CALLS, carries_out=st.booleans())
    def reschedule_in_an_outage(
        self, data: Any, place: Place, calls: int, *, carries_out: bool
    ) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings)))
        free = place not in self.taken(besides=booking)
        token = self.desk.links.issue(booking, 1)
        self.fresh()
        self.break_down(calls, carries_out=carries_out)
        with suppress(NotOpen, NotYetBooked, StillProcessing, PlatformError):
            reschedule(self.desk, token, time_of(place[1]), place[0])
        self.recover()
        [claim] = see(self.desk, token).current_claims
        half_hours = (claim.start - NINE) // timedelta(minutes=30)
        there = (claim.employee, half_hours)
        assert there == self.bookings[booking] or (free and there == place)
        self.bookings[booking] = there

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), calls=CALLS, carries_out=st.booleans())
    def cancel_in_an_outage(self, data: Any, calls: int, *, carries_out: bool) -> None:
        booking = data.draw(st.sampled_from(list(self.bookings)))
        token = self.desk.links.issue(booking, 1)
        self.break_down(calls, carries_out=carries_out)
        with suppress(PlatformError):
            cancel(self.desk, token)
        self.recover()
        if see(self.desk, token).state == State.CANCELED:
            del self.bookings[booking]
            self.gone[booking] = None

    def break_down(self, calls: int, *, carries_out: bool) -> None:
        script = self.house.script
        script.down_from, script.down_carries_out = len(script.calls) + calls, carries_out

    def recover(self) -> None:
        self.house.script.down_from = None
        for _ in range(2):
            self.house.clock.advance(self.desk.grace + self.desk.period)
            settle_all(self.desk)

    # What must hold after each step

    @invariant()
    def nothing_is_left_open(self) -> None:
        assert self.desk.ledger.unsettled() == []

    @invariant()
    def the_platform_has_what_the_model_has(self) -> None:
        standing = [(one["employee"], one["start"]) for one in self.house.standing()]
        expected = [*self.bookings.values(), *self.staff.values()]
        assert sorted((who, time_of(number)) for who, number in expected) == sorted(standing)

    @invariant()
    def visitors_are_offered_what_is_free(self) -> None:
        self.fresh()
        wanted = request_for(HAIRCUT, employee=None).search()
        held = self.desk.held_around(NINE)
        found = find_slots(self.desk.catalogue, wanted, self.desk.now(), held)
        offered = {
            (who, slot.start)
            for slot in found.slots
            if slot.start <= time_of(2)
            for who in slot.employees
        }
        places = {(who, number) for who in (ADA, BEN) for number in range(3)}
        free = {(who, time_of(number)) for who, number in places - self.taken()}
        assert offered == free

    @invariant()
    def visitors_see_their_bookings_as_they_are(self) -> None:
        for booking, (who, number) in self.bookings.items():
            seen = see(self.desk, self.desk.links.issue(booking, 1))
            [claim] = seen.current_claims
            assert (seen.state, claim.employee, claim.start) == (
                State.CONFIRMED, who, time_of(number),
            )  # fmt: skip


@pytest.mark.parametrize("runs", [20, pytest.param(500, marks=pytest.mark.long)])
def test_any_order_of_events_agrees_with_a_simple_model(furnished, runs):
    Visits.furnished = furnished
    how = settings(
        max_examples=runs, stateful_step_count=25, deadline=None, derandomize=runs < 100,
        suppress_health_check=list(HealthCheck), phases=PHASES,
    )  # fmt: skip
    run_state_machine_as_test(Visits, settings=how)
