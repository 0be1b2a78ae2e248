"""Signatures as Standard Webhooks has them: the receiver knows who sent it, and when."""

import base64
import hmac
import secrets
from datetime import datetime
from hashlib import sha256

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a secret to sign with, as receivers' libraries expect it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(secret: str, message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that vouch for a body sent under an id at this moment."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    content = b".".join((message_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(key, content, sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
