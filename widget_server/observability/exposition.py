"""Numbers as Prometheus reads them: its text format, version 0.0.4."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from widget_server.observability.tally import Key

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
# The last part of a histogram's sum; the others have the number of their bucket there.
SUM = "sum"
Numbers = Mapping[Key, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Family:
    """What goes by one name: its kind, what it tells, what its labels are called.

    `bounds` are a histogram's upper bounds. `known` are values of the labels that are shown before
    anything is counted. `merge` makes one number of what the processes have.
    """

    name: str
    kind: str
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    known: tuple[tuple[str, ...], ...] = ()
    merge: Callable[[Iterable[float]], float] = sum

    def key(self, *labels: str) -> Key:
        """Return what one number of it is counted under."""
        return (self.name, *labels)

    def observed(self, value: float, *labels: str) -> tuple[tuple[Key, float], tuple[Key, float]]:
        """Return what a value adds to a histogram: one to its bucket, itself to the sum."""
        bucket = str(bisect_left(self.bounds, value))
        return ((self.name, *labels, bucket), 1), ((self.name, *labels, SUM), value)


def expose(families: Iterable[Family], numbers: Numbers) -> str:
    """Return the families' numbers as text; what belongs to none of them is left out."""
    by_name: dict[str, dict[tuple[str, ...], Sequence[float]]] = {}
    for (name, *labels), values in numbers.items():
        by_name.setdefault(name, {})[tuple(labels)] = values
    lines = (line for family in families for line in _lines(family, by_name.get(family.name, {})))
    return "\n".join(lines) + "\n"


def _lines(family: Family, numbers: Mapping[tuple[str, ...], Sequence[float]]) -> Iterator[str]:
    yield f"# HELP {family.name} {family.help}"
    yield f"# TYPE {family.name} {family.kind}"
    if family.kind == HISTOGRAM:
        yield from _histogram(family, numbers)
        return
    count = len(family.labels)
    shown = dict.fromkeys(family.known, 0.0)
    shown |= {key: family.merge(have) for key, have in numbers.items() if len(key) == count}
    for labels, value in sorted(shown.items()):
        yield _line(family.name, zip(family.labels, labels, strict=True), value)


def _histogram(family: Family, numbers: Mapping[tuple[str, ...], Sequence[float]]) -> Iterator[str]:
    bounds, count = [*map(_number, family.bounds), "+Inf"], len(family.labels)
    seen = {key[:-1] for key in numbers if len(key) == count + 1}
    for labels in sorted(seen | set(family.known)):
        named = tuple(zip(family.labels, labels, strict=True))
        counts = [sum(numbers.get((*labels, str(number)), ())) for number in range(len(bounds))]
        total = 0.0
        for bound, total in zip(bounds, accumulate(counts), strict=True):
            yield _line(f"{family.name}_bucket", (*named, ("le", bound)), total)
        yield _line(f"{family.name}_sum", named, sum(numbers.get((*labels, SUM), ())))
        yield _line(f"{family.name}_count", named, total)


def _line(name: str, labels: Iterable[tuple[str, str]], value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    return f"{name}{{{told}}} {_number(value)}" if told else f"{name} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
