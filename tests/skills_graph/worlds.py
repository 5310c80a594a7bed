"""Random small worlds, and what is held in them by the plainest reading of the rules: apply them all until nothing changes.

Written without a look at the algorithm: tables instead of claims, and a level or assurance is asked for, never pushed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from dateutil.relativedelta import relativedelta

from skills_graph.inference import Claim, Entry
from skills_graph.snapshot import Definitions, RecognitionFacts, RelationFacts, ScaleFacts

KINDS = ("declaration", "test", "practical")  # each proves an assurance of its own: 1, 2, 3
TERMS = ((None,), (None,), (24,), (None, None, 6, 12, 24, 36))  # the last kind of world refuses much
FIRST_DAY = date(2022, 1, 31)
Cell = tuple[int, int, int]  # competency, level, assurance


@dataclass(frozen=True)
class World:
    definitions: Definitions
    entries: list[Entry]


def make_world(seed: int) -> World:
    random = Random(seed)  # noqa: S311 - no secrets
    scales = {pk: sorted(random.choices((1, 1, 2, 3), k=random.randint(1, 4))) for pk in range(1, random.randint(2, 4))}
    competencies = range(1, random.randint(3, 9))
    scale_of = {pk: random.choice(list(scales)) for pk in competencies}
    terms = random.choice(TERMS)
    renewals = {pk: months for pk in competencies if (months := random.choice(terms)) is not None}
    rollups = {pk: random.choice((0, 0, 1, 2)) for pk in competencies if random.random() < 0.6}
    reserved = frozenset(pk for pk in rollups if random.random() < 0.5)
    definitions = Definitions(
        scales={pk: ScaleFacts.of(levels) for pk, levels in scales.items()},
        scale_of=scale_of,
        reserved=reserved,
        renewals=renewals,
        rollups=rollups,
        relations=_relations(random, list(competencies), {pk: len(scales[scale_of[pk]]) for pk in competencies}),
        maps=_maps(random, {pk: len(levels) for pk, levels in scales.items()}),
        recognitions=_recognitions(random, list(competencies)),
    )
    entries = list(_entries(random, list(competencies), {pk: len(scales[scale_of[pk]]) for pk in competencies}))
    return World(definitions, entries)


def _relations(random: Random, competencies: list[int], count_of: dict[int, int]) -> list[RelationFacts]:
    found = []
    for pk in range(1, random.randint(3, 18)):
        source, target = random.sample(competencies, 2)
        at = random.randint(1, count_of[source]) if random.random() < 0.5 else None
        gives = random.randint(1, count_of[target]) if random.random() < 0.5 else None
        kind = random.choice(("implies", "equivalent", "broader", "broader", "broader", "requires"))
        found.append(RelationFacts(pk, source, target, kind, at, gives, random.choice((1, 1, 2, 3))))
    return found


def _maps(random: Random, count_of: dict[int, int]) -> dict[tuple[int, int], list[int]]:
    return {
        (source, target): sorted(random.randint(0, count_of[target]) for _rank in range(count_of[source]))
        for source in count_of
        for target in count_of
        if source != target and random.random() < 0.7
    }


def _recognitions(random: Random, competencies: list[int]) -> list[RecognitionFacts]:
    return [
        RecognitionFacts(
            pk, random.randint(1, 2), random.choice(competencies), random.choice(KINDS), random.randint(1, 2),
            random.choice((None, 9)), random.choice(competencies), random.randint(1, 4),
        )
        for pk in range(1, random.randint(1, 4))
    ]  # fmt: skip


def _entries(random: Random, competencies: list[int], count_of: dict[int, int]) -> Iterator[Entry]:
    for number in range(1, random.randint(2, 16)):
        competency, day = random.choice(competencies), FIRST_DAY + timedelta(days=random.randint(0, 900))
        assurance = random.randint(1, 3)
        earlier = number > 1 and random.random() < 0.1
        yield Entry(
            uuid=UUID(int=number),
            number=number,
            competency=competency,
            level=random.randint(1, count_of[competency]),
            assurance=assurance,
            kind=KINDS[assurance - 1],
            failed=random.random() < 0.15,
            occurred_on=day,
            valid_until=day + timedelta(days=random.randint(0, 900)) if random.random() < 0.2 else None,
            revokes=UUID(int=random.randint(1, number - 1)) if earlier else None,
            issuer=random.randint(1, 2),
        )


# ── the plainest reading of the rules ────────────────────────────────────────────────────────────────────────


def _after(day: date, months: int) -> date:
    return day + relativedelta(months=months)


@dataclass(frozen=True)
class _Direct:
    competency: int
    level: int
    assurance: int
    until: date
    place: tuple[date, int]


def _lengthens(definitions: Definitions, source: int, target: int) -> bool:
    never = 10**6
    return definitions.renewals.get(source, never) > definitions.renewals.get(target, never)


def _provable(definitions: Definitions, competency: int, assurance: int) -> int:
    return definitions.scales[definitions.scale_of[competency]].highest[assurance - 1]


def _directs(definitions: Definitions, rows: list[Entry]) -> Iterator[_Direct]:
    for row in rows:
        own = definitions.renewals.get(row.competency)
        ends = [date.max, *([row.valid_until] if row.valid_until else [])]
        ends += [_after(row.occurred_on, own)] if own is not None else []
        if row.competency not in definitions.reserved:
            yield _Direct(row.competency, row.level, row.assurance, min(ends), (row.occurred_on, row.number))
        for rule in definitions.recognitions:
            fits = (rule.issuer, rule.competency, rule.kind) == (row.issuer, row.competency, row.kind)
            if not fits or row.level < rule.level or rule.gives in definitions.reserved:
                continue
            theirs = definitions.renewals.get(rule.gives)
            more = [_after(row.occurred_on, each) for each in (theirs, rule.max_age_months) if each is not None]
            level = min(rule.gives_level, _provable(definitions, rule.gives, row.assurance))
            yield _Direct(rule.gives, level, row.assurance, min(ends + more), (row.occurred_on, row.number))


def least_fixpoint(world: World) -> dict[Cell, date]:
    """Until when each level of each competency is held at least so firmly; only what is or was held at all."""
    definitions = world.definitions
    taken_back = {row.revokes for row in world.entries if row.revokes}
    rows = [row for row in world.entries if not row.revokes and row.uuid not in taken_back]
    failures = [row for row in rows if row.failed]
    standing = [
        direct
        for direct in _directs(definitions, [row for row in rows if not row.failed])
        if not any(
            failure.competency == direct.competency
            and (failure.occurred_on, failure.number) > direct.place
            and failure.level <= direct.level
            and failure.assurance >= direct.assurance
            for failure in failures
        )
    ]
    held_back = [
        failure
        for failure in failures
        if not any(
            direct.competency == failure.competency
            and direct.place > (failure.occurred_on, failure.number)
            and direct.level >= failure.level
            and direct.assurance >= failure.assurance
            for direct in standing
        )
    ]
    held: dict[Cell, date] = {}
    for direct in standing:
        _raise(held, direct.competency, direct.level, direct.assurance, direct.until)
    while _apply_all(definitions, held, held_back):
        pass
    return held


def _raise(held: dict[Cell, date], competency: int, level: int, assurance: int, until: date) -> bool:
    """Holding something is holding every lower level of it, and less firmly."""
    below = [(competency, rank, tier) for rank in range(1, level + 1) for tier in range(1, assurance + 1)]
    news = [cell for cell in below if held.get(cell, date.min) < until]
    held.update(dict.fromkeys(news, until))
    return bool(news)


def _worth(definitions: Definitions, source: int, target: int, rank: int, at: int | None, gives: int | None) -> int:
    here, there = definitions.scale_of[source], definitions.scale_of[target]
    if at is not None and rank < at:
        return 0
    if gives is not None:
        return min(gives, definitions.scales[there].rank_count)
    if here == there:
        return rank
    ranks = definitions.maps.get((here, there))
    return max(ranks[:rank]) if ranks else 0


def _support(held: dict[Cell, date], definitions: Definitions, link: RelationFacts, level: int, tier: int) -> date:
    """Until when the source is held so high that it is worth a level of the target."""
    ranks = range(1, definitions.scales[definitions.scale_of[link.source]].rank_count + 1)
    found = [
        held.get((link.source, rank, tier), date.min)
        for rank in ranks
        if _worth(definitions, link.source, link.target, rank, link.at, link.gives) >= level
    ]
    return max(found, default=date.min)


def _apply_all(definitions: Definitions, held: dict[Cell, date], held_back: list[Entry]) -> bool:
    has_news = False

    def conclude(target: int, level: int, tier: int, until: date) -> None:
        nonlocal has_news
        if until == date.min or level > _provable(definitions, target, tier):
            return
        if not any(each.competency == target and each.level <= level for each in held_back):
            has_news |= _raise(held, target, level, tier, until)

    links = [each for each in definitions.relations if each.kind in {"implies", "equivalent"}]
    links += [
        RelationFacts(each.pk, each.target, each.source, each.kind, each.gives, each.at, each.assurance)
        for each in definitions.relations
        if each.kind == "equivalent"
    ]
    for link in links:
        if not _lengthens(definitions, link.source, link.target):
            for level, tier in _levels(definitions, link.target):
                conclude(link.target, level, tier, _support(held, definitions, link, level, max(tier, link.assurance)))
    for whole, rollup in definitions.rollups.items():
        parts = [each for each in definitions.relations if each.kind == "broader" and each.target == whole]
        needed = rollup or len(parts)
        if not parts or any(_lengthens(definitions, each.source, whole) for each in parts):
            continue
        for level, tier in _levels(definitions, whole):
            ends = sorted(
                (
                    _support(held, definitions, each, level, _needed(definitions, parts, rollup, each, tier))
                    for each in parts
                ),
                reverse=True,
            )
            if len(ends) >= needed:
                conclude(whole, level, tier, ends[needed - 1])
    return has_news


def _levels(definitions: Definitions, competency: int) -> Iterator[tuple[int, int]]:
    count = definitions.scales[definitions.scale_of[competency]].rank_count
    return ((level, tier) for level in range(1, count + 1) for tier in (1, 2, 3))


def _needed(definitions: Definitions, parts: list[RelationFacts], rollup: int, part: RelationFacts, tier: int) -> int:
    """Where all parts are needed, one that states its assurance may be less firm than the firmest that is stated."""
    is_stated = part.assurance > 1 or part.target in definitions.reserved
    if rollup == 0 and is_stated and tier <= max(each.assurance for each in parts):
        return part.assurance
    return max(tier, part.assurance)


def as_cells(claims: list[Claim]) -> dict[Cell, date]:
    """The claims of the algorithm in the same table."""
    held: dict[Cell, date] = {}
    for claim in claims:
        _raise(held, claim.competency, claim.level, claim.assurance, claim.until)
    return held
