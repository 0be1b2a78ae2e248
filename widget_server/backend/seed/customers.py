"""The demo business's customers. Every address is at example.org and reaches nobody."""

from datetime import timedelta
from random import Random

from widget_server.backend.models import Customer
from widget_server.backend.rules.catalogue import set_keys
from widget_server.backend.schemas.people import CustomerSchema
from widget_server.backend.seed.names import FIRST, LAST
from widget_server.backend.work import Work

HOW_MANY = 80


def add_customers(work: Work, dice: Random) -> None:
    """Write the customers; all of them were there before the first appointment."""
    for number in range(HOW_MANY):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        message = {
            "first_name": first,
            "last_name": last,
            "email": f"{first}.{last}.{number + 1}@example.org".lower(),
            "phone": f"+49 30 555 0{dice.randrange(1000, 9999)}",
        }
        met = work.now - timedelta(days=120, minutes=-1000 * number)
        row = Customer(**CustomerSchema().load(message), created_at=met, updated_at=met)
        set_keys(row)
        work.session.add(row)
    work.session.flush()
