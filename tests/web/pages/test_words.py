"""Pages in every language of the widget: no text is missing, no gap is lost."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import widget_server
from widget_server.booking.messages import words as mail_words
from widget_server.web.pages.told import TOLD
from widget_server.web.pages.words import CATALOGUES, languages, money, price

ROOT = Path(__file__).parents[3]
PACKAGE = Path(widget_server.__file__).parent
OF_THE_WIDGET = sorted(path.stem for path in (ROOT / "widget_js/src/i18n/languages").glob("*.ts"))
TRANSLATED = [language for language in OF_THE_WIDGET if language != "en"]
JINJA = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}


def catalogue(language):
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, language)


def of_templates():
    method = [("mail/**", "ignore"), ("**.html", "jinja2")]
    found = extract_from_dir(ROOT / "templates", method_map=method, options_map=JINJA)
    return {id_ for _, _, id_, _, _ in found}


def gaps(text):
    return sorted(re.findall(r"%\(\w+\)\w", text))


def test_pages_and_mails_speak_every_language_of_the_widget():
    mails = sorted(path.stem for path in mail_words.CATALOGUES.glob("*.po"))

    assert sorted(languages()) == OF_THE_WIDGET
    assert mails == TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_there_with_its_gaps(language):
    entries = [entry for entry in catalogue(language) if entry.id]
    one_form = {entry.id: entry.string for entry in entries if isinstance(entry.id, str)}

    assert {entry.id for entry in entries} == {*of_templates(), *TOLD}
    assert [text for text, told in one_form.items() if not told] == []
    assert [text for text, told in one_form.items() if gaps(text) != gaps(told)] == []
    assert [list(entry.check()) for entry in entries if list(entry.check())] == []


@pytest.mark.parametrize("sentence", TOLD)
def test_what_is_told_is_written_somewhere_else_in_these_words(sentence):
    assert sentence in written()


def written():
    """Return the package's source but for the list itself, with split sentences joined."""
    sources = [path for path in PACKAGE.rglob("*.py") if path.name != "told.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize("language", OF_THE_WIDGET)
def test_a_page_is_in_the_language_asked_for(site, language):
    page = site.page(f"/book?plain=1&service=1&lang={language}").text
    direction = "rtl" if language in ("ar", "he") else "ltr"

    assert f'<html lang="{language}" dir="{direction}">' in page
    shown = "Show times" if language == "en" else catalogue(language)["Show times"].string
    assert shown in page


def test_what_was_typed_wrong_is_told_in_the_language_of_the_page(site):
    slot = site.slots()[0]
    url = f"/book?service=1&location=1&lang=fr&start={slot['start'].replace('+', '%2B')}"

    page = site.post(url, data={"customer.email": "mia@"}).text

    assert "Veuillez indiquer une adresse e-mail valide." in page
    assert "Certains champs sont à revoir." in page
    assert "Please" not in page


def test_a_problem_is_told_in_the_language_of_the_browser(site):
    headers = {"Accept": "text/html", "Accept-Language": "pl-PL, en;q=0.5"}

    page = site.get("/manage/" + "A" * 40, headers=headers).text
    lost = site.get("/nothing", headers=headers).text

    assert "Ten link jest (już) nieważny." in page
    assert "Nic tu nie ma" in lost
    assert "URL" not in lost


@pytest.mark.parametrize("path", ["/", "/docs", "/problems/slot_taken"])
def test_what_is_written_in_english_alone_says_so(site, path):
    page = site.get(path, headers={"Accept": "text/html", "Accept-Language": "de"})

    assert '<html lang="en" dir="ltr">' in page.text


@pytest.mark.parametrize(
    ("language", "amount", "expected"),
    [
        ("en", "38.00", "€38"),
        ("en", "38.50", "€38.50"),
        ("en", "1200.00", "€1,200"),
        ("en", "0.00", "Free"),
        ("de", "38.00", "38\N{NO-BREAK SPACE}€"),
        ("de", "38.50", "38,50\N{NO-BREAK SPACE}€"),
        ("de", "0", "Kostenlos"),
    ],
)
def test_cents_stand_where_there_are_any(site, language, amount, expected):
    with site.app.test_request_context(f"/?lang={language}"):
        assert price(amount, "EUR") == expected


def test_an_amount_of_nothing_is_an_amount(site):
    with site.app.test_request_context("/"):
        assert money("0.00", "EUR") == "€0"
