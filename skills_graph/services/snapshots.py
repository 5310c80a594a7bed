"""Reading the definitions for inference: once in each process for as long as they stand, or as they were at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from lxp.prepared import Prepared
from skills_graph.models import Competency, CompetencyTerms, GraphVersion, RecognitionRule, Relation, Scale, ScaleMap
from skills_graph.models.definitions import Definition
from skills_graph.snapshot import (
    BROADER,
    EQUIVALENT,
    IMPLIES,
    Definitions,
    RecognitionFacts,
    RelationFacts,
    ScaleFacts,
    Snapshot,
    build,
)

Stamp = tuple[int, UUID | None]
_kept: dict[str, Snapshot] = {}
_past: dict[str, tuple[datetime, Stamp, Snapshot]] = {}
_version = Prepared(lambda: GraphVersion.objects.filter(pk=1).values_list("number", "stamp"))


def current_snapshot() -> Snapshot:
    """The definitions as they stand: one small query, and a few more after a change."""
    stamp = _stamp()
    kept = _kept.get("current")
    while kept is None or (kept.number, kept.stamp) != stamp:
        loaded = build(_definitions(None), number=stamp[0], stamp=stamp[1])
        before, stamp = stamp, _stamp()
        if before == stamp:  # else somebody changed the graph while it was read
            kept = _kept["current"] = loaded
    return kept


def snapshot_at(moment: datetime) -> Snapshot:
    """The definitions that were known at a moment, to judge the past by what was known then. The last one is kept, since
    who looks at a day turns its pages."""
    stamp = _stamp()
    kept = _past.get("last")
    if kept is None or kept[:2] != (moment, stamp):
        kept = _past["last"] = (moment, stamp, build(_definitions(moment)))
    return kept[2]


def _stamp() -> Stamp:
    number, stamp = next(iter(_version.rows()), (0, None))
    return number, stamp


def _rows(model: type[Definition], moment: datetime | None, *fields: Any) -> Any:
    known = model.objects.current() if moment is None else model.objects.known_at(moment)
    return known.values_list(*fields)


def _definitions(moment: datetime | None) -> Definitions:
    """What counts now (None) or counted at a moment. A relation to a competency without roll-up infers nothing."""
    terms = list(_rows(CompetencyTerms, moment, "competency", "renew_months", "rollup"))
    rollups = {pk: rollup for pk, _months, rollup in terms if rollup is not None}
    relations = _rows(Relation, moment, "pk", "source", "target", "kind", "at", "gives", "assurance")
    accepted = relations.filter(status=Relation.Status.ACCEPTED)
    rows = [*accepted.filter(kind__in=[IMPLIES, EQUIVALENT])]
    if rollups:
        whole = CompetencyTerms.objects.filter(rollup__isnull=False).values("competency")
        rows += [row for row in accepted.filter(kind=BROADER, target__in=whole) if row[2] in rollups]
    competencies = Competency.objects.annotate(scale=F("framework__scale")).values_list("pk", "scale")
    retired = Competency.objects.filter(retired_on__isnull=False).only("retired_on")
    fields = ("pk", "issuer", "competency", "kind", "level", "max_age_months", "gives", "gives_level")
    return Definitions(
        scales={pk: ScaleFacts.of([each.get("min_assurance", 1) for each in levels]) for pk, levels in _scales()},
        scale_of=dict(competencies),
        reserved=frozenset(Competency.objects.filter(kind=Competency.Kind.RESERVED).values_list("pk", flat=True)),
        retired={each.pk: each.retired_on for each in retired if each.retired_on is not None},
        renewals={pk: months for pk, months, _rollup in terms if months is not None},
        rollups=rollups,
        relations=[RelationFacts(*row) for row in rows],
        maps={
            (source, target): ranks for source, target, ranks in _rows(ScaleMap, moment, "source", "target", "ranks")
        },
        recognitions=[RecognitionFacts(*row) for row in _rows(RecognitionRule, moment, *fields)],
    )


def _scales() -> Any:
    return Scale.objects.values_list("pk", "levels")
