"""What an answer looks like, told by keys and types: nothing that stands in it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

MOST_DEPTH = 6
MOST_KEYS = 60
MOST_TEXT = 4000
# A key that names a field; another one may be what somebody has written.
_FIELD = re.compile(r"[a-z][A-Za-z0-9_]{0,39}", re.ASCII)
_KINDS = (
    (re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), "<date>"),
    (re.compile(r"\d\d?:\d\d(:\d\d)?", re.ASCII), "<time>"),
    (re.compile(r"\d+", re.ASCII), "<number>"),
)
_NAMES = {bool: "bool", int: "int", float: "float", str: "str", type(None): "null"}


def shape(values: Sequence[Any]) -> str:
    """Return what all of these values look like: `{id: int, name: str|null}`."""
    whole = _shape(values, 0)
    return whole if len(whole) <= MOST_TEXT else f"{whole[:MOST_TEXT]}..."


def _shape(values: Sequence[Any], depth: int) -> str:
    if depth > MOST_DEPTH:
        return "..."
    kinds = {_NAMES[type(value)] for value in values if type(value) in _NAMES}
    found = sorted(kinds - {"null"})
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        found.append(f"[{_shape([one for some in lists for one in some], depth + 1)}]")
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        found.append(_members(objects, depth))
    return "|".join([*found, *sorted(kinds & {"null"})])


def fields_of(records: Iterable[dict[str, Any]]) -> list[str]:
    """Return the names of the fields that any of the records has, as they may be shown."""
    return list(dict.fromkeys(field(key) for record in records for key in record))


def field(key: str) -> str:
    """Return a key if it names a field, otherwise of what kind it is."""
    if _FIELD.fullmatch(key):
        return key
    return next((name for form, name in _KINDS if form.fullmatch(key)), "<text>")


def _members(objects: Sequence[dict[str, Any]], depth: int) -> str:
    members: dict[str, list[Any]] = {}
    for one in objects:
        for key, value in one.items():
            members.setdefault(field(key), []).append(value)
    shown = [
        f"{name}{'' if _always(name, objects) else '?'}: {_shape(values, depth + 1)}"
        for name, values in list(members.items())[:MOST_KEYS]
    ]
    more = len(members) - MOST_KEYS
    return "{" + ", ".join([*shown, f"and {more} more"] if more > 0 else shown) + "}"


def _always(name: str, objects: Sequence[dict[str, Any]]) -> bool:
    return name.startswith("<") or all(name in one for one in objects)
