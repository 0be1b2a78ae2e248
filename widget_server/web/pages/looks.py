"""How a site owner wants the widget: read from an address, as the builder's form writes it."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from widget_server.web.pages.snippet import BOOK, Snippet, frame
from widget_server.web.pages.words import languages, translated_into

MODES, THEMES = ("inline", "popup", "floating"), ("auto", "light", "dark")
FONTS = {
    "page": "",
    "system": 'system-ui, "Segoe UI", Roboto, sans-serif',
    "serif": '"Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif',
    "round": 'ui-rounded, "SF Pro Rounded", Verdana, sans-serif',
    "plain": '"Avenir Next", "Helvetica Neue", Arial, sans-serif',
}
MAX_RADIUS = 32
# The widget's own, which need not be said.
USUAL_ACCENT, USUAL_RADIUS = "#3a4fd6", "16"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_IDS = re.compile(r"[0-9 ,]{0,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Look:
    """What was chosen; an empty text is the widget's own choice."""

    mode: str
    theme: str
    lang: str
    service: str
    employee: str
    location: str
    accent: str
    radius: str
    font: str

    @property
    def attributes(self) -> dict[str, str]:
        """Return the attributes of the element, those with nothing to say left out."""
        named = {name: getattr(self, name) for name in ("service", "employee", "location", "lang")}
        mode = "" if self.mode == "inline" else self.mode
        return _said({**named, "mode": mode, "theme": self.theme})

    @property
    def style(self) -> dict[str, str]:
        """Return the custom properties."""
        radius = f"{self.radius}px" if self.radius else ""
        named = {"accent": self.accent, "radius": radius, "font": FONTS.get(self.font, "")}
        return _said({f"--bw-{name}": value for name, value in named.items()})

    @property
    def query(self) -> str:
        """Return the query string that says the same."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return urlencode(_said(named | {"mode": "" if self.mode == "inline" else self.mode}))

    def snippet(self, server: str) -> Snippet:
        """Return what to paste."""
        return Snippet(server, self.attributes, self.style, self._invitation)

    def frame(self, server: str) -> str:
        """Return what to paste where no script is taken; a frame stands in the page."""
        query = replace(self, mode="inline").query
        return frame(f"{server}/embed?{query}" if query else f"{server}/embed", self._invitation)

    @property
    def _invitation(self) -> str:
        return translated_into(self.lang, BOOK)


def read_look(asked: MultiDict[str, str]) -> Look:
    """Read a query; what makes no sense is as if it was not there."""
    return Look(
        mode=_one_of(MODES, asked.get("mode", "")) or "inline",
        theme=_one_of(THEMES, asked.get("theme", "")),
        lang=_one_of(languages(), asked.get("lang", "")),
        service=_ids(asked.getlist("service")),
        employee="any" if asked.get("employee") == "any" else _ids(asked.getlist("employee")),
        location=_ids(asked.getlist("location")),
        accent=_unusual(_matching(_COLOUR, asked.get("accent", "")), USUAL_ACCENT),
        radius=_unusual(_radius(asked.get("radius", "")), USUAL_RADIUS),
        font=_one_of(FONTS, asked.get("font", "")),
    )


def _said(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _one_of(known: Container[str], text: str) -> str:
    return text if text in known else ""


def _matching(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def _ids(texts: list[str]) -> str:
    return " ".join(_matching(_IDS, " ".join(texts)).replace(",", " ").split())


def _radius(text: str) -> str:
    return text if text.isascii() and text.isdigit() and int(text) <= MAX_RADIUS else ""


def _unusual(text: str, usual: str) -> str:
    return "" if text.lower() == usual else text
