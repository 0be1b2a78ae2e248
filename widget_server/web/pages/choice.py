"""What a visitor has chosen so far on the booking page; it lives in the address, nothing else does.

Nothing personal is among it, so that addresses may be kept, shared and logged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from marshmallow import ValidationError, fields, post_load, validate
from werkzeug.datastructures import MultiDict

from widget_server.catalogue.find_slots import SlotSearch
from widget_server.catalogue.offer import Offer
from widget_server.errors import InvalidInput, NotFound
from widget_server.web.api.fields import Day, Start, StrictSchema, Timezone
from widget_server.web.api.problems import field_errors
from widget_server.web.api.schemas import PERSONS

EXTRA = "extra-"


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices; None is "not yet" for the service and the start, "any" for the others."""

    service: int | None
    employee: int | None
    location: int | None
    persons: int
    day: date | None
    start: datetime | None
    timezone: str | None
    lang: str | None
    extras: tuple[tuple[int, int], ...] = ()

    def url(self, **changes: Any) -> str:
        """Return the address of the booking page with some choices changed."""
        changed = replace(self, **changes)
        names = ("service", "employee", "location", "day", "start", "timezone", "lang")
        chosen: list[tuple[str, Any]] = [
            (name, _text(getattr(changed, name))) for name in names if getattr(changed, name)
        ]
        if changed.persons != 1:
            chosen.append(("persons", changed.persons))
        chosen += [(f"{EXTRA}{id_}", count) for id_, count in changed.extras]
        return f"/book?{urlencode(chosen)}" if chosen else "/book"

    def search(self, first: date, last: date, timezone: str) -> SlotSearch:
        """Return the question for open starts on these dates."""
        return SlotSearch(
            services=(self.service or 0,),
            employee=self.employee,
            location=self.location,
            first=first,
            last=last,
            timezone=timezone,
            persons=self.persons,
            extras=self.extras,
        )

    def item(self) -> dict[str, Any]:
        """Return the visit in the shape of the public API."""
        return {
            "service": self.service,
            "employee": self.employee,
            "location": self.location,
            "start": self.start and self.start.isoformat(),
            "persons": self.persons,
            "extras": [{"id": id_, "quantity": count} for id_, count in self.extras],
        }

    def quantity(self, extra: int) -> int:
        """Return how many of an extra are chosen."""
        return dict(self.extras).get(extra, 0)


class ChoiceSchema(StrictSchema):
    """The query of `/book`; an empty value is no choice."""

    service = fields.Integer(validate=validate.Range(1), load_default=None)
    employee = fields.Integer(validate=validate.Range(1), load_default=None)
    location = fields.Integer(validate=validate.Range(1), load_default=None)
    persons = fields.Integer(validate=PERSONS, load_default=1)
    day = Day(load_default=None)
    start = Start(load_default=None)
    timezone = Timezone(load_default=None)
    lang = fields.String(validate=validate.Length(max=35), load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_kwargs: Any) -> Choice:
        """Return the choice."""
        return Choice(**data)


def read_choice(args: MultiDict[str, str], offer: Offer) -> Choice:
    """Read the choices out of an address; raise InvalidInput or NotFound for nonsense."""
    given = {name: value for name, value in args.items() if value}
    extras = {name: given.pop(name) for name in list(given) if name.startswith(EXTRA)}
    plain = {name: value for name, value in given.items() if name != "plain"}
    try:
        choice: Choice = ChoiceSchema().load(plain)
        choice = replace(choice, extras=tuple(_extras(extras)))
    except ValidationError as error:
        errors = dict(field_errors(error.messages))
        raise InvalidInput("This address is not complete.", errors=errors) from None
    _check_known(choice, offer)
    return choice


def _check_known(choice: Choice, offer: Offer) -> None:
    for chosen, known in (
        (choice.service, offer.services),
        (choice.employee, offer.employees),
        (choice.location, offer.locations),
    ):
        if chosen is not None and chosen not in known:
            raise NotFound("This is not offered (any more). Please start again.")
    offered = offer.services[choice.service]["extras"] if choice.service else []
    for extra, _ in choice.extras:
        if extra not in {one["id"] for one in offered}:
            raise InvalidInput.at(f"{EXTRA}{extra}", "This service has no such extra.")


def _extras(given: dict[str, str]) -> Iterable[tuple[int, int]]:
    for name, value in given.items():
        number = name.removeprefix(EXTRA)
        if not (number.isascii() and number.isdigit() and value.isascii() and value.isdigit()):
            raise ValidationError("Please give a number.", name)
        if len(number) > 9 or len(value) > 3:
            raise ValidationError("This number is too large.", name)
        if int(value):
            yield int(number), int(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
