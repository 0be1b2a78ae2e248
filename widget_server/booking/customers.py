"""Who a visitor is to the platform: found by e-mail address, else entered there, once.

Where the platform cannot be asked by e-mail address, the ledger remembers whom it has entered.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from widget_server.bookablesites.errors import Gone, OutcomeUnknown, PlatformError, Rejected
from widget_server.booking.desk import Desk
from widget_server.booking.requests import Customer

# Longer than entering a customer takes; who is killed meanwhile keeps the others waiting so long.
TAKES_AT_MOST = timedelta(seconds=15)
LOOK_EVERY_SECONDS = 0.05


def customer_of(desk: Desk, customer: Customer) -> int:
    """Find the customer by e-mail or create one; what is on file already is left as it is.

    Of several bookings of a new visitor at once one creates it, and the others find it: what is
    limited by customer is limited for all of them together. Raises PlatformError.
    """
    known = _known(desk, customer.email)
    if known is not None:
        return known
    with _alone_with(desk, customer.email):
        known = _known(desk, customer.email)
        return known or _create(desk, customer)


def _known(desk: Desk, email: str) -> int | None:
    if desk.client.contract.email_param is not None:
        return desk.client.customer_by_email(email)
    remembered = desk.ledger.customers.find(_names(desk, email))
    try:
        contact = desk.client.customer(remembered) if remembered else None
    except Gone:
        return None
    # Staff may have given the record another address since.
    is_theirs = contact and contact.email.casefold() == email.casefold()
    return remembered if is_theirs else None


def _names(desk: Desk, email: str) -> tuple[str, ...]:
    return desk.links.pseudonyms(email.casefold())


@contextmanager
def _alone_with(desk: Desk, email: str) -> Iterator[None]:
    """Wait until nobody else enters this customer, as long as patience lasts."""
    name = f"customer:{_names(desk, email)[0]}"
    holder, waited = secrets.token_hex(8), timedelta()
    while not desk.ledger.leases.take(name, holder, desk.now(), desk.now() + TAKES_AT_MOST):
        if waited >= desk.patience:
            break
        time.sleep(LOOK_EVERY_SECONDS)
        waited += timedelta(seconds=LOOK_EVERY_SECONDS)
    try:
        yield
    finally:
        desk.ledger.leases.give_back(name, holder)


def _create(desk: Desk, customer: Customer) -> int:
    fields = {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "phone": customer.phone,
    }
    try:
        created = desk.client.create_customer(fields)
    except Rejected as refusal:
        created = _refused_for_being_there(desk, customer.email, refusal)
    except OutcomeUnknown as error:
        # A customer too many on file harms nobody; a booking was not sent.
        raise PlatformError(error.detail) from None
    if desk.client.contract.email_param is None:
        desk.ledger.customers.remember(_names(desk, customer.email)[0], created)
    return created


def _refused_for_being_there(desk: Desk, email: str, refusal: Rejected) -> int:
    """Return the customer who has this address already; raise the refusal when nobody has."""
    if refusal.status not in desk.client.contract.conflict_statuses:
        raise refusal
    known = desk.client.customer_by_email(email, everywhere=True)
    if known is None:
        raise refusal
    return known
