"""What mails say: every kind to everybody, complete in the languages that there are."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from widget_server.bookablesites.contacts import Contact
from widget_server.booking.ledger.models import Booking
from widget_server.booking.messages import letters
from widget_server.booking.messages.letters import TO_TEAM, TO_VISITOR, Links, letter_for
from widget_server.booking.messages.occasions import (
    Kind,
    Occasion,
    Role,
    occasion_from_json,
)
from widget_server.booking.messages.words import CATALOGUES, Words, locale_of, read_catalogue
from widget_server.web.pages.words import CATALOGUES as PAGES

LANGUAGES = sorted(path.stem for path in CATALOGUES.glob("*.po"))
SOURCE = Path(letters.__file__).parent
START = datetime(2026, 12, 1, 8, tzinfo=UTC)
ITEM = {
    "service": {"id": 1, "name": "Haircut"},
    "employee": {"id": 2, "name": "Ada Berg"},
    "location": {"id": 1, "name": "Main street", "address": "Main street 1"},
    "start": "2026-12-01T08:00:00+00:00",
    "end": "2026-12-01T08:30:00+00:00",
    "persons": 2,
    "extras": [{"id": 1, "name": "Wash", "quantity": 2}],
    "price": "45.00",
    "discount": "0.00",
}
LINKS = Links("https://b.example/book", "https://b.example/manage/T")


def occasion(kind=Kind.CONFIRMED, role=Role.VISITOR, items=(ITEM,), **details):
    told = {
        "items": list(items), "total": "45.00", "discount": "0.00", "currency": "EUR",
        "timezone": "Europe/Berlin", "locale": "en", **details,
    }  # fmt: skip
    booking = Booking(
        id="b_AAAAAAAAAAAAAAAA", site="default", state="confirmed", status="approved",
        sequence=0, details=told, updated_at=START,
    )  # fmt: skip
    return Occasion(kind, role, booking)


def written(about, tag="en", zone="Europe/Berlin", links=LINKS, visitor=None):
    words = Words(locale_of(tag), ZoneInfo(zone))
    return letter_for(about, words, "Studio", links, visitor)


def forms(translation):
    return [translation] if isinstance(translation, str) else translation


def test_every_text_is_in_every_catalogue():
    texts = {
        id_ if isinstance(id_, str) else id_[0]
        for _, _, id_, _, _ in extract_from_dir(
            SOURCE, method_map=[("**.py", "python")], keywords={"say": None, "ngettext": (1, 2)}
        )
    }
    assert "Booking confirmed" in texts
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, path.stem)
        translated = {
            entry.id if isinstance(entry.id, str) else entry.id[0]
            for entry in catalogue
            if entry.id and all(forms(entry.string))
        }
        assert (path.stem, translated) == (path.stem, texts)


def test_every_gap_of_a_text_is_in_its_translations():
    for path in CATALOGUES.glob("*.po"):
        with path.open("rb") as file:
            catalogue = read_po(file, path.stem)
        for entry in catalogue:
            assert list(entry.check()) == []
            if isinstance(entry.id, str) and entry.id:
                assert gaps(entry.string) == gaps(entry.id), path.stem


def gaps(text):
    return sorted(re.findall(r"\{\w+\}", text))


@pytest.mark.parametrize("folder", [CATALOGUES, PAGES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_of_one_plural_category_have_one_form(folder, language):
    """By the rules of CLDR, which know more than those who write catalogues."""
    one, many = ("{count} person", "{count} persons")
    if folder == PAGES:
        one, many = "%(num)d person", "%(num)d persons"
    catalogue, rule = read_catalogue(folder, language), Locale(language).plural_form
    forms: dict[str, set[str]] = {}
    for number in range(1, 200):
        text = catalogue.ngettext(one, many, number)
        forms.setdefault(rule(number), set()).add(text)

    assert {category: len(texts) for category, texts in forms.items()} == dict.fromkeys(forms, 1)


@pytest.mark.parametrize("tag", ["en", *LANGUAGES])
@pytest.mark.parametrize("kind", sorted(TO_VISITOR))
def test_every_kind_is_told_to_a_visitor_in_every_language(kind, tag):
    letter = written(occasion(kind), tag)

    english = written(occasion(kind), "en")
    assert letter.language == tag
    assert letter.subject.endswith(" · Studio")
    assert (letter.subject == english.subject) == (tag == "en")
    assert (letter.heading == english.heading) == (tag == "en")
    assert letter.people == ()


@pytest.mark.parametrize("kind", sorted(TO_TEAM))
def test_every_kind_of_the_teams_is_told_with_who_comes(kind):
    letter = written(occasion(kind, Role.OWNER), visitor=Contact("Mia Keller", "mia@x.example", ""))

    assert letter.people == (("Name", "Mia Keller"), ("E-mail", "mia@x.example"))
    assert "Mia" not in letter.subject + letter.heading + "".join(letter.paragraphs)


def test_the_facts_of_a_visit():
    (facts,) = written(occasion()).facts

    when = "Tuesday, December 1, 2026, 9:00 AM - 9:30 AM (Central European Standard Time)"
    assert tuple((label, plain(value)) for label, value in facts) == (
        ("Service", "Haircut · 2 persons"),
        ("Extra", "Wash \N{MULTIPLICATION SIGN} 2"),
        ("With", "Ada Berg"),
        ("Where", "Main street, Main street 1"),
        ("When", when),
    )


def plain(text):
    """Return a text with the dashes, spaces and quotes that are on a keyboard."""
    table = {"\N{EN DASH}": "-", "\N{NARROW NO-BREAK SPACE}": " ", "\N{NO-BREAK SPACE}": " "}
    return text.translate(str.maketrans(table | {"\N{RIGHT SINGLE QUOTATION MARK}": "'"}))


@pytest.mark.parametrize(
    ("tag", "zone", "day", "clock"),
    [
        (
            "de", "Europe/Berlin",
            "Dienstag, 1. Dezember 2026", "09:00 - 09:30 (Mitteleuropäische Normalzeit)",
        ),
        (
            "de-CH", "Europe/Lisbon",
            "Dienstag, 1. Dezember 2026", "08:00 - 08:30 (Westeuropäische Normalzeit)",
        ),
        (
            "en-GB", "Pacific/Auckland",
            "Tuesday, 1 December 2026", "21:00 - 21:30 (New Zealand Daylight Time)",
        ),
        (
            "fr", "Europe/Paris",
            "mardi 1 décembre 2026", "09:00 - 09:30 (heure normale d'Europe centrale)",
        ),
        ("ja", "Asia/Tokyo", "2026年12月1日火曜日", "17:00 - 17:30 (日本標準時)"),
        (
            "xx-nonsense", "UTC",
            "Tuesday, December 1, 2026", "8:00 AM - 8:30 AM (Coordinated Universal Time)",
        ),
    ],
)  # fmt: skip
def test_dates_are_in_the_receivers_way_and_zone(tag, zone, day, clock):
    (facts,) = written(occasion(), tag, zone).facts

    assert plain(facts[-1][1]) == f"{day}, {clock}"


@pytest.mark.parametrize(
    ("tag", "persons"),
    [
        ("pl", "2 osoby"),
        ("uk", "2 особи"),
        ("ar", "شخصان"),
        ("ja", "2名"),
        ("fr-CA", "2 personnes"),
    ],
)
def test_persons_are_counted_as_the_language_counts(tag, persons):
    (facts,) = written(occasion(), tag).facts

    assert facts[0][1] == f"Haircut · {persons}"


@pytest.mark.parametrize(("tag", "direction"), [("ar-EG", "rtl"), ("he", "rtl"), ("tr", "ltr")])
def test_a_letter_knows_how_it_is_written(tag, direction):
    assert written(occasion(), tag).direction == direction


def test_summer_time_has_its_own_name():
    summer = ITEM | {"start": "2027-07-01T08:00:00+00:00", "end": "2027-07-01T08:30:00+00:00"}
    (facts,) = written(occasion(items=[summer]), "de").facts

    when = "Donnerstag, 1. Juli 2027, 10:00 - 10:30 (Mitteleuropäische Sommerzeit)"
    assert plain(facts[-1][1]) == when


@pytest.mark.parametrize(
    ("tag", "currency", "lines"),
    [
        ("en", "EUR", ["€45.00", "€45.00", "-€9.00", "€81.00"]),
        ("de", "EUR", ["45,00\xa0€", "45,00\xa0€", "-9,00\xa0€", "81,00\xa0€"]),
        ("ja", "JPY", ["￥45", "￥45", "-￥9", "￥81"]),
    ],
)
def test_prices_are_shown_line_by_line(tag, currency, lines):
    about = occasion(items=[ITEM, ITEM], total="81.00", discount="9.00", currency=currency)

    assert [amount for _, amount in written(about, tag).prices] == lines


def test_one_price_needs_no_total():
    assert written(occasion()).prices == (("Haircut", "€45.00"),)


def test_what_can_be_done_is_linked():
    manage, book = LINKS.manage, LINKS.book
    to_visitor = written(occasion()).actions
    over = written(occasion(Kind.CANCELED), links=Links(book)).actions
    to_team = written(occasion(Kind.PENDING, Role.OWNER), links=Links(book, None, "D")).actions
    nothing = written(occasion(role=Role.OWNER), links=Links(book)).actions

    assert [url for _, url in to_visitor] == [manage]
    assert [url for _, url in over] == [book]
    assert [url for _, url in to_team] == ["D"]
    assert nothing == ()


def test_a_texts_own_braces_are_left_alone():
    curly = ITEM | {"employee": {"id": 2, "name": "{when.__class__} {0}"}}
    about = occasion(Kind.CHANGED, items=[curly])
    moved = Occasion(about.kind, about.role, about.booking, None, [curly])
    words = Words(locale_of("en"), ZoneInfo("UTC"))

    letter = letter_for(moved, words, "{business}", LINKS, None)

    assert "with {when.__class__} {0}." in letter.paragraphs[1]
    assert "at {business} with your address" in letter.footer


def test_an_occasion_is_kept_whole():
    about = occasion(Kind.CHANGED, Role.EMPLOYEE)
    kept = Occasion(about.kind, about.role, about.booking, 2, [ITEM])

    again = occasion_from_json(kept.as_json())

    assert again.as_json() == kept.as_json()
    assert (again.start, again.booking.updated_at) == (START, START)
