"""Reading the file that says what an account does not show."""

import json
from pathlib import Path

from widget_server.shapes import Schedules, ShapeError, schedules_from_json

# Of a business with hundreds of employees it is far less.
MOST_BYTES = 8 * 1024 * 1024


def read_schedules(path: Path) -> Schedules:
    """Return what a schedules file names; raise ShapeError naming the field, or the file."""
    try:
        data = json.loads(_bytes(path).decode("utf-8-sig"))
        # JSON can say half a character, which can be neither shown nor sent.
        json.dumps(data, ensure_ascii=False).encode()
    except OSError as error:
        raise ShapeError(path.name, f"cannot be read: {error.strerror}") from None
    except UnicodeEncodeError:
        raise ShapeError(path.name, "has a character that is none: half of a \\u pair") from None
    except (ValueError, RecursionError) as error:
        raise ShapeError(path.name, f"is not JSON: {error}") from None
    return schedules_from_json(data)


def _bytes(path: Path) -> bytes:
    """Return what is in a file; nobody waits for a pipe, or reads what has no end."""
    if path.exists() and not path.is_file():
        raise ShapeError(path.name, "is not a file")
    with path.open("rb") as file:
        found = file.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise ShapeError(path.name, f"has more than {MOST_BYTES // 1024**2} MB")
    return found
