"""What somebody lacks of what a profile asks, on a day: numbers only, no database. 40 requirements cost some 10 µs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple


class Held(NamedTuple):
    """Something held: at this level, this firmly, until (and not on) this day."""

    level: int
    assurance: int
    until: date


class Asked(NamedTuple):
    """One requirement."""

    competency: int
    level: int
    assurance: int
    strength: int


class Shortfall(NamedTuple):
    """A requirement that is not met, and the level that is held that day; 0 is none."""

    asked: Asked
    level: int


Holdings = Mapping[int, Sequence[tuple[int, int, date]]]  # by competency: level, assurance, until


def gap(demands: Iterable[Asked], holdings: Holdings, day: date) -> list[Shortfall]:
    """The requirements that nothing meets on a day, in their order. “Held on a day” is `until > day`."""
    missing = []
    for asked in demands:
        best = 0
        for level, assurance, until in holdings.get(asked.competency, ()):
            if until > day:
                if level >= asked.level and assurance >= asked.assurance:
                    break
                best = max(best, level)
        else:
            missing.append(Shortfall(asked, best))
    return missing
