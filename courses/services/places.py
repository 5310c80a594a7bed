"""Sets of places: an integer with one bit for each, so that crossing, joining and counting thousands takes microseconds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

NO, YES = ord("0"), ord("1")
TRUTH = bytes.maketrans(b"01", b"\x00\x01")


def set_of(places: Iterable[int], size: int) -> int:
    """The set of these places, among so many."""
    digits = bytearray(b"0") * size
    for place in places:
        digits[place] = YES
    digits.reverse()
    return int(digits, 2) if digits else 0


def flags_of(places: int, size: int) -> bytes:
    """For each place 1 where the set has it, else 0."""
    return f"{places:0{size}b}".encode()[::-1].translate(TRUTH) if size else b""


def members(places: int, size: int) -> list[int]:
    """The places of a set, in order."""
    return list(compress(range(size), flags_of(places, size)))
