"""What a signature proves, until when and on whose authority; and what came of one that was set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.api import Assessment, AssessmentRequest
from lxp.models import User
from skills_graph.inference import add_months
from skills_graph.models import AssessorAuthorisation, Competency, CompetencyTerms, Evidence, Outcome
from skills_graph.permissions import may_revoke
from skills_graph.services.authority import proven_by


@dataclass(frozen=True)
class Meaning:
    """One thing that a signature proves. `wholes` are the reserved acts that it is a part of; `authority` is the one in
    force that reaches furthest, and None where there is none."""

    competency: Competency
    level: int
    ends_on: date | None
    waits_for_module: bool
    is_withdrawn: bool
    wholes: Sequence[Competency]
    authority: AssessorAuthorisation | None

    @property
    def level_words(self) -> str:
        return self.competency.framework.scale.label_of(self.level)


def meanings(*, request: AssessmentRequest, assessor: User, day: date) -> list[Meaning]:
    """What “competent” on a request proves when it is signed on this day; five queries."""
    proven = proven_by([request])
    outcomes = proven.by_request.get(request.pk, [])
    if not outcomes:
        return []
    ids = proven.competency_ids
    terms = CompetencyTerms.objects.current().filter(competency__in=ids, renew_months__isnull=False)
    months = dict(terms.values_list("competency", "renew_months"))
    wholes = Competency.objects.in_bulk({whole for each in proven.wholes.values() for whole in each})
    given = AssessorAuthorisation.objects.current().on(day).filter(competency__in=ids)  # type: ignore[attr-defined]
    authorities = list(given.filter(person=assessor, organisation=request.organisation_id).select_related("competency"))
    return [
        Meaning(
            competency=outcome.competency,
            level=outcome.level,
            ends_on=add_months(day, months[outcome.competency_id]) if outcome.competency_id in months else None,
            waits_for_module=outcome.block_id is None,
            is_withdrawn=outcome.competency.retired_on is not None,
            wholes=[wholes[pk] for pk in sorted(proven.wholes[outcome.competency_id])],
            authority=_furthest(authorities, outcome, proven.counting_for(outcome)),
        )
        for outcome in outcomes
    ]


def _furthest(rows: list[AssessorAuthorisation], outcome: Outcome, counting: set[int]) -> AssessorAuthorisation | None:
    found = [row for row in rows if row.competency_id in counting]
    return max(
        found, key=lambda row: (row.ends_on or date.max, row.competency_id == outcome.competency_id), default=None
    )


@dataclass(frozen=True)
class Result:
    """A row of the ledger that a signature gave, with what took it back."""

    evidence: Evidence
    revocation: Evidence | None
    may_take_back: bool

    @property
    def level_words(self) -> str:
        return self.evidence.competency.framework.scale.label_of(self.evidence.level)


def results(*, assessment: Assessment, viewer: User) -> list[Result]:
    """What came of a signed judgement, as somebody of the organisation that signed may read it; two queries."""
    ledger = Evidence.objects.of(assessment.person).order_by("number")
    related = ledger.select_related("competency__framework__scale", "issuer", "assessor")
    rows = list(related.filter(issuer=assessment.organisation_id, detail__assessment=str(assessment.uuid)))
    taken_back = {row.revokes: row for row in related.filter(revokes__in=[row.uuid for row in rows])}
    return [
        Result(row, taken_back.get(row.uuid), row.uuid not in taken_back and may_revoke(viewer, row)) for row in rows
    ]
