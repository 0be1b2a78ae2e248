"""What a site owner pastes: the tag of the widget, set up as they want it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape


@dataclass(frozen=True, slots=True)
class Snippet:
    """The two lines, and the style before them where there is one."""

    server: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    style: Mapping[str, str] = field(default_factory=dict)
    link: str = "Book your visit"

    def __str__(self) -> str:
        """Return the HTML to paste."""
        return "\n".join([*self._style(), self._script(), self._element()])

    def _style(self) -> list[str]:
        if not self.style:
            return []
        lines = [f"  {name}: {value};" for name, value in self.style.items()]
        return ["<style>", "booking-widget {", *lines, "}", "</style>"]

    def _script(self) -> str:
        address = escape(f"{self.server}/widget.js")
        return f'<script async type="module" src="{address}"></script>'

    def _element(self) -> str:
        address = escape(f"{self.server}/book")
        if self.attributes.get("mode") == "popup":
            # A link that opens the dialog, and leads to the page where there is no script.
            said = "".join(self._said("data-"))
            return f'<a href="{address}" data-booking-widget-open{said}>{escape(self.link)}</a>'
        link = f'<a href="{address}">{escape(self.link)}</a>'
        return f"<booking-widget{''.join(self._said())}>{link}</booking-widget>"

    def _said(self, prefix: str = "") -> Iterator[str]:
        for name, value in self.attributes.items():
            if value and not (prefix and name == "mode"):
                yield f' {prefix}{name}="{escape(value)}"'
