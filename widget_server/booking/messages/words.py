"""Texts, dates and money of mails, in the receiver's language and time zone.

Texts are in the `.po` files beside this module; a language without one is written to in English,
with its own way of dates and money all the same.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency
from babel.support import Translations

CATALOGUES = Path(__file__).parent / "languages"
SOURCE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """How one receiver is written to."""

    locale: Locale
    zone: ZoneInfo

    @property
    def language(self) -> str:
        """Return the language that the texts are in."""
        return self.locale.language if _has_texts(self.locale.language) else SOURCE_LANGUAGE

    def say(self, text: str, **values: Any) -> str:
        """Return a text in the receiver's language, its gaps filled."""
        return read_catalogue(CATALOGUES, self.language).gettext(text).format(**values)

    def persons(self, count: int) -> str:
        """Return how many persons."""
        text = read_catalogue(CATALOGUES, self.language).ngettext(
            "{count} person", "{count} persons", count
        )
        return text.format(count=count)

    def when(self, start: datetime, end: datetime | None = None) -> str:
        """Return the day, the time of day, and whose time it is."""
        begins = start.astimezone(self.zone)
        day = format_date(begins, "full", locale=self.locale)
        clock = self._clock(begins)
        if end is not None:
            clock += f" \N{EN DASH} {self._clock(end.astimezone(self.zone))}"
        return f"{day}, {clock} ({get_timezone_name(begins, 'long', locale=self.locale)})"

    def briefly(self, start: datetime) -> str:
        """Return the day and the time of day, for a subject."""
        begins = start.astimezone(self.zone)
        day = format_date(begins, "medium", locale=self.locale)
        return f"{day}, {self._clock(begins)}"

    def money(self, amount: str, currency: str) -> str:
        """Return an amount with its currency."""
        return format_currency(amount, currency, locale=self.locale)

    def _clock(self, moment: datetime) -> str:
        return format_time(moment, "short", locale=self.locale)


def locale_of(tag: str) -> Locale:
    """Return the locale of a language tag (de-AT), without its region if that is unknown."""
    for text in (tag, tag.replace("_", "-").split("-")[0]):
        try:
            return Locale.parse(text.replace("_", "-"), sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale(SOURCE_LANGUAGE)


def _has_texts(language: str) -> bool:
    return (CATALOGUES / f"{language}.po").is_file()


@cache
def read_catalogue(folder: Path, language: str) -> Translations:
    """Return the translations that a folder has for a language; none when it has no file."""
    path = folder / f"{language}.po"
    if not path.is_file():
        return Translations()
    with path.open("rb") as file:
        catalog = read_po(file, language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
