"""How people are reached: read when somebody is to be written to, never cached."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and addresses; empty texts where nothing is on file."""

    name: str
    email: str
    phone: str

    def __repr__(self) -> str:
        """Tell nothing of anybody."""
        return "Contact()"


def contact(record: dict[str, Any]) -> Contact:
    """Return what a customer's or an employee's record tells."""
    name = f"{record['first_name'] or ''} {record['last_name'] or ''}".strip()
    phone = record["phone_number"] or record["phone"] or ""
    return Contact(name, record["email"] or "", phone)
