"""A receiver of the booking system's events, which believes none that is not signed.

    WEBHOOK_SECRET=whsec_… flask --app examples/receive_webhooks.py run --port 9000

The secret is in the answer to `POST /api/v2/webhooks`, this once. The signature is that of Standard
Webhooks, for which there are libraries too; this is all of it.
"""

import base64
import hmac
import os
import time
from hashlib import sha256

from flask import Flask, abort, request

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
# Older than this, an event may be one that somebody has listened in on and sends again.
MOST_SECONDS = 300

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
# An event may come more than once. In earnest this is a table, written with what the event changes.
seen = set()


def is_genuine(id_, timestamp, signatures, body):
    """Tell whether these bytes were signed with our secret, a short while ago."""
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > MOST_SECONDS:
        return False
    content = b".".join((id_.encode(), timestamp.encode(), body))
    expected = b"v1," + base64.b64encode(hmac.digest(KEY, content, sha256))
    # There may be several, with spaces; what is compared takes as long whatever is wrong.
    return any(hmac.compare_digest(expected, one.encode()) for one in signatures.split())


@app.post("/events")
def receive():
    """Answer quickly: who takes longer than some seconds is sent the event again."""
    id_, timestamp, signatures = (
        request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    # The bytes as they came: the same JSON, written anew, has another signature.
    if not is_genuine(id_, timestamp, signatures, request.get_data()):
        abort(401)
    if id_ not in seen:
        seen.add(id_)
        handle(request.get_json())
    return "", 204


def handle(event):
    """Do what there is to do, or better: note it down, and do it after the answer."""
    about = event["data"].get("appointmentId", "")
    print(event["timestamp"], event["type"], about, flush=True)
