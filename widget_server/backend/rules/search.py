"""Customers found by a piece of their names, address or phone number, whatever its case.

`search_key` holds all of it. Pieces of three letters and more are found in an index of all runs of
three letters (SQLite: the table `customers_search`; PostgreSQL: an index of that name, used for
LIKE); for shorter ones every key is looked at.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, column, select, table
from sqlalchemy.orm import Session

from widget_server.backend.models import Customer
from widget_server.database import is_sqlite

_SHORTEST = 3
_INDEX = table("customers_search", column("rowid", Integer), column("customers_search"))


# As long as an address may be; some letters grow when their case is folded.
_LONGEST_KEY = 320


def email_key(email: str) -> str:
    """Return an address as addresses are compared: case does not matter."""
    return email.casefold()[:_LONGEST_KEY]


def search_key(first_name: str, last_name: str, email: str, phone_number: str) -> str:
    """Return the text that searches look into; a phone number with and without its spaces."""
    digits = "".join(filter(str.isdigit, phone_number))
    return f"{first_name} {last_name} {email} {phone_number} {digits}".casefold()


def conditions(session: Session, pieces: Sequence[str], *, many: bool) -> list[ColumnElement[bool]]:
    """Return what holds for the customers whose keys hold all of these pieces of text.

    `many`: so many do that a page of them is found sooner by looking at one after the other.
    """
    texts = [piece.casefold() for piece in pieces]
    use_index = is_sqlite(session) and not many
    indexed = [text for text in texts if len(text) >= _SHORTEST] if use_index else []
    key = Customer.search_key
    wanted = [key.contains(text, autoescape=True) for text in texts if text not in indexed]
    if indexed:
        together = " AND ".join('"' + text.replace('"', '""') + '"' for text in indexed)
        found = select(_INDEX.c.rowid).where(_INDEX.c.customers_search.op("MATCH")(together))
        wanted.append(Customer.id.in_(found))
    return wanted
