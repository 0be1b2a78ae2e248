"""The built widget on disk: a mutable loader and immutable pieces named by their hash.

A page that was opened before an upgrade may still ask for pieces of before: they are kept in
DATA_DIR for a while.
"""

import hashlib
import os
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from widget_server.web.encodings import Body

LOADER = "v1.js"
PIECE = re.compile(r"(?:i18n/[A-Za-z-]+|[a-z-]+)-[A-Za-z0-9_]{6,64}\.js")
# Pieces that no build has had for so long are forgotten.
KEPT = timedelta(days=30)
KEPT_FOLDER = "widget"


class WidgetFiles:
    """The folder with what the build made, and one with earlier pieces; each file is read once."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        self._folder = folder
        self._kept = kept
        self._bodies: dict[str, Body] = {}

    @property
    def loader(self) -> Body | None:
        """Return the loader; None when the widget has not been built."""
        return self._body(LOADER)

    def piece(self, name: str) -> Body | None:
        """Return a piece by its name, `chunk-HASH.js` or `i18n/LANG-HASH.js`; None if unknown."""
        if not PIECE.fullmatch(name):
            return None
        return self._body(name) or (self._body(name, self._kept) if self._kept else None)

    def _body(self, name: str, folder: Path | None = None) -> Body | None:
        if name not in self._bodies:
            try:
                plain = ((folder or self._folder) / name).read_bytes()
            except OSError:
                return None
            self._bodies[name] = Body(plain, hashlib.sha256(plain).hexdigest()[:32])
        return self._bodies[name]


def keep_pieces(built: Path, kept: Path, now: datetime) -> None:
    """Copy the pieces of the present build to those that are kept; forget what is long out of use.

    A file's time says when it was last of the present build.
    """
    for piece in built.rglob("*.js"):
        name = piece.relative_to(built)
        if PIECE.fullmatch(name.as_posix()):
            _keep(piece, kept / name, now.timestamp())
    for old in kept.rglob("*.js"):
        if old.stat().st_mtime < (now - KEPT).timestamp():
            old.unlink()


def _keep(piece: Path, copy: Path, moment: float) -> None:
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        draft = copy.with_suffix(".new")
        shutil.copyfile(piece, draft)
        draft.rename(copy)
    os.utime(copy, (moment, moment))


def built_widget() -> Path:
    """Return where the build put the widget: inside the installed package, else in the checkout."""
    package = Path(__file__).parents[2]
    packed = package / "_widget"
    return packed if packed.is_dir() else package.parent / "widget_js" / "dist"
