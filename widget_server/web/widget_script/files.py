"""The built widget on disk: a mutable loader and immutable pieces named by their hash."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LOADER = "v1.js"
PIECE = re.compile(r"(?:i18n/[A-Za-z-]+|[a-z-]+)-[A-Za-z0-9_]{6,64}\.js")


@dataclass(frozen=True)
class WidgetFiles:
    """The folder with what the build made."""

    folder: Path

    @cached_property
    def loader(self) -> bytes | None:
        """Return the loader's bytes; None when the widget has not been built."""
        return self._read(LOADER)

    @cached_property
    def loader_etag(self) -> str:
        """Return the hash of the loader."""
        return hashlib.sha256(self.loader or b"").hexdigest()[:32]

    def piece(self, name: str) -> bytes | None:
        """Return a piece by its name, `chunk-HASH.js` or `i18n/LANG-HASH.js`; None if unknown."""
        return self._read(name) if PIECE.fullmatch(name) else None

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None


def built_widget() -> Path:
    """Return where the build put the widget: inside the installed package, else in the checkout."""
    package = Path(__file__).parents[2]
    packed = package / "_widget"
    return packed if packed.is_dir() else package.parent / "widget_js" / "dist"
