"""What must hold when a storm has passed and everything has come to rest, each by its name.

The names are those of the reliability notes: I1 to I10. Each is a function of what can be seen from
outside (the platform, the answers) and of the ledger; it returns what is wrong.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.booking.conftest import ADA, BEN, COLOUR, HAIRCUT, NINE, YOGA, request_for
from widget_server.booking.desk import Desk
from widget_server.booking.errors import NotOpen, StillProcessing
from widget_server.booking.ledger.models import Booking
from widget_server.booking.ledger.states import State
from widget_server.booking.once import book
from widget_server.catalogue.find_slots import find_slots

HALF_HOUR = timedelta(minutes=30)
BUFFER_AFTER = {COLOUR: timedelta(minutes=15)}
PLACES = 3
ROUNDS_TO_REST = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """A booking that stands on the platform."""

    id: int
    customer: int
    ours: bool
    service: int
    employee: int
    start: datetime
    end: datetime
    persons: int

    @property
    def until(self) -> datetime:
        """Until when it keeps its employee, buffer included."""
        return self.end + BUFFER_AFTER.get(self.service, timedelta())

    @property
    def visit(self) -> tuple[int, int, datetime]:
        """What the bookings of one group have in common."""
        return self.service, self.employee, self.start


@dataclass
class World:
    """All that can be known after the storm."""

    seen_on_the_way: list[Any]
    standing: list[Seen]
    canceled_by_staff: set[int]
    rows: list[Booking]
    sent: Counter[int]
    posts: Counter[int]
    told: list[list[str]]
    desk: Desk
    rounds_to_rest: int

    @property
    def ours(self) -> list[Seen]:
        return [one for one in self.standing if one.ours]

    @property
    def confirmed(self) -> dict[int, Booking]:
        """The ledger's bookings that stand, by what the platform calls them."""
        return {
            claim.platform_booking or 0: row
            for row in self.rows
            if row.state == State.CONFIRMED
            for claim in row.current_claims
        }

    def answers(self, kind: str) -> list[tuple[str, list[str]]]:
        """Return (key, words) of what was answered to requests with the key's own body."""
        return [(w[0], w[3:]) for w in self.told if w[1:3] == ["same", kind]]


def overlaps(bookings: list[Seen]) -> list[Any]:
    """Return pairs of one employee's visits that overlap; those of a group are one visit."""
    visits = {one.visit: one for one in bookings}
    # One-to-one visits at the very same time would hide behind each other.
    alone = [one for one in bookings if one.service != YOGA]
    doubles = [key for key, count in Counter(one.visit for one in alone).items() if count > 1]
    ordered = sorted(visits.values(), key=lambda one: (one.employee, one.start))
    return doubles + [
        (one, two)
        for one, two in pairwise(ordered)
        if one.employee == two.employee and two.start < one.until
    ]


def no_two_of_ours_overlap(world: World) -> list[Any]:
    return world.seen_on_the_way + overlaps(world.ours)


def what_is_confirmed_stands_once(world: World) -> list[Any]:
    standing = {one.id for one in world.ours}
    missing = world.confirmed.keys() - standing - world.canceled_by_staff
    per_customer = Counter(one.customer for one in world.ours)
    promised = Counter(row.customer or 0 for id_, row in world.confirmed.items() if id_ in standing)
    return [*missing, *(per_customer - promised)]


def what_stands_is_confirmed(world: World) -> list[Any]:
    return [one for one in world.ours if one.id not in world.confirmed]


def a_key_is_one_booking_and_one_answer(world: World) -> list[Any]:
    booked = defaultdict(set)
    for key, words in world.answers("booked"):
        booked[key].add(words[0])
    taken = {key for key, _ in world.answers("taken")}
    several = [key for key, ids in booked.items() if len(ids) > 1]
    # Whichever body came first under a key, the other one gets nothing but a refusal.
    other = {w[0] for w in world.told if w[1:3] == ["other", "booked"]}
    return [*several, *(taken & booked.keys()), *(other & booked.keys())]


def nothing_stays_open(world: World) -> list[Any]:
    late = [world.rounds_to_rest] if world.rounds_to_rest > ROUNDS_TO_REST else []
    return [*world.desk.ledger.unsettled(), *late]


def what_is_free_is_offered_and_can_be_had(world: World) -> list[Any]:
    wanted = request_for(HAIRCUT, employee=None).search()
    world.desk.catalogue.times_changed([(NINE, NINE + timedelta(hours=8))])
    held = world.desk.held_around(NINE)
    found = find_slots(world.desk.catalogue, wanted, world.desk.now(), held)
    listed = {(slot.start, employee) for slot in found.slots for employee in slot.employees}
    free = {
        (NINE + number * HALF_HOUR, employee)
        for number in range(16)
        for employee in (ADA, BEN)
        if _is_free(world.standing, employee, NINE + number * HALF_HOUR)
    }
    return [*(listed ^ free), *(one for one in sorted(free) if not _can_be_had(world, *one))]


def _is_free(standing: list[Seen], employee: int, start: datetime) -> bool:
    return not any(
        one.employee == employee and one.start < start + HALF_HOUR and one.until > start
        for one in standing
    )


def _can_be_had(world: World, start: datetime, employee: int) -> bool:
    wanted = request_for(HAIRCUT, employee=employee, start=start, who=f"after {employee}")
    email = f"after{employee}-{start:%H%M}@example.org"
    wanted = replace(wanted, customer=replace(wanted.customer, email=email))
    try:
        book(world.desk, wanted, email)
    except StillProcessing:
        return True  # the storm is over, the platform is what it was
    except NotOpen:
        return False
    return True


def nothing_is_sent_twice(world: World) -> list[Any]:
    return [customer for customer, count in world.posts.items() if count > world.sent[customer]]


def what_was_promised_holds(world: World) -> list[Any]:
    rows = {row.id: row for row in world.rows}
    broken = []
    for _key, words in world.answers("booked"):
        row = rows[words[0]]
        ids = {claim.platform_booking for claim in row.current_claims}
        canceled = row.state == State.CANCELED and ids <= world.canceled_by_staff
        if row.state != State.CONFIRMED and not canceled:
            broken.append((row.id, row.state))
    return broken


def no_group_is_too_large(world: World) -> list[Any]:
    places: Counter[Any] = Counter()
    for one in world.ours:
        places[one.visit] += one.persons if one.service == YOGA else 0
    return [visit for visit, persons in places.items() if not 0 <= persons <= PLACES]


def what_is_booked_is_offered_no_more(world: World) -> list[Any]:
    return [words for _key, words in world.answers("booked") if words[1:]]


def nothing_unforeseen_happened(world: World) -> list[Any]:
    return [words for words in world.told if "BROKEN" in words]


INVARIANTS = {
    "I1": no_two_of_ours_overlap,
    "I2": what_is_confirmed_stands_once,
    "I3": what_stands_is_confirmed,
    "I4": a_key_is_one_booking_and_one_answer,
    "I5": nothing_stays_open,
    "I7": nothing_is_sent_twice,
    "I8": what_was_promised_holds,
    "I9": no_group_is_too_large,
    "I10": what_is_booked_is_offered_no_more,
    "no surprises": nothing_unforeseen_happened,
    # Last, for it books what is left.
    "I6": what_is_free_is_offered_and_can_be_had,
}


def violations(world: World) -> dict[str, list[Any]]:
    """Return what is wrong, by the name of the invariant."""
    found = {name: holds(world) for name, holds in INVARIANTS.items()}
    return {name: wrong for name, wrong in found.items() if wrong}
