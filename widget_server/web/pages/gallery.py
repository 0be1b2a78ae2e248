"""The gallery of the demo: the widget in the dress of four businesses, to be copied from."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from widget_server.errors import NotFound
from widget_server.web.pages.assets import asset
from widget_server.web.pages.looks import FONTS
from widget_server.web.pages.snippet import Snippet
from widget_server.web.pages.words import in_english
from widget_server.web.parts import parts, public_url

blueprint = Blueprint("gallery", __name__, url_prefix="/demo")


@dataclass(frozen=True, slots=True)
class Dress:
    """One look: whose it could be, what it says, and how the widget is set up there.

    `style` are the widget's custom properties.
    """

    name: str
    kind: str
    title: str
    lead: str
    button: str
    attributes: dict[str, str]
    style: dict[str, str]

    @property
    def mode(self) -> str:
        """Return how the widget stands on the page."""
        return self.attributes.get("mode", "inline")


GALLERY = {
    "salon": Dress(
        name="Atelier Marlene",
        kind="A salon",
        title="Hair that still sits well in six weeks.",
        lead="Two chairs, one conversation at a time. See when we are free and take a seat.",
        button="Book a chair",
        attributes={"service": "1 2 3", "theme": "light"},
        style={
            "--bw-accent": "#9c4221",
            "--bw-bg": "#fffdf9",
            "--bw-fg": "#33241c",
            "--bw-muted": "#74604f",
            "--bw-border": "#eadfd2",
            "--bw-radius": "22px",
            "--bw-font": FONTS["serif"],
        },
    ),
    "clinic": Dress(
        name="Hautpraxis am Park",
        kind="A clinic",
        title="Appointments for your skin.",
        lead="Treatments in our rooms, or a first look by video. Move or cancel as you need to.",
        button="Request an appointment",
        attributes={"service": "9 4 5", "theme": "light"},
        style={
            "--bw-accent": "#0f5f8c",
            "--bw-bg": "#ffffff",
            "--bw-fg": "#14242e",
            "--bw-muted": "#51656f",
            "--bw-border": "#d5e0e6",
            "--bw-radius": "6px",
            "--bw-font": FONTS["system"],
        },
    ),
    "consultant": Dress(
        name="Ines Okafor",
        kind="A consultant",
        title="Half an hour that saves you a month.",
        lead="Free, by video, with nothing to buy. Pick a time and it is in your calendar.",
        button="Book a call",
        attributes={"service": "9", "location": "3", "mode": "popup", "theme": "dark"},
        style={
            "--bw-accent": "#e8b04b",
            "--bw-bg": "#15171c",
            "--bw-fg": "#f1efe9",
            "--bw-muted": "#a9aab0",
            "--bw-border": "#32353d",
            "--bw-radius": "2px",
            "--bw-font": FONTS["plain"],
        },
    ),
    "studio": Dress(
        name="Atem & Raum",
        kind="A class studio",
        title="A quiet hour before the day begins.",
        lead="Small classes, up to eight people. Take your place with the button in the corner.",
        button="Take a place",
        attributes={"service": "7 8", "mode": "floating", "theme": "auto"},
        style={
            "--bw-accent": "#7c3aed",
            "--bw-radius": "28px",
            "--bw-font": FONTS["round"],
        },
    ),
}


@blueprint.get("")
def gallery() -> str:
    """Show the four, each with a picture of its page and the way to it."""
    _only_in_demo()
    in_english()
    return render_template("demo/gallery.html", gallery=GALLERY)


@blueprint.get("/<name>")
def dress(name: str) -> str:
    """Show the page of one business, with the widget in its dress and the tag to copy."""
    _only_in_demo()
    in_english()
    shown = _dress(name)
    snippet = Snippet(public_url(), shown.attributes, shown.style, shown.button)
    return render_template(
        "demo/dress.html", dress=shown, name=name, snippet=snippet, gallery=GALLERY
    )


@blueprint.get("/<name>.css")
def style(name: str) -> Response:
    """Return the colours, corners and letters of one business's page and widget."""
    _only_in_demo()
    return asset("demo/dress.css", "text/css", dress=_dress(name))


@blueprint.get("/gallery.css")
def tiles() -> Response:
    """Return the colours, corners and letters of the pictures in the gallery."""
    _only_in_demo()
    return asset("demo/gallery.css", "text/css", gallery=GALLERY)


def _dress(name: str) -> Dress:
    if name not in GALLERY:
        raise NotFound("There is no such page.")
    return GALLERY[name]


def _only_in_demo() -> None:
    if not parts().demo:
        raise NotFound(f"There is nothing at {request.path}.")
