"""What inference needs to know of the definitions, made once and never changed: terms, scales, and what infers what.

Only what can infer is in it, so it stays small at any size of framework: relations for routes and advice are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import NamedTuple, TypeVar
from uuid import UUID

from skills_graph.frameworks.validity import ASSURANCES, MAX_RANKS, lengthens

IMPLIES, EQUIVALENT, BROADER = "implies", "equivalent", "broader"
Key = TypeVar("Key")
Value = TypeVar("Value")
Ranks = tuple[int, ...]  # for each rank of the source, from 1 up, the rank that it is worth in the target; 0 is none


class ScaleFacts(NamedTuple):
    """A scale: how many ranks it has, and the highest that each assurance can prove (declared, tested, assessed)."""

    rank_count: int
    highest: tuple[int, ...]

    @classmethod
    def of(cls, min_assurances: Sequence[int]) -> ScaleFacts:
        ranks = list(enumerate(min_assurances, start=1))
        highest = (max((rank for rank, least in ranks if least <= each), default=0) for each in ASSURANCES)
        return cls(len(min_assurances), tuple(highest))


class RelationFacts(NamedTuple):
    """An accepted relation, as it is stored."""

    pk: int
    source: int
    target: int
    kind: str
    at: int | None
    gives: int | None
    assurance: int


class RecognitionFacts(NamedTuple):
    """A rule by which one organisation takes another's evidence for its own competency."""

    pk: int
    issuer: int
    competency: int
    kind: str
    level: int
    max_age_months: int | None
    gives: int
    gives_level: int


class Edge(NamedTuple):
    """One competency infers another: with at least this assurance, each rank gives the rank that stands for it."""

    relation: int
    kind: str
    target: int
    ranks: Ranks
    assurance: int
    highest: tuple[int, ...]  # the highest level that each assurance can prove of the target


class Part(NamedTuple):
    """A competency as a part of a whole. `needs` is the assurance it must have for the whole to be declared, tested or
    assessed: a part that states one may cite less firm evidence than the whole, where another part carries it."""

    relation: int
    whole: int
    ranks: Ranks
    needs: tuple[int, int, int]
    needed: int  # how many parts make the whole
    highest: tuple[int, ...]


class Refusal(NamedTuple):
    """A relation that would keep its target alive beyond its own term; it infers nothing."""

    relation: int
    source: int
    target: int


@dataclass(frozen=True)
class Definitions:
    """The definitions at one moment, as plain rows."""

    scales: Mapping[int, ScaleFacts]
    scale_of: Mapping[int, int]
    reserved: frozenset[int] = frozenset()
    retired: Mapping[int, date] = field(default_factory=dict)
    renewals: Mapping[int, int] = field(default_factory=dict)
    rollups: Mapping[int, int] = field(default_factory=dict)
    relations: Sequence[RelationFacts] = ()
    maps: Mapping[tuple[int, int], Sequence[int]] = field(default_factory=dict)
    recognitions: Sequence[RecognitionFacts] = ()


@dataclass(frozen=True)
class Snapshot:
    """The definitions, ready for inference. Read only: every thread of a process shares it."""

    number: int
    stamp: UUID | None
    scales: Mapping[int, ScaleFacts]
    scale_of: Mapping[int, int]
    reserved: frozenset[int]
    retired: Mapping[int, date]
    renewals: Mapping[int, int]
    edges: Mapping[int, tuple[Edge, ...]]
    parts: Mapping[int, tuple[Part, ...]]
    recognitions: Mapping[tuple[int, int], tuple[RecognitionFacts, ...]]
    refusals: tuple[Refusal, ...]

    def highest(self, competency: int, assurance: int) -> int:
        """The highest level of a competency that this assurance can prove."""
        scale = self.scales.get(self.scale_of.get(competency, 0))
        return scale.highest[assurance - 1] if scale else MAX_RANKS


