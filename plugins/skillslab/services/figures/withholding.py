"""Figures about people, withheld where they are about fewer than five, and where another figure would give these away.

Figures stand in a tree: the parts of a figure are groups that together are its people. Of each figure that is shown, the
parts that are withheld are none, or two or more with five people or more together; nothing is shown below what is withheld.
So whatever is subtracted from whatever, the rest is about five people or nobody. There are no sums across the tree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FEWEST_PEOPLE = 5


@dataclass
class Figure:
    """One group of people (ids), and what is known of it. `places`, `minutes` and such are sums of its parts."""

    key: Hashable = ""
    people: set[int] = field(default_factory=set)
    parts: dict[Hashable, Figure] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    is_shown: bool = False

    @property
    def count(self) -> int:
        return len(self.people)

    def add(self, path: tuple[Hashable, ...], person: int | None, **amounts: int) -> None:
        """Count somebody, or amounts that are about nobody, in this figure and in the parts along a path."""
        here = self
        here._count(person, amounts)
        for key in path:
            here = here.parts.setdefault(key, Figure(key))
            here._count(person, amounts)

    def _count(self, person: int | None, amounts: dict[str, int]) -> None:
        if person is not None:
            self.people.add(person)
        for name, amount in amounts.items():
            self.sums[name] = self.sums.get(name, 0) + amount

    def withhold(self) -> Figure:
        """Decide what is shown, of this figure and everything below it."""
        self.is_shown = not 0 < self.count < FEWEST_PEOPLE
        self._choose()
        return self

    def _choose(self) -> None:
        parts = list(self.parts.values())
        for part in parts:
            part.is_shown = self.is_shown and not 0 < part.count < FEWEST_PEOPLE
        hidden = [part for part in parts if not part.is_shown]
        others = sorted((part for part in parts if part.is_shown and part.count), key=_by_size, reverse=True)
        while self.is_shown and hidden and others and not _are_enough(hidden):
            others[-1].is_shown = False
            hidden.append(others.pop())
        for part in parts:
            part._choose()

    @property
    def shown(self) -> list[Figure]:
        return [part for part in self.parts.values() if part.is_shown]

    @property
    def withheld(self) -> Figure | None:
        """The parts that are not shown, taken together; None where all are shown."""
        hidden = [part for part in self.parts.values() if not part.is_shown]
        if not hidden or not self.is_shown:
            return None
        together = Figure("", is_shown=True)
        for part in hidden:
            together.people |= part.people
            for name, amount in part.sums.items():
                together.sums[name] = together.sums.get(name, 0) + amount
        return together

    def walk(self) -> Iterator[Figure]:
        """This figure and all below it."""
        yield self
        for part in self.parts.values():
            yield from part.walk()


@dataclass(frozen=True)
class ShownFigure:
    """What may be shown of a figure: numbers, and nobody in them. One that is withheld is about somebody, and has no parts."""

    key: Hashable
    count: int
    is_shown: bool = True
    parts: Mapping[Hashable, ShownFigure] = field(default_factory=dict)
    withheld: ShownFigure | None = None

    @classmethod
    def of(cls, figure: Figure) -> ShownFigure:
        if not figure.is_shown:
            return cls(figure.key, 1, is_shown=False)
        parts = {key: cls.of(part) for key, part in figure.parts.items()}
        withheld = cls("", figure.withheld.count) if figure.withheld else None
        return cls(figure.key, figure.count, parts=parts, withheld=withheld)

    @property
    def shown(self) -> list[ShownFigure]:
        return [part for part in self.parts.values() if part.is_shown]

    def stored(self) -> list[Any]:
        """The same as JSON; `read` reads it. Days are words there."""
        key = self.key.isoformat() if isinstance(self.key, date) else self.key
        parts = [part.stored() for part in self.parts.values()]
        return [key, self.count, self.is_shown, parts, self.withheld.count if self.withheld else None]

    @classmethod
    def read(cls, stored: list[Any]) -> ShownFigure:
        word, count, is_shown, listed, withheld = stored
        key = date.fromisoformat(word) if isinstance(word, str) and word else word
        parts = {part.key: part for part in map(cls.read, listed)}
        return cls(key, count, is_shown, parts, cls("", withheld) if withheld else None)


def _are_enough(hidden: list[Figure]) -> bool:
    return len(hidden) > 1 and len(set[int]().union(*(part.people for part in hidden))) >= FEWEST_PEOPLE


def _by_size(figure: Figure) -> tuple[int, str]:
    return figure.count, str(figure.key)
