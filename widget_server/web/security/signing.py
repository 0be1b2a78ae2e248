"""Signatures of what the server hands out, keeps nowhere, and is sent back."""

import hashlib
import hmac
from collections.abc import Sequence

from widget_server.site import Site


class Signer:
    """Signs words for one purpose and one site; the first key signs, all of them verify."""

    def __init__(self, keys: Sequence[str], site: Site, purpose: str) -> None:
        self._keys = tuple(keys)
        self._context = (purpose, site.id)

    def __repr__(self) -> str:
        """Tell nothing of the keys."""
        return f"Signer{self._context!r}"

    def sign(self, *words: str) -> str:
        """Return the signature of words."""
        return self._sign(self._keys[0], words)

    def has_signed(self, signature: str, *words: str) -> bool:
        """Tell whether one of the keys has made this signature of these words."""
        ours = (self._sign(key, words) for key in self._keys)
        return any(hmac.compare_digest(signature, one) for one in ours)

    def _sign(self, key: str, words: Sequence[str]) -> str:
        message = "\0".join((*self._context, *words))
        return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()
