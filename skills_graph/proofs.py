"""What the published modules prove, kept in memory, so that thousands of them are ranked in microseconds.

Each module has a place: what takes least time first, then by title. A skill has the set of the places that prove it, as a
number with one bit for each. Such sets are added up by a few operations on whole numbers, whatever the number of modules. It
holds no right: it names candidates, and the database decides who may see them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

FEW = 8  # so many places are kept as they are: at the size of ESCO most skills have one or two
BITS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
Places = int | tuple[int, ...]


@dataclass(frozen=True)
class Proofs:
    """Read only: every thread of a process shares it. `by_skill`: skill → (level, the places that prove that level or
    higher), the lowest level first. What the module at a place proves stands between two of the `starts`."""

    stamp: UUID | None
    modules: Sequence[int]  # place → id of a module
    by_skill: Mapping[int, tuple[tuple[int, Places], ...]]
    starts: Sequence[int]
    skills: Sequence[int]
    levels: Sequence[int]

    def ranked(self, wanted: Mapping[int, int]) -> Iterator[int]:
        """The places of what proves any of these skills at these levels: what proves most of them first, and among equals in
        the order of places. Nothing is worked out beyond what is read of it."""
        planes: list[int] = []  # how many each place proves, in binary: the places with a one, a two, a four in it
        any_of_it = 0
        for skill, level in wanted.items():
            carry = self._proving(skill, level)
            any_of_it |= carry
            for number, plane in enumerate(planes):
                planes[number], carry = plane ^ carry, plane & carry
                if not carry:
                    break
            if carry:
                planes.append(carry)
        return _most_first(planes, any_of_it)

    def of(self, place: int, wanted: Mapping[int, int]) -> dict[int, int]:
        """What the module at a place proves of this: skill → the highest level."""
        here = range(self.starts[place], self.starts[place + 1])
        proven = {self.skills[at]: self.levels[at] for at in here}
        return {skill: level for skill, level in proven.items() if skill in wanted and level >= wanted[skill]}

    def _proving(self, skill: int, level: int) -> int:
        for here, places in self.by_skill.get(skill, ()):
            if here >= level:
                return places if isinstance(places, int) else _set_of(places, len(self.modules))
        return 0


def build(
    modules: Iterable[tuple[int, str, int]], proven: Iterable[tuple[int, int, int]], *, stamp: UUID | None = None
) -> Proofs:
    """The table of these modules (minutes, title, id) and of what they prove (module, skill, level)."""
    highest: dict[int, dict[int, int]] = {}
    for module, skill, level in proven:
        own = highest.setdefault(module, {})
        own[skill] = max(level, own.get(skill, 0))
    ordered = [pk for _minutes, _title, pk in sorted(modules) if pk in highest]
    starts, skills, levels = array("l", [0]), array("l"), array("l")
    at_level: dict[int, dict[int, list[int]]] = {}
    for place, pk in enumerate(ordered):
        for skill, level in highest[pk].items():
            skills.append(skill)
            levels.append(level)
            at_level.setdefault(skill, {}).setdefault(level, []).append(place)
        starts.append(len(skills))
    by_skill = {skill: _from_each_level(levels_of, len(ordered)) for skill, levels_of in at_level.items()}
    return Proofs(stamp, array("l", ordered), by_skill, starts, skills, levels)


def _from_each_level(places_of: Mapping[int, list[int]], size: int) -> tuple[tuple[int, Places], ...]:
    found: list[tuple[int, Places]] = []
    places: list[int] = []
    for level in sorted(places_of, reverse=True):
        places += places_of[level]
        found.append((level, tuple(places) if len(places) <= FEW else _set_of(places, size)))
    return tuple(reversed(found))


def _set_of(places: Iterable[int], size: int) -> int:
    flags = bytearray(size // 8 + 1)
    for place in places:
        flags[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(flags, "little")


def _most_first(planes: Sequence[int], places: int) -> Iterator[int]:
    """These places by the number that the planes spell, the highest first."""
    if not places:
        return
    if planes:
        *lower, highest = planes
        yield from _most_first(lower, places & highest)
        yield from _most_first(lower, places & ~highest)
        return
    for start, byte in enumerate(places.to_bytes(places.bit_length() // 8 + 1, "little")):
        for bit in BITS[byte]:
            yield 8 * start + bit
