"""This machine: where data are written, who can read them, and whether the widget was built."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from widget_server.doctor.findings import CannotCheck, Finding, fix, ok, warning
from widget_server.observability.families import OFFERED_BY, STARTS
from widget_server.observability.metrics import folder_of
from widget_server.observability.tally import Tally
from widget_server.settings import Settings
from widget_server.web.widget_script.files import WidgetFiles, built_widget

PRIVATE = ("credentials.json", "secret_key", "ledger.sqlite", "backend.sqlite")
MEGABYTE = 1024 * 1024
# The cache alone may take 256.
LITTLE_SPACE, NO_SPACE = 1024, 100


def data_dir(settings: Settings) -> Iterator[Finding]:
    """See whether the server could write, as whoever asks now."""
    folder = settings.data_dir
    if not folder.exists():
        above = next(parent for parent in folder.parents if parent.exists())
        if os.access(above, os.W_OK | os.X_OK):
            yield ok("DATA_DIR", f"{folder} is made at the first start")
        else:
            yield fix("DATA_DIR", f"{folder} cannot be made", f"Give it to the user {_user()}.")
    elif not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield fix("DATA_DIR", f"{folder} cannot be written", f"Give it to the user {_user()}.")
    else:
        yield ok("DATA_DIR", f"{folder} can be written")


def disk(settings: Settings) -> Iterator[Finding]:
    """See how much space is left."""
    folder = settings.data_dir
    there = next(one for one in (folder, *folder.parents) if one.exists())
    free = shutil.disk_usage(there).free // MEGABYTE
    do = "Make room, or move DATA_DIR: bookings are refused when nothing can be written."
    if free < NO_SPACE:
        yield fix("free space", f"{free} MB", do)
    elif free < LITTLE_SPACE:
        yield warning("free space", f"{free} MB", do)
    else:
        yield ok("free space", f"{free / 1024:.0f} GB")


def private_files(settings: Settings) -> Iterator[Finding]:
    """See that nobody else on this machine reads secrets or what people have booked."""
    paths = [path for name in PRIVATE if (path := settings.data_dir / name).exists()]
    if not paths:
        raise CannotCheck("nothing has been written yet")
    for path in paths:
        if _others_may(path):
            mode = stat.S_IMODE(path.stat().st_mode)
            yield fix(path.name, f"others may read it (mode {mode:04o})", f"chmod 600 {path}")
        else:
            yield ok(path.name, "only its owner reads it")


def widget(_settings: Settings) -> Iterator[Finding]:
    """See whether there is something to serve at /widget.js."""
    if WidgetFiles(built_widget()).loader is None:
        yield fix("widget", "has not been built", "Run make in the checkout.")
    else:
        yield ok("widget", "built")


def differences(settings: Settings) -> Iterator[Finding]:
    """See how far our engine and the platform agree, as the server that runs here has counted."""
    if settings.availability_source != "both":
        return
    counted = Tally.counted(folder_of(settings.data_dir))
    both, computed, platform = (int(counted.get(STARTS.key(who), 0)) for who in OFFERED_BY)
    if not both + computed + platform:
        raise CannotCheck("no list of open times has been asked for since the server started")
    seen = f"{both} starts of both, {computed} of ours alone, {platform} of the platform's alone"
    if computed or platform:
        do = "Mend SCHEDULES_FILE: widget-server explain --at says why a start is offered or not."
        yield warning("differences", seen, do)
    else:
        yield ok("differences", seen)


def _others_may(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _user() -> str:
    return f"{os.getuid()}"


CHECKS = (data_dir, disk, private_files, widget, differences)
