"""What the worker does with a mail: ask whom it goes to, write it, hand it over."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from widget_server.bookablesites.contacts import Contact
from widget_server.bookablesites.errors import PlatformError, Rejected
from widget_server.booking.calendar_file import calendar_file
from widget_server.booking.catch_up import catch_up
from widget_server.booking.desk import Desk
from widget_server.booking.ledger.models import Booking, Mail
from widget_server.booking.ledger.states import STANDING, State
from widget_server.booking.messages.caps import Caps
from widget_server.booking.messages.composing import (
    Composer,
    NoAddress,
    address_of,
    attach_calendar,
)
from widget_server.booking.messages.letters import Letter, Links, letter_for
from widget_server.booking.messages.occasions import (
    Kind,
    Occasion,
    Role,
    occasion_from_json,
)
from widget_server.booking.messages.telling import LOOK
from widget_server.booking.messages.words import Words, locale_of
from widget_server.catalogue.offer import Offer
from widget_server.clock import Clock
from widget_server.database import Database
from widget_server.outbox import Message, Outbox, Patience, Undeliverable, Undelivered

log = logging.getLogger(__name__)
# Longer than a slow mail server takes for all steps; what a killed worker held waits as long.
PATIENCE = Patience(lease=timedelta(seconds=90))
# Hands a mail over and says in a few words how; raises Undelivered.
Send = Callable[[EmailMessage], str]


def mails(database: Database, clock: Clock) -> Outbox[Mail]:
    """Return the outbox of the mails."""
    return Outbox(database, Mail, clock, PATIENCE, keeps_payload=False)


@dataclass(frozen=True, slots=True)
class Postman:
    """Delivers the mails of one business. `owner` is the business's own address, if it has one."""

    desk: Desk
    caps: Caps
    composer: Composer
    send: Send
    public_url: str
    owner: str | None

    def __call__(self, message: Message) -> str:
        """Deliver one mail; raise Undelivered or Undeliverable."""
        try:
            if message.topic == LOOK:
                return self._look(message.payload["id"])
            return self._deliver(occasion_from_json(message.payload), message)
        except PlatformError:
            raise Undelivered("The booking system does not answer.") from None
        except Rejected:
            raise Undeliverable("The booking system knows nobody to write to.") from None
        except NoAddress:
            raise Undeliverable("There is no address on file.") from None

    def _look(self, booking_id: str) -> str:
        booking = self._booking(booking_id)
        catch_up(self.desk, booking, self.desk.now())
        return "Looked at."

    def _deliver(self, occasion: Occasion, message: Message) -> str:
        self._refuse_stale(occasion)
        to = self._address(occasion)
        mail = self._write(occasion, to, message)
        if occasion.role == Role.VISITOR and not self.caps.admit(message.row, to, self.desk.now()):
            log.warning("mail dropped, its address has had enough: %s", message.id)
            raise Undeliverable("Dropped: this address has had enough mails.")
        return self.send(mail)

    def _refuse_stale(self, occasion: Occasion) -> None:
        """Raise Undeliverable for what is no use any more."""
        now = self.desk.now()
        if occasion.end <= now:
            raise Undeliverable("The visit is over.")
        if occasion.kind != Kind.REMINDER:
            return
        self._look(occasion.booking.id)
        booking = self._booking(occasion.booking.id)
        first = booking.details["items"][0]
        as_it_says = first["start"] == occasion.items[0]["start"] and booking.status == "approved"
        if State(booking.state) not in STANDING or not as_it_says or occasion.start <= now:
            raise Undeliverable("The visit is not as the reminder says.")

    def _address(self, occasion: Occasion) -> str:
        if occasion.role == Role.OWNER:
            return address_of(self.owner or "")
        if occasion.role == Role.VISITOR:
            return address_of(self._visitor(occasion).email)
        address = address_of(self.desk.client.employee(occasion.employee or 0).email)
        if self.owner and address.casefold() == address_of(self.owner).casefold():
            raise Undeliverable("The owner hears of it already.")
        return address

    def _write(self, occasion: Occasion, to: str, message: Message) -> EmailMessage:
        offer = self.desk.catalogue.offer().value
        links = self._links(occasion)
        letter = self._letter(occasion, offer, links)
        name = offer.settings["name"]
        date = message.created_at if occasion.kind != Kind.REMINDER else self.desk.now()
        mail = self.composer.compose(letter, to, id_=message.id, date=date, business=name)
        attach_calendar(mail, calendar_file(self._entries(occasion), offer))
        return mail

    def _letter(self, occasion: Occasion, offer: Offer, links: Links) -> Letter:
        to_visitor = occasion.role == Role.VISITOR
        details, settings = occasion.booking.details, offer.settings
        language = details["locale"] if to_visitor else next(iter(settings["languages"]), "en")
        zone = details["timezone"] if to_visitor else settings["timezone"]
        words = Words(locale_of(language), ZoneInfo(zone))
        visitor = None if to_visitor else self._visitor(occasion)
        return letter_for(occasion, words, settings["name"], links, visitor)

    def _links(self, occasion: Occasion) -> Links:
        desk, booking = self.desk, self._booking(occasion.booking.id)
        book, manage, decide = f"{self.public_url}/book", None, None
        if occasion.role == Role.VISITOR and occasion.booking.state == State.CONFIRMED:
            manage = self._manage_link(booking)
        if occasion.role != Role.VISITOR and occasion.booking.status == "pending":
            # An account that cannot give a booking a status leaves that to its own dashboard.
            token = desk.decide_links.issue(booking.id, booking.token_version)
            decide = f"{self.public_url}/decide/{token}" if desk.client.contract.extended else None
        return Links(book, manage, decide)

    def _entries(self, occasion: Occasion) -> list[tuple[Booking, str | None]]:
        """Return what goes into the calendar file; only visitors get the links to their own."""
        linked = occasion.role == Role.VISITOR and occasion.booking.state == State.CONFIRMED
        return [
            (one, self._manage_link(self._booking(one.id)) if linked else None)
            for one in occasion.bookings
        ]

    def _manage_link(self, booking: Booking) -> str:
        token = self.desk.links.issue(booking.id, booking.token_version)
        return f"{self.public_url}/manage/{token}"

    def _visitor(self, occasion: Occasion) -> Contact:
        return self.desk.client.customer(self._booking(occasion.booking.id).customer or 0)

    def _booking(self, booking_id: str) -> Booking:
        booking = self.desk.ledger.booking(booking_id)
        if booking is None:
            raise Undeliverable("There is no such booking.")
        return booking