def build(definitions: Definitions, *, number: int = 0, stamp: UUID | None = None) -> Snapshot:
    """The snapshot of these definitions. What would lengthen validity is left out, and named in `refusals`."""
    refusals: list[Refusal] = []
    edges: dict[int, list[Edge]] = {}
    for source, target, relation, is_reversed in _directed(definitions.relations):
        if lengthens(definitions.renewals.get(source), definitions.renewals.get(target)):
            refusals.append(Refusal(relation.pk, source, target))
        else:
            ranks = _ranks(definitions, source, target, relation, is_reversed=is_reversed)
            highest = definitions.scales[definitions.scale_of[target]].highest
            edge = Edge(relation.pk, relation.kind, target, ranks, relation.assurance, highest)
            edges.setdefault(source, []).append(edge)
    parts, refused = _wholes(definitions)
    recognitions: dict[tuple[int, int], list[RecognitionFacts]] = {}
    for rule in sorted(definitions.recognitions):
        recognitions.setdefault((rule.issuer, rule.competency), []).append(rule)
    return Snapshot(
        number=number,
        stamp=stamp,
        scales=definitions.scales,
        scale_of=definitions.scale_of,
        reserved=definitions.reserved,
        retired=definitions.retired,
        renewals=definitions.renewals,
        edges=_frozen(edges),
        parts=parts,
        recognitions=_frozen(recognitions),
        refusals=(*refusals, *refused),
    )


def _frozen(lists: Mapping[Key, list[Value]]) -> dict[Key, tuple[Value, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _directed(relations: Iterable[RelationFacts]) -> Iterable[tuple[int, int, RelationFacts, bool]]:
    """(source, target, relation, whether it is read backwards) of what infers one from one; sameness goes both ways."""
    for relation in sorted(relations):
        if relation.kind in {IMPLIES, EQUIVALENT}:
            yield relation.source, relation.target, relation, False
        if relation.kind == EQUIVALENT:
            yield relation.target, relation.source, relation, True


def _ranks(
    definitions: Definitions, source: int, target: int, relation: RelationFacts, *, is_reversed: bool = False
) -> Ranks:
    """What each rank of the source is worth: the same rank on one scale, the map between two; `at` and `gives` overrule.

    Without a map between two scales only `at` and `gives` can say it: nothing is assumed.
    """
    at, gives = (relation.gives, relation.at) if is_reversed else (relation.at, relation.gives)
    here, there = definitions.scale_of[source], definitions.scale_of[target]
    count, most = definitions.scales[here].rank_count, definitions.scales[there].rank_count
    mapped = range(1, count + 1) if here == there else definitions.maps.get((here, there), ())
    worth = [*accumulate(mapped, max)][:count]
    worth += [0] * (count - len(worth))
    ranks = ((gives or same) if rank >= (at or 1) else 0 for rank, same in enumerate(worth, start=1))
    return tuple(min(rank, most) for rank in ranks) or (0,)


def _wholes(
    definitions: Definitions,
) -> tuple[dict[int, tuple[Part, ...]], list[Refusal]]:
    """The parts by their competency, and what is refused.

    A part that lengthens validity closes its whole: leaving only the part out would make the whole easier.
    """
    children: dict[int, list[RelationFacts]] = {}
    for relation in sorted(definitions.relations):
        if relation.kind == BROADER and relation.target in definitions.rollups:
            children.setdefault(relation.target, []).append(relation)
    parts: dict[int, list[Part]] = {}
    refusals: list[Refusal] = []
    for whole, relations in children.items():
        months = definitions.renewals.get(whole)
        lengthening = [each for each in relations if lengthens(definitions.renewals.get(each.source), months)]
        if lengthening:
            refusals += [Refusal(each.pk, each.source, whole) for each in lengthening]
            continue
        is_all = definitions.rollups[whole] == 0
        needed = len(relations) if is_all else definitions.rollups[whole]
        highest = definitions.scales[definitions.scale_of[whole]].highest
        top = max(each.assurance for each in relations) if is_all else 0
        for each in relations:
            ranks = _ranks(definitions, each.source, whole, each)
            is_stated = each.assurance > 1 or whole in definitions.reserved
            needs = _needs(each.assurance, top if is_stated else 0)
            part = Part(each.pk, whole, ranks, needs, needed, highest)
            parts.setdefault(each.source, []).append(part)
    return _frozen(parts), refusals


def _needs(stated: int, top: int) -> tuple[int, int, int]:
    """Up to the firmest assurance that any part states, what was stated is enough; else as firm as the whole is to be."""
    one, two, three = (stated if tier <= top else max(stated, tier) for tier in ASSURANCES)
    return one, two, three
