"""Whether the ledger is what was written, and whether the holdings are what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from django.db import connection
from django.db.models import QuerySet

from skills_graph import triggers
from skills_graph.chain import first_break
from skills_graph.models import Competency, Evidence
from skills_graph.services.holdings import differences, people_with_records

ROWS_AT_ONCE = 2000


def unguarded() -> list[str]:
    """What the database lacks of the triggers that keep the ledger as it is."""
    return triggers.missing(connection)


def broken_chains(rows: QuerySet[Evidence] | None = None) -> Iterator[Evidence]:
    """The first row of each person's chain that does not fit; a chain whose end is gone looks whole."""
    evidence = Evidence.objects.all() if rows is None else rows
    in_order = evidence.order_by("person", "number").iterator(chunk_size=ROWS_AT_ONCE)
    for _person, chain in groupby(in_order, key=lambda row: row.person_id):
        found = first_break(chain)
        if found is not None:
            yield found


def wrong_holdings(report: Callable[[int, int], None] | None = None) -> Iterator[tuple[int, list[Competency]]]:
    """(person's id, competencies) held otherwise than a replay of the ledger says."""
    people = people_with_records()
    for number, person_id in enumerate(people, start=1):
        found = differences(person_id)
        if found:
            yield person_id, list(Competency.objects.filter(pk__in=found).order_by("pk"))
        if report is not None and number % 1000 == 0:
            report(number, len(people))
