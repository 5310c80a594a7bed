"""The bars of the ledger, in this process: `python -m tests.benchmarks.ledger` prints (what, figure, reach) as JSON.

Ratios are of two things measured in one run. networkx is compared with where it is installed; nothing else needs it.
"""

from __future__ import annotations

import json
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from importlib import import_module
from random import Random
from statistics import median, quantiles
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()  # the models below need it

from django.db import transaction
from django.utils import timezone

from lxp.models import Membership, User
from skills_graph.inference import Entry, derive
from skills_graph.models import Competency, Evidence, Framework, GraphVersion, Holding, Relation
from skills_graph.services.changes import note_concerned, people_behind
from skills_graph.services.deserving import people_who_differ
from skills_graph.services.evidence import Statement, record_evidence
from skills_graph.services.holdings import rebuild_holdings
from skills_graph.services.snapshots import current_snapshot
from skills_graph.snapshot import Definitions, RelationFacts, ScaleFacts, build
from tests.benchmarks.meter import best_ms, processor_seconds

Figure = tuple[str, str, str]
COMPETENCIES, RELATIONS, ROWS = 15_059, 26_600, 100
ESCO_NODES, ESCO_BROADER = 14_579, 20_818
PEOPLE, SKILLS = 500, 60


def _world(random: Random) -> Definitions:
    kinds = random.choices(("implies", "equivalent", "broader", "requires"), (3, 1, 20, 5), k=RELATIONS)
    pairs = (random.sample(range(1, COMPETENCIES + 1), 2) for _kind in kinds)
    relations = [
        RelationFacts(pk, *pair, kind, None, None, 1)
        for pk, (kind, pair) in enumerate(zip(kinds, pairs, strict=True), start=1)
    ]
    return Definitions(
        scales={1: ScaleFacts.of([1, 2, 3, 3])},
        scale_of=dict.fromkeys(range(1, COMPETENCIES + 1), 1),
        relations=relations,
        rollups={pk: random.choice((0, 1, 2)) for pk in random.sample(range(1, COMPETENCIES + 1), 400)},
    )


def _rows(random: Random) -> list[Entry]:
    return [
        Entry(
            UUID(int=number), number, random.randint(1, COMPETENCIES), random.randint(1, 4), random.randint(1, 3), "test",
            random.random() < 0.05, date(2024, 1, 1) + timedelta(days=random.randint(0, 800)), None, None, 1,
        )
        for number in range(1, ROWS + 1)
    ]  # fmt: skip


def derivation() -> Iterator[Figure]:
    """Bar 2: everything that follows from 100 rows, beside what networkx needs for which nodes can be reached at all."""
    random = Random(42)  # noqa: S311 - no secrets
    definitions = _world(random)
    graph, ledgers = build(definitions), [_rows(random) for _ledger in range(20)]
    ours = best_ms(lambda: [derive(rows, graph) for rows in ledgers]) / len(ledgers)
    yield ("derive 100 rows, 15,059 competencies", f"{ours:.2f} ms", "")
    with suppress(ImportError):
        networkx = import_module("networkx")
        edges = networkx.DiGraph()
        edges.add_nodes_from(definitions.scale_of)
        for each in definitions.relations:
            if each.kind in {"implies", "equivalent"} or (
                each.kind == "broader" and each.target in definitions.rollups
            ):
                edges.add_edge(each.source, each.target)
            if each.kind == "equivalent":
                edges.add_edge(each.target, each.source)

        def reach(rows: list[Entry]) -> None:
            edges.add_edges_from((0, row.competency) for row in rows)
            networkx.descendants(edges, 0)
            edges.remove_node(0)

        theirs = best_ms(lambda: [reach(rows) for rows in ledgers]) / len(ledgers)
        yield ("   times networkx, which only says what is reached", f"× {ours / theirs:.1f}", "≤ 3 ×")


def writing() -> Iterator[Figure]:
    """Bar 2: one row into a ledger of 120, to the holding that can be read; and everybody anew."""
    competency = Competency.objects.filter(kind="skill").select_related("framework__scale").first()
    places = Membership.objects.select_related("person", "organisation").order_by("-pk")[:100]
    costs = []
    for place in places:
        before = processor_seconds()
        statement = Statement(
            person=place.person, competency=competency, level=2, kind="test", occurred_on=timezone.localdate(),
            issuer=place.organisation,
        )  # fmt: skip
        record_evidence(statement=statement)
        costs.append(1000 * (processor_seconds() - before))
    yield ("one row added, holdings derived: median", f"{median(costs):.1f} ms", "")
    yield ("   95th percentile", f"{quantiles(costs, n=20)[-1]:.1f} ms", "≤ 10 ms")
    people = list(User.objects.filter(evidence__number=1).order_by("pk").values_list("pk", flat=True)[:1000])
    seconds = best_ms(lambda: rebuild_holdings(people=people), times=3) / 1000
    yield ("20,000 people derived anew, one core", f"{seconds * 20_000 / len(people):.0f} s", "≤ 60 s")


