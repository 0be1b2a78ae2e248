"""Sets of minutes as the bits of one whole number.

Bit i stands for the i-th minute after some base. Union, intersection and difference are single
operations on big integers; the functions here are the others the engine needs.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache


def span(lo: int, hi: int) -> int:
    """Return the bits lo .. hi - 1; none where hi <= lo."""
    return ((1 << (hi - lo)) - 1) << lo if hi > lo else 0


def from_points(points: Iterable[int], size: int) -> int:
    """Return the given bits, all of them in 0 .. size - 1."""
    buffer = bytearray(size // 8 + 1)
    for point in points:
        buffer[point >> 3] |= 1 << (point & 7)
    return int.from_bytes(buffer, "little")


def from_spans(spans: Sequence[tuple[int, int]], size: int) -> int:
    """Return the union of spans that neither touch nor overlap, clipped to 0 .. size - 1.

    The spans lo .. hi - 1 are the difference of the numbers with the bits hi and the bits lo.
    """
    clipped = [(max(lo, 0), min(hi, size)) for lo, hi in spans if lo < size and hi > 0 and lo < hi]
    ends = from_points([hi for _, hi in clipped], size)
    return ends - from_points([lo for lo, _ in clipped], size)


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch or overlap made one; empty ones are left out."""
    found: list[tuple[int, int]] = []
    for lo, hi in sorted(spans):
        if found and lo <= found[-1][1]:
            if hi > found[-1][1]:
                found[-1] = (found[-1][0], hi)
        elif lo < hi:
            found.append((lo, hi))
    return found


def smear(bits: int, length: int) -> int:
    """Return the bits at which a stretch of `length` bits begins that touches a set one."""
    done = 1
    while done < length:
        step = min(done, length - done)
        bits |= bits >> step
        done += step
    return bits


def shift(bits: int, by: int) -> int:
    """Move bits up by so many places, or down where `by` is negative."""
    return bits << by if by >= 0 else bits >> -by


@lru_cache(maxsize=1024)
def comb(step: int, teeth: int) -> int:
    """Return `teeth` bits, the first at 0, each `step` after the one before."""
    return ((1 << (step * teeth)) - 1) // ((1 << step) - 1)


def grid(first: int, step: int, end: int) -> int:
    """Return the bits first, first + step, ... below end."""
    return comb(step, -((first - end) // step)) << first if end > first else 0


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """Yield the unbroken runs of set bits as (first, end), in order."""
    text = bin(bits)[:1:-1]
    lo = text.find("1")
    while lo >= 0:
        hi = text.find("0", lo)
        if hi < 0:
            yield lo, len(text)
            return
        yield lo, hi
        lo = text.find("1", hi)


def members(bits: int) -> list[int]:
    """Return the places of all set bits, in order."""
    text = bin(bits)[:1:-1]
    found = []
    at = text.find("1")
    while at >= 0:
        found.append(at)
        at = text.find("1", at + 1)
    return found
