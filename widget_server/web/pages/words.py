"""Texts, dates and money of the hosted pages, in the visitor's language.

Catalogues are the `.po` files beside this module, read when a language is first asked for: texts of
the templates, and those of `told` that come from elsewhere.
"""

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from babel.numbers import format_currency
from babel.support import Translations
from babel.units import format_unit
from flask import Flask, g, request

from widget_server.booking.messages.words import read_catalogue

CATALOGUES = Path(__file__).parent / "languages"
SOURCE_LANGUAGE = "en"


def register_words(app: Flask) -> None:
    """Give the templates `_`, `ngettext` and the filters for dates, money and durations."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _translations().gettext(text),
        ngettext=lambda one, many, count: _translations().ngettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters |= {
        "day": day,
        "clock": clock,
        "money": money,
        "price": price,
        "minutes": minutes,
        "zone_name": zone_name,
        "moment": datetime.fromisoformat,
        "translated": translated,
        "is_translated": is_translated,
    }
    app.context_processor(lambda: {"locale": locale()})


def locale() -> Locale:
    """Return the language of the present page: asked for by `lang`, else the browser's choice."""
    if "locale" not in g:
        g.locale = _chosen()
    chosen: Locale = g.locale
    return chosen


def translated(text: str) -> str:
    """Return a text in the language of the present page."""
    return _translations().gettext(text)


def translated_into(language: str, text: str) -> str:
    """Return a text in one of the languages that the pages are written in; of none, in English."""
    return read_catalogue(CATALOGUES, language or SOURCE_LANGUAGE).gettext(text)


def is_translated(text: str) -> bool:
    """Tell whether a text can be shown in the language of the present page."""
    return locale().language == SOURCE_LANGUAGE or translated(text) != text


def in_english() -> None:
    """Have the present page in English, because it is written in no other language."""
    g.locale = Locale(SOURCE_LANGUAGE)


@cache
def languages() -> frozenset[str]:
    """Return the languages that the pages are written in."""
    return frozenset((SOURCE_LANGUAGE, *(path.stem for path in CATALOGUES.glob("*.po"))))


def day(value: date) -> str:
    """Return a date in words: Tuesday, December 1, 2026."""
    return format_date(value, "full", locale=locale())


def clock(value: datetime) -> str:
    """Return the time of day, as the language writes it."""
    return format_time(value, "short", locale=locale())


def money(amount: str | Decimal, currency: str) -> str:
    """Return an amount with its currency; as in the widget, cents stand where there are any."""
    pattern = None
    if Decimal(amount) % 1 == 0:
        pattern = re.sub(r"\.0+", "", locale().currency_formats["standard"].pattern)
    return format_currency(
        amount, currency, pattern, locale=locale(), currency_digits=pattern is None
    )


def price(amount: str | Decimal, currency: str) -> str:
    """Return what something costs; nothing has a word of its own."""
    return money(amount, currency) if Decimal(amount) else translated("Free")


def minutes(value: int) -> str:
    """Return a duration in hours and minutes: 1 hr 30 min."""
    hours, rest = divmod(value, 60)
    parts = ((hours, "duration-hour"), (rest, "duration-minute"))
    return " ".join(format_unit(n, unit, "short", locale=locale()) for n, unit in parts if n)


def zone_name(value: datetime) -> str:
    """Return the name of a moment's time zone: Central European Standard Time."""
    return get_timezone_name(value, "long", locale=locale())


def _chosen() -> Locale:
    wanted = [request.args.get("lang", ""), *request.accept_languages.values()]
    found = (_parsed(tag) for tag in wanted)
    return next((one for one in found if one), Locale(SOURCE_LANGUAGE))


def _parsed(tag: str) -> Locale | None:
    """Return the locale of a language tag, with its region if that is known: en-GB."""
    parts = tag.replace("_", "-").split("-")
    if parts[0].lower() not in languages():
        return None
    for text in ("_".join(parts), parts[0].lower()):
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(text)
    return None


def _translations() -> Translations:
    return read_catalogue(CATALOGUES, locale().language)
