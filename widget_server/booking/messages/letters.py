"""What a mail says, before it is a mail: the same for its text and its HTML.

A visitor's mail repeats nothing that the visitor typed: whoever books with somebody else's address
cannot make us deliver a message to them. The team's mails say who comes, and how to reach them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from babel import Locale

from widget_server.bookablesites.contacts import Contact
from widget_server.booking.messages.occasions import Kind, Occasion, Role
from widget_server.booking.messages.words import Words

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Where a mail leads; None where there is nothing to do."""

    book: str
    manage: str | None = None
    decide: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's contents. `facts` are those of each part of the visit, `people` who comes."""

    language: str
    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    facts: tuple[Pairs, ...]
    people: Pairs
    prices: Pairs
    actions: Pairs
    footer: str

    @property
    def direction(self) -> str:
        """Return how its language is written: `ltr` or `rtl`."""
        return Locale(self.language).text_direction


Say = Callable[[Words], tuple[str, str, str]]

# For each kind: the subject, the heading, and a sentence.
TO_VISITOR: dict[Kind, Say] = {
    Kind.CONFIRMED: lambda words: (
        words.say("Booking confirmed"),
        words.say("Your booking is confirmed"),
        words.say("We look forward to your visit."),
    ),
    Kind.PENDING: lambda words: (
        words.say("Booking received"),
        words.say("We have received your booking"),
        words.say("The time is kept for you. You will get another mail once it is confirmed."),
    ),
    Kind.REJECTED: lambda words: (
        words.say("Booking declined"),
        words.say("Your booking could not be confirmed"),
        words.say("We are sorry: we cannot take this booking. Perhaps another time suits."),
    ),
    Kind.CHANGED: lambda words: (
        words.say("Booking changed"),
        words.say("Your booking has changed"),
        words.say("This is how it stands now."),
    ),
    Kind.CANCELED: lambda words: (
        words.say("Booking canceled"),
        words.say("Your booking is canceled"),
        words.say("The time is free for others again."),
    ),
    Kind.REMINDER: lambda words: (
        words.say("Reminder of your booking"),
        words.say("Your visit is coming up"),
        words.say("We look forward to your visit."),
    ),
}
TO_VISITOR[Kind.APPROVED] = TO_VISITOR[Kind.CONFIRMED]
TO_TEAM: dict[Kind, Say] = {
    Kind.CONFIRMED: lambda words: (
        words.say("New booking"),
        words.say("New booking"),
        words.say("Somebody has booked online."),
    ),
    Kind.PENDING: lambda words: (
        words.say("Booking to confirm"),
        words.say("A booking waits for your answer"),
        words.say("The time is kept until it is confirmed or declined."),
    ),
    Kind.CHANGED: lambda words: (
        words.say("Booking changed"),
        words.say("A booking has changed"),
        words.say("This is how it stands now."),
    ),
    Kind.CANCELED: lambda words: (
        words.say("Booking canceled"),
        words.say("A booking is canceled"),
        words.say("The time is free for others again."),
    ),
}


def letter_for(
    occasion: Occasion, words: Words, business: str, links: Links, visitor: Contact | None
) -> Letter:
    """Return what the receiver is told; `visitor` is who comes, for the team alone."""
    to_visitor = occasion.role == Role.VISITOR
    subject, heading, sentence = (TO_VISITOR if to_visitor else TO_TEAM)[occasion.kind](words)
    return Letter(
        language=words.language,
        subject=_subject(occasion, words, subject, business),
        heading=heading,
        paragraphs=(sentence, *_more(occasion, words)),
        facts=tuple(_blocks(words, occasion)),
        people=_people(words, visitor),
        prices=tuple(_prices(words, occasion)),
        actions=tuple(_actions(occasion, words, links)),
        footer=_footer(occasion, words, business),
    )


def _subject(occasion: Occasion, words: Words, subject: str, business: str) -> str:
    """Return the subject: for the team with what and when, for nobody with who."""
    if occasion.role == Role.VISITOR:
        return f"{subject} · {business}"
    services = ", ".join(item["service"]["name"] for item in occasion.booking.details["items"])
    return f"{subject}: {services}, {words.briefly(occasion.start)}"


def _more(occasion: Occasion, words: Words) -> Iterator[str]:
    if occasion.before:
        first = occasion.before[0]
        start = datetime.fromisoformat(first["start"])
        yield words.say(
            "Before: {when}, with {employee}.",
            when=words.when(start), employee=first["employee"]["name"],
        )  # fmt: skip
    if occasion.kind == Kind.CHANGED and occasion.booking.status == "pending":
        yield words.say("It still has to be confirmed.")


def _facts(words: Words, item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    persons = f" · {words.persons(item['persons'])}" if item["persons"] > 1 else ""
    yield words.say("Service"), item["service"]["name"] + persons
    for extra in item["extras"]:
        times = f" \N{MULTIPLICATION SIGN} {extra['quantity']}" if extra["quantity"] > 1 else ""
        yield words.say("Extra"), extra["name"] + times
    yield words.say("With"), item["employee"]["name"]
    if item["location"]:
        place = (item["location"]["name"], item["location"]["address"])
        yield words.say("Where"), ", ".join(filter(None, place))
    start, end = (datetime.fromisoformat(item[edge]) for edge in ("start", "end"))
    yield words.say("When"), words.when(start, end)


def _people(words: Words, visitor: Contact | None) -> Pairs:
    if visitor is None:
        return ()
    facts = (
        (words.say("Name"), visitor.name),
        (words.say("E-mail"), visitor.email),
        (words.say("Phone"), visitor.phone),
    )
    return tuple((label, value) for label, value in facts if value)


def _blocks(words: Words, occasion: Occasion) -> Iterator[Pairs]:
    """Yield the facts of each part; what a series says again is said once, with all its dates."""
    known: Pairs = ()
    block: Pairs = ()
    for item in occasion.items:
        *facts, when = _facts(words, item)
        if occasion.others and tuple(facts) == known:
            block = (*block, when)
            continue
        if block:
            yield block
        known, block = tuple(facts), (*facts, when)
    yield block


def _prices(words: Words, occasion: Occasion) -> Iterator[tuple[str, str]]:
    details = [booking.details for booking in occasion.bookings]
    currency = details[0]["currency"]
    lines = [(item["service"]["name"], Decimal(item["price"])) for item in occasion.items]
    alike = Counter(lines).items() if occasion.others else [(line, 1) for line in lines]
    for (name, price), count in alike:
        times = f" \N{MULTIPLICATION SIGN} {count}" if count > 1 else ""
        yield name + times, words.money(str(price * count), currency)
    discount, total = (
        sum((Decimal(one[what]) for one in details), Decimal(0)) for what in ("discount", "total")
    )
    if discount:
        yield words.say("Discount"), words.money(f"-{discount}", currency)
    if len(lines) > 1 or discount:
        yield words.say("Total"), words.money(str(total), currency)


def _actions(occasion: Occasion, words: Words, links: Links) -> Iterator[tuple[str, str]]:
    if links.decide:
        yield words.say("Confirm or decline"), links.decide
    if links.manage:
        yield words.say("See, move or cancel your booking"), links.manage
    elif occasion.role == Role.VISITOR:
        yield words.say("Book another visit"), links.book


def _footer(occasion: Occasion, words: Words, business: str) -> str:
    if occasion.role == Role.VISITOR:
        return words.say(
            "You get this mail because somebody booked at {business} with your address.",
            business=business,
        )
    return words.say("Sent by the booking system of {business}.", business=business)
