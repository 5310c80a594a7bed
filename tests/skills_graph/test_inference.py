"""Inference against the plainest reading of the rules, in random worlds: with circles, maps, wholes, failures, revocations.

A few hundred worlds each time; `LXP_TEST_WORLDS=5000` for more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills_graph.inference import Claim, Entry, add_months, cited, derive, why
from skills_graph.snapshot import Definitions, RelationFacts, ScaleFacts, build
from tests.skills_graph.worlds import World, as_cells, least_fixpoint, make_world

WORLDS = int(os.environ.get("LXP_TEST_WORLDS", "300"))
in_worlds = settings(max_examples=WORLDS, deadline=None, database=None, derandomize=WORLDS == 300)
worlds = st.integers(0, 2**48).map(make_world)
FOUR = ScaleFacts.of([1, 2, 3, 3])
DAY = date(2026, 3, 3)


@in_worlds
@given(worlds)
def test_it_is_the_least_fixpoint(world: World) -> None:
    assert as_cells(derive(world.entries, build(world.definitions))) == least_fixpoint(world)


@in_worlds
@given(worlds, st.integers(0, 1000))
def test_the_order_of_the_ledger_does_not_matter(world: World, seed: int) -> None:
    shuffled = world.entries.copy()
    Random(seed).shuffle(shuffled)  # noqa: S311 - no secrets
    one, other = build(world.definitions), build(world.definitions)
    assert written(derive(world.entries, one), one) == written(derive(shuffled, other), other)


def written(claims: list[Claim], graph) -> str:
    return json.dumps([why(claim, graph) for claim in claims])


@in_worlds
@given(worlds)
def test_the_evidence_that_is_cited_is_enough(world: World) -> None:
    """Beside failures and revocations, which decide what counts."""
    graph = build(world.definitions)
    for claim in derive(world.entries, graph):
        named = cited(why(claim, graph))
        enough = [row for row in world.entries if str(row.uuid) in named or row.failed or row.revokes]
        cells = as_cells(derive(enough, graph))
        assert cells[claim.competency, claim.level, claim.assurance] == claim.until


@in_worlds
@given(worlds)
def test_nothing_on_the_way_keeps_anything_alive_beyond_its_own_term(world: World) -> None:
    graph = build(world.definitions)
    days = {row.uuid: row.occurred_on for row in world.entries}
    for claim in derive(world.entries, graph):
        for competency, evidence in paths(claim):
            months = world.definitions.renewals.get(competency)
            if months is not None:
                assert claim.until <= add_months(days[evidence], months)


def paths(claim: Claim) -> Iterator[tuple[int, UUID]]:
    """(competency, evidence below it), for each competency of a derivation."""
    yield from ((claim.competency, each) for each in leaves(claim))
    for part in claim.parts:
        yield from paths(part)


def leaves(claim: Claim) -> Iterator[UUID]:
    if claim.evidence is not None:
        yield claim.evidence
    for part in claim.parts:
        yield from leaves(part)


@in_worlds
@given(worlds)
def test_no_claim_covers_another(world: World) -> None:
    claims = derive(world.entries, build(world.definitions))
    for one in claims:
        for other in claims:
            assert one is other or not (
                one.competency == other.competency
                and one.level <= other.level
                and one.assurance <= other.assurance
                and one.until <= other.until
            )


# ── what each rule means ─────────────────────────────────────────────────────────────────────────────────────


def entry(number: int, competency: int, level: int = 3, assurance: int = 3, **fields) -> Entry:
    values = {
        "kind": "practical",
        "failed": False,
        "occurred_on": DAY,
        "valid_until": None,
        "revokes": None,
        "issuer": 1,
    }
    return Entry(uuid=UUID(int=number), number=number, competency=competency, level=level, assurance=assurance,
                 **{**values, **fields})  # fmt: skip


def definitions(*relations: RelationFacts, count: int = 4, **fields) -> Definitions:
    return Definitions(scales={1: FOUR}, scale_of=dict.fromkeys(range(1, count + 1), 1), relations=relations, **fields)


def link(pk: int, source: int, target: int, kind: str, at=None, gives=None, assurance: int = 1) -> RelationFacts:
    return RelationFacts(pk, source, target, kind, at, gives, assurance)


def told(rows: list[Entry], graph: Definitions) -> list[tuple[int, int, int, str]]:
    claims = derive(rows, build(graph))
    return [(each.competency, each.level, each.assurance, each.until.isoformat()) for each in claims]


def test_a_circle_of_the_same_proves_each_once():
    graph = definitions(link(1, 1, 2, "equivalent"), link(2, 2, 3, "equivalent"), link(3, 3, 1, "equivalent"))
    assert told([entry(1, 1)], graph) == [(1, 3, 3, "9999-12-31"), (2, 3, 3, "9999-12-31"), (3, 3, 3, "9999-12-31")]


def test_a_whole_of_theory_and_practical_is_as_firm_as_its_firmest_part():
    graph = definitions(
        link(1, 1, 3, "broader", 2, 3, 2), link(2, 2, 3, "broader", 3, 3, 3), rollups={3: 0}, reserved=frozenset({3})
    )
    assert told([entry(1, 1, 2, 2), entry(2, 2)], graph)[2:] == [(3, 3, 3, "9999-12-31")]
    assert [each[0] for each in told([entry(1, 1, 2, 2), entry(2, 2, 2, 2)], graph)] == [1, 2]
    assert [each[0] for each in told([entry(1, 1, 2, 2)], graph)] == [1]


def test_a_whole_whose_parts_state_nothing_is_as_firm_as_its_weakest_part():
    graph = definitions(link(1, 1, 3, "broader"), link(2, 2, 3, "broader"), rollups={3: 0})
    assert told([entry(1, 1, 2, 2), entry(2, 2)], graph)[2:] == [(3, 2, 2, "9999-12-31")]


def test_two_of_three_end_with_the_second_longest():
    links = [link(each, each, 4, "broader") for each in (1, 2, 3)]
    rows = [entry(each, each, valid_until=date(2027, each, 1)) for each in (1, 2, 3)]
    assert told(rows, definitions(*links, rollups={4: 2}))[3:] == [(4, 3, 3, "2027-02-01")]


def test_a_level_that_asks_more_assurance_is_not_reached_by_inference_either():
    assert told([entry(1, 1, 4, 2)], definitions(link(1, 1, 2, "implies")))[1:] == [(2, 2, 2, "9999-12-31")]


def test_levels_cross_to_another_scale_only_by_a_map():
    two = Definitions(
        scales={1: FOUR, 2: ScaleFacts.of([1, 1])}, scale_of={1: 1, 2: 2}, relations=[link(1, 1, 2, "implies")]
    )
    assert told([entry(1, 1)], two) == [(1, 3, 3, "9999-12-31")]
    mapped = Definitions(**{**vars(two), "maps": {(1, 2): [0, 1, 1, 2]}})
    assert told([entry(1, 1)], mapped)[1:] == [(2, 1, 3, "9999-12-31")]


def test_what_lasts_longer_does_not_keep_a_shorter_one_alive():
    graph = definitions(link(1, 1, 2, "implies"), link(2, 1, 3, "equivalent"), renewals={2: 36, 3: 36})
    assert told([entry(1, 1)], graph) == [(1, 3, 3, "9999-12-31")]
    assert [(each.source, each.target) for each in build(graph).refusals] == [(1, 2), (1, 3)]
    assert told([entry(1, 3)], graph) == [(1, 3, 3, "2029-03-03"), (3, 3, 3, "2029-03-03")]


def test_a_part_that_lasts_longer_closes_its_whole_and_does_not_make_it_easier():
    graph = definitions(link(1, 1, 3, "broader"), link(2, 2, 3, "broader"), rollups={3: 0}, renewals={2: 12, 3: 12})
    assert [each[0] for each in told([entry(1, 1), entry(2, 2)], graph)] == [1, 2]


def test_after_a_failure_nothing_is_inferred_at_its_level_until_a_resit_which_is_cited():
    graph = definitions(link(1, 1, 2, "implies"))
    rows = [entry(1, 1), entry(2, 2, 2, failed=True)]
    assert told(rows, graph)[1:] == [(2, 1, 3, "9999-12-31")]
    rows.append(entry(3, 2, 2, valid_until=date(2026, 6, 1)))
    snapshot = build(graph)
    reached = next(each for each in derive(rows, snapshot) if each.competency == 2)
    assert (reached.level, reached.until, reached.also) == (3, date.max, (UUID(int=3),))


def test_a_failed_test_does_not_cancel_an_assessed_practical():
    assert told([entry(1, 1), entry(2, 1, 2, 2, failed=True)], definitions()) == [(1, 3, 3, "9999-12-31")]


def test_a_failure_that_is_taken_back_cancels_nothing():
    rows = [entry(1, 1), entry(2, 1, failed=True), entry(3, 1, revokes=UUID(int=2))]
    assert told(rows, definitions()) == [(1, 3, 3, "9999-12-31")]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 10, 25), 36, date(2029, 10, 25)),  # the clock goes back
        (date(2026, 3, 28), 12, date(2027, 3, 28)),  # the clock goes forward
        (date(2025, 12, 31), 120, date(2035, 12, 31)),
        (date(9998, 5, 1), 36, date.max),
    ],
)
def test_months_are_those_of_the_calendar(day, months, later):
    assert add_months(day, months) == later


def test_a_derivation_that_meets_itself_is_told_once():
    links = [link(1, 1, 2, "implies"), link(2, 1, 3, "implies"), link(3, 2, 4, "broader"), link(4, 3, 4, "broader")]
    deeper = definitions(*links, rollups={4: 0}, retired={4: DAY})
    snapshot = build(deeper)
    reason = why(next(each for each in derive([entry(1, 1)], snapshot) if each.competency == 4), snapshot)
    assert reason["retired_on"] == "2026-03-03"
    assert [part["parts"][0]["evidence"] for part in reason["parts"]] == [[str(UUID(int=1))]] * 2
    assert cited(reason) == {str(UUID(int=1))}
