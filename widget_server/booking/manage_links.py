"""Manage links: who holds one may see, move and cancel that one booking.

A token is the booking's id, its version and a MAC, in base64url: 30 bytes in 40 characters, no
padding and no spare bits, so that there is one spelling and any altered character fails. Nothing of
it is stored; raising the booking's version revokes every link to it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from widget_server.booking.errors import ManageLinkInvalid
from widget_server.site import Site

ID_BYTES, VERSION_BYTES, MAC_BYTES = 12, 2, 16
TOKEN_LENGTH = (ID_BYTES + VERSION_BYTES + MAC_BYTES) * 4 // 3
MANAGE, HOLD, DECIDE = "manage", "hold", "decide"


@dataclass(frozen=True, slots=True)
class ManageClaim:
    """What a genuine token says: which booking, in which version of its link."""

    booking_id: str
    version: int


class ManageLinks:
    """Issues and verifies manage tokens; the first key signs, all of them verify."""

    def __init__(self, keys: Sequence[str], site: Site, purpose: str = MANAGE) -> None:
        self._keys = tuple(keys)
        self._site = site
        self._purpose = purpose

    def __repr__(self) -> str:
        """Tell nothing of the keys."""
        return f"ManageLinks({self._site.id!r})"

    def issue(self, booking_id: str, version: int) -> str:
        """Return the token of a booking."""
        message = _id_bytes(booking_id) + version.to_bytes(VERSION_BYTES, "big")
        return _encode(message + self._mac(self._keys[0], message))

    def verify(self, token: str) -> ManageClaim:
        """Return what the token says; raise ManageLinkInvalid for any token but a genuine one."""
        raw = _decode(token)
        message, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if not any(hmac.compare_digest(mac, self._mac(key, message)) for key in self._keys):
            raise ManageLinkInvalid
        version = int.from_bytes(message[ID_BYTES:], "big")
        return ManageClaim("b_" + _encode(message[:ID_BYTES]), version)

    def pseudonyms(self, name: str) -> tuple[str, ...]:
        """Return the opaque names that only this installation could have made of `name`.

        The first is the present one; the others were made while earlier keys signed.
        """
        return tuple(_encode(self._mac(key, b"pseudonym\0" + name.encode())) for key in self._keys)

    def _mac(self, key: str, message: bytes) -> bytes:
        context = f"{self._purpose}\0{self._site.id}\0".encode()
        return hmac.new(key.encode(), context + message, hashlib.sha256).digest()[:MAC_BYTES]


def new_booking_id() -> str:
    """Return an id that nobody can guess."""
    return "b_" + _encode(secrets.token_bytes(ID_BYTES))


def _id_bytes(booking_id: str) -> bytes:
    return base64.urlsafe_b64decode(booking_id.removeprefix("b_"))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _decode(token: str) -> bytes:
    if len(token) != TOKEN_LENGTH or not token.isascii() or set(token) & set("+/="):
        raise ManageLinkInvalid
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        raise ManageLinkInvalid from None
