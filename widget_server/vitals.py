"""What is looked at to tell how the server is: checks for `/readyz`, lengths for `/metrics`."""

import logging
import tempfile
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from widget_server.booking.desk import Desk
from widget_server.booking.ledger.states import UNSETTLED
from widget_server.errors import DomainError
from widget_server.observability import families
from widget_server.observability.looks import Look
from widget_server.observability.tally import Key
from widget_server.outbox import Outbox
from widget_server.web.api.readiness import Check, Finding
from widget_server.web.parts import Lengths
from widget_server.web.widget_script.files import WidgetFiles

# How long what was looked up for the metrics is told again: nobody can make it a load.
LENGTHS_EVERY_SECONDS = 5.0
LATER_TABLES = "The tables are of a later version of this program; that may be under way elsewhere."
log = logging.getLogger(__name__)


def checks(
    desk: Desk,
    widget: WidgetFiles,
    data_dir: Path,
    tables: Mapping[str, Callable[[], bool]],
    redis_is_away: Callable[[], bool] | None,
) -> dict[str, Check]:
    """Return what is looked at; `tables` tell by name whether they are of this version."""
    found: dict[str, Check] = {
        "booking_system": partial(_booking_system, desk),
        "widget": partial(_widget, widget),
        "data_dir": partial(_data_dir, data_dir),
        **{name: partial(_tables, are_current) for name, are_current in tables.items()},
    }
    return found | ({"redis": partial(_redis, redis_is_away)} if redis_is_away else {})


def lengths(desk: Desk, outboxes: Iterable[Outbox[Any]]) -> Look[Lengths]:
    """Return what looks how much waits in the outboxes and in the ledger."""
    looks = (partial(_ledger, desk), *(partial(_outbox, outbox) for outbox in outboxes))
    return Look(partial(_lengths, looks), LENGTHS_EVERY_SECONDS)


def _lengths(looks: Iterable[Callable[[], Lengths]]) -> Lengths:
    """Return what can be read."""
    found: dict[Key, float] = {}
    for look in looks:
        try:
            found |= look()
        except Exception:
            log.exception("Some of the metrics cannot be looked up.")
    return found


def _booking_system(desk: Desk) -> Finding:
    # From what is kept, as visitors are answered: the platform is asked no more often for this.
    offer, state = desk.catalogue.offer(), desk.client.state
    age = max(0.0, (desk.now() - offer.loaded_at).total_seconds())
    warning = None
    if state != "closed":
        warning = "It has failed several times and is left alone for a while."
    elif offer.stale:
        warning = f"What is told of the business is {age:.0f} seconds old."
    return Finding(warning, {"breaker": state, "offer_age_seconds": round(age)})


def _widget(widget: WidgetFiles) -> None:
    if widget.loader is None:
        raise DomainError("The widget has not been built; run make.")


def _data_dir(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"1")
    except OSError as error:
        raise DomainError(f"Nothing can be written to DATA_DIR: {error.strerror}.") from None


def _tables(are_current: Callable[[], bool]) -> Finding:
    return Finding(None if are_current() else LATER_TABLES)


def _redis(is_away: Callable[[], bool]) -> Finding:
    warning = "Redis does not answer; this machine goes on with what it keeps itself."
    return Finding(warning if is_away() else None)


def _ledger(desk: Desk) -> dict[Key, float]:
    restless = desk.ledger.restless()
    now = desk.now()
    ages = [(now - since).total_seconds() for _, since in restless.values()]
    states = {state.value: 0 for state in UNSETTLED}
    states |= {state: number for state, (number, _) in restless.items()}
    found = {families.LEDGER.key(state): float(number) for state, number in states.items()}
    return found | {families.LEDGER_AGE.key(): max([0.0, *ages])}


def _outbox(outbox: Outbox[Any]) -> dict[Key, float]:
    queue, found = outbox.table.__tablename__, outbox.lengths()
    return {
        families.OUTBOX.key(queue, "due"): found.due,
        families.OUTBOX.key(queue, "later"): found.later,
        families.OUTBOX.key(queue, "dead"): found.dead,
        families.OUTBOX_AGE.key(queue): found.oldest_due_seconds,
    }