def upkeep() -> Iterator[Figure]:
    """What each run of `reconcile` asks of everybody, where nothing is to be done."""
    yield ("who waits for a credential, of everybody", f"{best_ms(people_who_differ, times=3):.0f} ms", "≤ 5,000 ms")
    yield ("who is behind, where no definition changed", f"{best_ms(people_behind, times=10):.1f} ms", "≤ 10 ms")
    competency = Competency.objects.filter(kind="skill").order_by("pk").first()
    with transaction.atomic():
        note_concerned([competency.pk])
        yield ("   after a change of one skill", f"{best_ms(people_behind, times=3):.0f} ms", "≤ 1,000 ms")
        transaction.set_rollback(True)


def snapshot() -> Iterator[Figure]:
    """Bar 6: the definitions at the size of ESCO, from the database to ready, in a transaction that is undone."""
    random = Random(42)  # noqa: S311 - no secrets
    with transaction.atomic():
        framework = Framework.objects.first()
        rows = Competency.objects.bulk_create(
            [
                Competency(framework=framework, uri=f"esco:{number}", kind="skill", title=f"Skill {number}")
                for number in range(ESCO_NODES)
            ],
            batch_size=1000,
        )
        pairs = {tuple(random.sample(rows, 2)) for _pair in range(ESCO_BROADER)}
        Relation.objects.bulk_create(
            [Relation(source=source, target=target, kind="broader") for source, target in pairs], batch_size=1000
        )

        def load() -> None:
            GraphVersion.raise_number()
            current_snapshot()

        milliseconds = best_ms(load, times=5)
        tracemalloc.start()
        load()
        megabytes = tracemalloc.get_traced_memory()[0] / 1e6
        tracemalloc.stop()
        transaction.set_rollback(True)
    yield ("definitions at the size of ESCO: load", f"{milliseconds:.0f} ms", "≤ 500 ms")
    yield ("   memory", f"{megabytes:.1f} MB", "≤ 5 MB")


def questions() -> Iterator[Figure]:
    """Bar 7: what a manager asks of many people at once, on a day that is to come."""
    day = timezone.localdate() + timedelta(days=30)
    place = Membership.objects.order_by("pk").values_list("organisation", flat=True).first()
    people = list(
        Membership.objects.filter(organisation=place).order_by("pk").values_list("person", flat=True)[:PEOPLE]
    )
    skills = list(Competency.objects.exclude(kind="group").order_by("pk").values_list("pk", flat=True)[:SKILLS])
    holdings = Holding.objects.order_by()
    yield ("holdings in the table", f"{holdings.count():,}", "")

    def grid() -> None:
        cells = holdings.on(day).filter(person__in=people, competency__in=skills)
        levels: dict[tuple[int, int], int] = {}
        for person, competency, level in cells.values_list("person", "competency", "level"):
            levels[person, competency] = max(level, levels.get((person, competency), 0))

    yield (
        f"team of {len(people)} × {len(skills)} competencies on a day",
        f"{best_ms(grid):.0f} ms",
        "≤ 100 ms SQLite, 15 PG",
    )
    for count, reach in ((1, ""), (3, "≤ 5 ms"), (8, "")):
        asked = [
            holdings.on(day).filter(competency=competency, level__gte=2).values_list("person")
            for competency in skills[1 : 1 + count]
        ]
        first = asked[0].intersection(*asked[1:]) if count > 1 else asked[0]
        cost = best_ms(lambda query=first: list(query.all()), times=10)
        yield (f"who is qualified on a day, {count} requirements ({len(list(first))} people)", f"{cost:.1f} ms", reach)
    soon = holdings.filter(until__gt=day, until__lte=day + timedelta(days=90), person__in=people)
    yield ("expiring within 90 days, of these people", f"{best_ms(lambda: list(soon.values_list('pk'))):.1f} ms", "")


def figures() -> list[Figure]:
    started = time.monotonic()
    found = [*derivation(), *snapshot(), *questions(), *upkeep(), *writing()]
    found.append(("rows in the ledger", f"{Evidence.objects.count():,}", ""))
    sys.stderr.write(f"Measured the ledger in {time.monotonic() - started:.0f} s.\n")
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures()))
