"""Reads settings by name from the environment, or from the files that it names."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from widget_server import setting_values as values

T = TypeVar("T")

# Names that start like this are ours; one we do not know is a typing mistake.
OUR_PREFIXES = (
    "AVAILABILITY_", "BACKEND_", "BOOKABLESITES_", "BUSINESS_", "CACHE_", "MAIL_", "METRICS_",
    "SCHEDULES_", "SMTP_", "WEBHOOK_", "WIDGET_",
)  # fmt: skip
# Names of others that are longer than this and so much like ours are typing mistakes too.
SHORT, ALIKE = 6, 0.88


class SettingsError(Exception):
    """A setting that stops the start; the message is one sentence for the operator."""


class Reader:
    """Reads names from the environment, or from the file named by NAME_FILE."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()

    def text(self, name: str) -> str | None:
        """Return the value, stripped; None when unset or empty."""
        self._known |= {name, f"{name}_FILE"}
        path = self._environ.get(f"{name}_FILE")
        if path and name in self._environ:
            raise SettingsError(f"{name} and {name}_FILE are both set; keep one of them.")
        value = self._from_file(name, path) if path else self._environ.get(name)
        return (value or "").strip() or None

    def value(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return the parsed value; None when unset."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return parse(text)
        except ValueError as error:
            raise SettingsError(f"{name} {error}.") from None

    def values(self, name: str, parse: Callable[[str], T]) -> tuple[T, ...]:
        """Return the values of a comma separated list."""
        parts = (self.text(name) or "").split(",")
        try:
            return tuple(parse(part.strip()) for part in parts if part.strip())
        except ValueError as error:
            raise SettingsError(f"{name} {error}.") from None

    def whole(self, name: str, *, default: int, low: int, high: int) -> int:
        """Return a whole number within its bounds."""
        value = self.value(name, values.within(low, high))
        return default if value is None else value

    def switch(self, name: str, *, default: bool) -> bool:
        """Return a switch: on or off."""
        value = self.value(name, values.switch)
        return default if value is None else value

    def demand(self, name: str, value: object) -> None:
        """Refuse to start without a value that cannot be made up."""
        if value is None:
            raise SettingsError(f"{name} must be set (only the demo, DEMO=on, makes it up).")

    def refuse_unknown(self) -> None:
        """Refuse names that look like settings and are none."""
        for name in self._environ:
            if name in self._known:
                continue
            meant = self._meant(name)
            if meant:
                raise SettingsError(f"{name} is no setting; {meant} is.")
            if name.startswith(OUR_PREFIXES):
                raise SettingsError(f"{name} is no setting; docs/settings.md lists them all.")

    def _meant(self, name: str) -> str | None:
        """Return the setting that a misspelt name was meant to be; None for a name of others."""
        if len(name) <= SHORT:
            return None
        alike = get_close_matches(name, self._known, 1, ALIKE)
        # Who adds to a name has something of their own in mind: DATA_DIR_2.
        return next((known for known in alike if not name.startswith(known)), None)

    @staticmethod
    def _from_file(name: str, path: str) -> str:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{name}_FILE names a file that cannot be read.") from None
        if not text.strip():
            # As if unset it would start with another database, or without a token.
            raise SettingsError(f"{name}_FILE names a file that is empty.")
        return text
