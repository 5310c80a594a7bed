"""Whether people can get what a module asks before it starts: no circle in which each waits for the other.

Forward chaining over what modules give and the relations that infer. What no module gives (a diploma, years of work) is
taken as something that people bring along.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import F

from skills_graph.models import Competency, CompetencyTerms, Outcome, Relation

INFERRING = (Relation.Kind.BROADER, Relation.Kind.IMPLIES, Relation.Kind.EQUIVALENT)
NO_LEVEL = 0


@dataclass(frozen=True)
class Wanted:
    """A competency at a level, by its id."""

    competency_id: int
    level: int


@dataclass
class World:
    """What can be learnt around a module: modules with what they ask and give, and how competencies follow."""

    asks: dict[int, list[Wanted]] = field(default_factory=lambda: defaultdict(list))
    gives: dict[int, list[Wanted]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    parts: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    parts_needed: dict[int, int] = field(default_factory=dict)

    @property
    def taught(self) -> set[int]:
        """Competencies that a module gives or that follow from others: nobody is taken to bring these along."""
        given = {each.competency_id for gives in self.gives.values() for each in gives}
        return given | self.sources.keys() | self.parts.keys()


def unreachable_entries(module_id: int, entries: list[Wanted], gives: list[Wanted]) -> set[Wanted]:
    """Those of a module's entry requirements that cannot be met before the module itself is done.

    A module that takes people further (asks level 2, gives level 3) is no circle: they bring level 2 along.
    """
    if not entries:
        return set()
    world = _world_around(module_id, entries)
    asked = {each.competency_id: each.level for each in entries}
    further = [each for each in gives if each.level > asked.get(each.competency_id, each.level)]
    world.asks[module_id], world.gives[module_id] = entries, [each for each in gives if each not in further]
    reached = _reached(world)
    taught = world.taught
    return {each for each in entries if each.competency_id in taught and reached[each.competency_id] < each.level}


def _world_around(module_id: int, entries: list[Wanted]) -> World:
    """Everything from which the entries could follow, looked up layer by layer."""
    world, seen = World(), set[int]()
    layer = {each.competency_id for each in entries}
    while layer:
        seen |= layer
        following = _add_relations(world, layer)
        rows = Outcome.objects.filter(
            version__module__current_version=F("version"), version__module__archived_at__isnull=True
        ).exclude(version__module=module_id)
        givers = set(rows.filter(competency__in=layer, is_entry=False).values_list("version_id", flat=True))
        for version, competency, level, is_entry in rows.filter(version__in=givers - world.gives.keys()).values_list(
            "version_id", "competency_id", "level", "is_entry"
        ):
            key = -version  # apart from the module in question, which goes by its own id
            (world.asks if is_entry else world.gives)[key].append(Wanted(competency, level))
            if is_entry:
                following.add(competency)
        layer = following - seen
    return world


def _add_relations(world: World, layer: set[int]) -> set[int]:
    """Add how the competencies of a layer follow from others; which others."""
    needed = dict(
        CompetencyTerms.objects.current()
        .filter(competency__in=layer, rollup__isnull=False)
        .values_list("competency_id", "rollup")
    )
    rows = Relation.objects.current().filter(
        target__in=layer, kind__in=INFERRING, status=Relation.Status.ACCEPTED, source__retired_on__isnull=True
    )
    found: set[int] = set()
    for source, target, kind in rows.exclude(source__kind=Competency.Kind.GROUP).values_list(
        "source_id", "target_id", "kind"
    ):
        if kind != Relation.Kind.BROADER:
            world.sources[target].add(source)
        elif target in needed:
            world.parts[target].add(source)
        else:
            continue
        found.add(source)
    world.parts_needed |= needed
    return found


def _reached(world: World) -> dict[int, int]:
    """The highest level that can be reached of each competency; an inferred one counts as the highest there is."""
    taught, highest = world.taught, max((each.level for gives in world.gives.values() for each in gives), default=1)
    highest = max([highest, *(each.level for asks in world.asks.values() for each in asks)])
    reached: dict[int, int] = defaultdict(lambda: NO_LEVEL)
    done: set[int] = set()
    is_growing = True
    while is_growing:
        is_growing = False
        for module, gives in world.gives.items():
            asks = world.asks.get(module, [])
            met = all(each.competency_id not in taught or reached[each.competency_id] >= each.level for each in asks)
            if module not in done and met:
                done.add(module)
                is_growing = True
                for each in gives:
                    reached[each.competency_id] = max(reached[each.competency_id], each.level)
        for target in world.sources.keys() | world.parts.keys():
            if reached[target] < highest and _follows(world, target, reached, taught):
                reached[target] = highest
                is_growing = True
    return reached


def _follows(world: World, target: int, reached: dict[int, int], taught: set[int]) -> bool:
    if any(source not in taught or reached[source] for source in world.sources.get(target, ())):
        return True
    parts = world.parts.get(target, set())
    there = sum(1 for part in parts if part not in taught or reached[part])
    return bool(parts) and there >= (world.parts_needed[target] or len(parts))
