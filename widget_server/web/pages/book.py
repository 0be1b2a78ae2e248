"""The booking page: every step a page of its own, nothing needed but links and one form."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from widget_server.booking.errors import KeyReused, SlotTaken, StillProcessing
from widget_server.booking.once import book
from widget_server.booking.requests import BookingRequest
from widget_server.booking.series import look
from widget_server.catalogue.find_slots import SlotsFound, find_slots, search_span
from widget_server.catalogue.offer import Offer
from widget_server.catalogue.public import public_business, public_service
from widget_server.errors import DomainError, InvalidInput
from widget_server.web.api.booking_view import token_of, under_way
from widget_server.web.api.idempotency import usable_key
from widget_server.web.api.problem_kinds import PROBLEM_KINDS
from widget_server.web.api.problems import visible_detail
from widget_server.web.pages.choice import Choice, read_choice
from widget_server.web.pages.form import DetailsForm, booking_request, new_key, series_wanted
from widget_server.web.pages.openings import openings, page_zone
from widget_server.web.pages.structured import business_ld
from widget_server.web.pages.words import locale
from widget_server.web.parts import parts, public_url
from widget_server.web.security.form_stamps import STAMP

Record = dict[str, Any]
blueprint = Blueprint("book", __name__)
# What is no fault of the visitor: the same form may be sent again as it is.
TRY_AGAIN = ("platform_unavailable", "unavailable", "rate_limited")


@blueprint.get("/book")
def show() -> str:
    """Show the next step: the service, the time, or the details."""
    offer = parts().catalogue.offer().value
    choice = read_choice(request.args, offer)
    if choice.service is None:
        return _services(offer, choice)
    if choice.start is None:
        return _times(offer, choice)
    return _details(offer, choice, DetailsForm(new_key()))


@blueprint.post("/book")
def send() -> AnyResponse | tuple[str, int]:
    """Book what the address and the form say; lead to the booking, or show what is wrong."""
    offer = parts().catalogue.offer().value
    choice = read_choice(request.args, offer)
    if choice.service is None or choice.start is None:
        raise InvalidInput.at("start", "Please choose a service and a time first.")
    typed = request.form.to_dict()
    key = usable_key(typed.get("key") or new_key())
    try:
        # Here and not before, so that nothing typed is lost.
        parts().limits.check()
        if typed.get("look"):
            return _details(offer, choice, _with_dates(offer, choice, DetailsForm(key, typed))), 200
        return _book(booking_request(choice, typed, locale().language), key, typed)
    except DomainError as error:
        form = _form_with(error, key, typed)
        if isinstance(error, SlotTaken) and "recurrence" in error.errors:
            form = replace(_with_dates(offer, choice, form), problem=SOME_CLOSED, errors={})
        return _details(offer, choice, form), PROBLEM_KINDS[error.code].status


def _book(wanted: BookingRequest, key: str, typed: dict[str, str]) -> AnyResponse:
    admit = partial(parts().defence.check_form, key, typed, parts().desk.now())
    try:
        with parts().guesses.in_booking(wanted.coupon):
            booking = book(parts().desk, wanted, key, admit)
    except StillProcessing as processing:
        booking = under_way(processing, STILL_SENT)
    return redirect(f"/manage/{token_of(booking)}", 303)


def _services(offer: Offer, choice: Choice) -> str:
    business = public_business(offer)
    return render_template(
        "book/services.html",
        business=business,
        choice=choice,
        categories=_categories(business["services"]),
        plain="plain" in request.args,
        ld=business_ld(business, public_url()),
    )


def _categories(services: list[Record]) -> dict[str, list[Record]]:
    categories: dict[str, list[Record]] = {}
    for service in services:
        categories.setdefault(service["category"] or "", []).append(service)
    return categories


def _times(offer: Offer, choice: Choice) -> str:
    service = public_service(offer, offer.services[choice.service or 0])
    # Nobody books a time without knowing where: of several places the first one is shown first.
    location = choice.location or next(iter(service["locations"]), None)
    choice = replace(choice, location=location)
    desk, zone = parts().desk, page_zone(offer, choice)

    def find(first: date, last: date) -> SlotsFound:
        held = desk.held(*search_span(first, last))
        search = choice.search(first, last, zone.key)
        return find_slots(desk.catalogue, search, desk.now(), held)

    return render_template(
        "book/times.html",
        business=public_business(offer),
        service=service,
        choice=choice,
        openings=openings(find, zone, choice.day, desk.now()),
    )


def _details(offer: Offer, choice: Choice, form: DetailsForm) -> str:
    business = public_business(offer)
    service = public_service(offer, offer.services[choice.service or 0])
    zone = page_zone(offer, choice)
    return render_template(
        "book/details.html",
        business=business,
        service=service,
        choice=choice,
        start=choice.start and choice.start.astimezone(zone),
        zone=zone,
        form=form,
        stamp=parts().defence.stamp(form.key, form.typed, parts().desk.now()),
        questions=_questions(business, choice),
        phone_required=offer.settings["phone_required"],
        price=offer.price_from(
            service["id"], choice.employee, choice.persons, choice.extras, choice.location
        ),
    )


def _questions(business: Record, choice: Choice) -> list[Record]:
    return [
        question
        for question in business["custom_fields"]
        if question["services"] is None or choice.service in question["services"]
    ]


def _with_dates(offer: Offer, choice: Choice, form: DetailsForm) -> DetailsForm:
    """Return the form with what is open of the series that it asks about."""
    wanted = series_wanted(choice, form.typed, offer)
    dates = look(parts().desk, wanted.item, wanted.recurrence, wanted.timezone)
    return replace(form, dates=dates)


def _form_with(error: DomainError, key: str, typed: dict[str, str]) -> DetailsForm:
    as_it_is = error.code in TRY_AGAIN
    form = DetailsForm(
        key=key if as_it_is else new_key(),
        typed=typed if as_it_is or not _is_spent(key) else _unstamped(typed),
        errors=error.errors,
        problem=visible_detail(error),
        alternatives=getattr(error, "alternatives", ()),
    )
    if isinstance(error, KeyReused):
        return replace(form, problem=ALREADY_SENT)
    return form


def _is_spent(key: str) -> bool:
    """Tell whether a form has been sent for a booking: what follows it is for another one."""
    known = parts().desk.ledger.keys.find(key)
    return known is not None and known.booking_id is not None


def _unstamped(typed: dict[str, str]) -> dict[str, str]:
    """Return what was typed without the moment at which its form was shown: it counts anew."""
    return {name: text for name, text in typed.items() if name != STAMP}


SOME_CLOSED = "Not all of these dates are open. Book the open ones alone, or choose another time."
ALREADY_SENT = (
    "This form has been sent before, with other details, and may have booked a time already. "
    "Send it once more only if you want a further booking."
)
STILL_SENT = "This booking is still being worked on. Please send the form again."
