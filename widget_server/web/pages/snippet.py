"""What a site owner pastes: the tag of the widget, or a frame, set up as they want it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

BOOK = "Book a visit"
# What the booking page understands too, where it is one and not several or any.
SHARED = ("service", "employee", "location")
# A button like the widget's own: black or white letters, whichever contrasts more with the accent.
OPENER = """\
a.booking-opener {
  --dim: clamp(0, (0.179 - y) * 1000, 1);
  --accent: var(--bw-accent, light-dark(#3a4fd6, #8c9bff));
  box-sizing: border-box;
  display: inline-flex;
  align-items: center;
  min-height: 46px;
  padding: 10px 20px;
  border-radius: calc(var(--bw-radius, 16px) * 0.7);
  background: var(--accent);
  color: var(--bw-on-accent, color(from var(--accent)
    xyz-d65 calc(var(--dim) * 0.9505) var(--dim) calc(var(--dim) * 1.089)));
  font-family: var(--bw-font, inherit);
  font-weight: 600;
  text-decoration: none;
}"""
FRAME = """\
<iframe src="{address}" title="{title}"
        style="width: 100%; height: 44rem; border: 0"></iframe>"""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The two lines, and the style before them where there is one."""

    server: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    style: Mapping[str, str] = field(default_factory=dict)
    link: str = BOOK

    def __str__(self) -> str:
        """Return the HTML to paste."""
        return "\n".join([*self._style(), self._script(), self._element()])

    @property
    def page(self) -> str:
        """Return the address of the page that needs no script, with what was chosen."""
        said = {name: self.attributes.get(name, "") for name in SHARED}
        chosen = {name: value for name, value in said.items() if value.isdigit()}
        if language := self.attributes.get("lang"):
            chosen["lang"] = language
        return f"{self.server}/book?{urlencode(chosen)}" if chosen else f"{self.server}/book"

    @property
    def opens(self) -> bool:
        """Tell whether a link opens the widget, and nothing else of it is seen."""
        return self.attributes.get("mode") == "popup"

    def _style(self) -> list[str]:
        lines = [f"  {name}: {value};" for name, value in self.style.items()]
        whose = "booking-widget, .booking-opener {" if self.opens else "booking-widget {"
        rules = [whose, *lines, "}"] if lines else []
        if self.opens:
            rules.append(OPENER)
        return ["<style>", *rules, "</style>"] if rules else []

    def _script(self) -> str:
        address = escape(f"{self.server}/widget.js")
        return f'<script async type="module" src="{address}"></script>'

    def _element(self) -> str:
        link, address = escape(self.link), escape(self.page)
        if self.opens:
            # A link that opens the dialog, and leads to the page where there is no script.
            said = "".join(self._said("data-"))
            how = f'class="booking-opener" data-booking-widget-open{said}'
            return f'<a href="{address}" {how}>{link}</a>'
        inner = f'<a href="{address}">{link}</a>'
        return f"<booking-widget{''.join(self._said())}>{inner}</booking-widget>"

    def _said(self, prefix: str = "") -> Iterator[str]:
        for name, value in self.attributes.items():
            if value and not (prefix and name == "mode"):
                # A link's language is that of its text, and of the dialog that it opens.
                yield f' {"" if name == "lang" else prefix}{name}="{escape(value)}"'


def frame(address: str, title: str) -> str:
    """Return the HTML to paste where no script is taken."""
    return FRAME.format(address=escape(address), title=escape(title))
