"""The account's order as ranks: whole numbers with room between them for what comes later."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

ROOM = 2**20


def longest_run(ranks: Sequence[int | None]) -> list[int]:
    """Return the indices of the longest run of increasing ranks: the rows that have not moved."""
    ends: list[int] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for at, rank in enumerate(ranks):
        if rank is None:
            continue
        length = bisect_left(ends, rank)
        ends[length:] = [rank, *ends[length + 1 :]]
        last[length:] = [at, *last[length + 1 :]]
        before[at] = last[length - 1] if length else None
    run: list[int] = []
    at_end = last[-1] if last else None
    while at_end is not None:
        run.append(at_end)
        at_end = before[at_end]
    return run[::-1]


def placed(ranks: Sequence[int | None], before: int | None, after: int | None) -> list[int]:
    """Return increasing ranks for rows in a row; those that have one keep it.

    `before` and `after` are the ranks of what stands around them; None at an end of the list.
    """
    found: list[int] = []
    low = before
    while len(found) < len(ranks):
        rest = ranks[len(found) :]
        new = next((n for n, rank in enumerate(rest) if rank is not None), len(rest))
        high = rest[new] if new < len(rest) else after
        found += _between(low, high, new)
        if new < len(rest):
            found.append(high or 0)
        low = found[-1]
    return found


def _between(low: int | None, high: int | None, count: int) -> Iterator[int]:
    for number in range(1, count + 1):
        if low is None and high is None:
            yield number * ROOM
        elif low is None:
            yield (high or 0) - (count + 1 - number) * ROOM
        elif high is None:
            yield low + number * ROOM
        else:
            # Where there is no room left some are equal; the next sweep makes room.
            yield low + (high - low) * number // (count + 1)
