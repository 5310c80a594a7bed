"""Evidence from learning: what an activity or a module proves is written in the transaction that completes it, once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from courses.api import ActivityState, Assessment, Attempt
from skills_graph.exceptions import EvidenceRefusedError
from skills_graph.models import Evidence, EvidenceKind, Outcome
from skills_graph.services.evidence import Statement, append_evidence, prepare_evidence
from skills_graph.services.holdings import lock_ledger

logger = logging.getLogger(__name__)
NAMESPACE = UUID("8f0a6f2e-5b1d-4c59-9a39-0c4f7f1b2a6d")


def outcomes_of(attempt: Attempt) -> list[Outcome]:
    """What the version of an attempt proves; looked up once for the activity and the module that end together."""
    kept: tuple[int, list[Outcome]] | None = getattr(attempt, "kept_outcomes", None)
    if kept is None or kept[0] != attempt.version_id:
        rows = Outcome.objects.filter(version=attempt.version_id, is_entry=False).order_by("pk")
        kept = (attempt.version_id, list(rows.select_related("competency__framework__scale")))
        attempt.kept_outcomes = kept  # type: ignore[attr-defined]
    return kept[1]


@transaction.atomic(savepoint=False)  # what fails here undoes the completion with it
def prove_activity(*, attempt: Attempt, state: ActivityState, assessment: Assessment | None) -> list[Evidence]:
    """Record what the end of one activity proves, or fails to prove. Safe to repeat."""
    outcomes = [each for each in outcomes_of(attempt) if each.block_id == state.block_id]
    if assessment is not None:
        passed, day, act = assessment.is_competent, timezone.localdate(assessment.signed_at), str(assessment.uuid)
    else:
        passed, day = state.passed is not False, timezone.localdate(state.completed_at)
        act = state.completed_at.astimezone(UTC).isoformat() if state.completed_at is not None else ""
    return _record(attempt, outcomes, act, passed=passed, day=day, score=state.score_percent, assessment=assessment)


@transaction.atomic(savepoint=False)  # what fails here undoes the completion with it
def prove_module(*, attempt: Attempt) -> list[Evidence]:
    """Record what the end of the whole module proves, and what its activities proved before another version of it said
    so: an activity that stayed the same is not done again. Safe to repeat."""
    outcomes = outcomes_of(attempt)
    if not outcomes:
        return []
    done = Assessment.objects.filter(request__attempt=attempt, is_competent=True).select_related("assessor", "request")
    signed = {each.request.block_id: each for each in done.order_by("signed_at")}
    whole = [each for each in outcomes if each.block_id is None]
    found = _record(
        attempt,
        whole,
        "",
        passed=attempt.passed is not False,
        day=timezone.localdate(attempt.completed_at),
        score=attempt.score_percent,
        assessment=max(signed.values(), key=lambda each: each.signed_at, default=None),
    )
    blocks = {each.block_id for each in outcomes if each.block_id is not None}
    if blocks:
        states = ActivityState.objects.filter(person=attempt.person_id, attempt=attempt, block_id__in=blocks)
        for state in states.filter(completed_at__isnull=False):
            found += prove_activity(attempt=attempt, state=state, assessment=signed.get(state.block_id))
    return found


def proven_by(attempt: Attempt) -> list[Evidence]:
    """What this attempt proved and still stands, for its own learner; two queries."""
    ledger = Evidence.objects.of(attempt.person)
    rows = list(
        ledger.filter(attempt=attempt.uuid, failed=False, revokes__isnull=True).select_related(
            "competency__framework__scale"
        )
    )
    gone = (
        set(ledger.filter(revokes__in=[row.uuid for row in rows]).values_list("revokes", flat=True)) if rows else set()
    )
    return [row for row in rows if row.uuid not in gone]


def _statement_id(attempt: Attempt, outcome: Outcome, act: str, *, passed: bool) -> UUID:
    """Of what an act proved, once: the same activity that is done again, as after it changed, proves or fails anew.

    A module ends once in an attempt, so its end needs no name.
    """
    what = f"{attempt.uuid}:{outcome.block_id or 'module'}:{outcome.competency.uuid}:{outcome.level}"
    return uuid5(NAMESPACE, f"{what}:{'passed' if passed else 'failed'}:{act}")


def _former_id(attempt: Attempt, outcome: Outcome, *, passed: bool, day: date, assessment: Assessment | None) -> UUID:
    """As ids were made before they named the act: one proof for each attempt. Such a row is of this act if it is of its day."""
    what = f"{attempt.uuid}:{outcome.block_id or 'module'}:{outcome.competency.uuid}:{outcome.level}"
    how = "passed" if passed else f"failed:{assessment.uuid if assessment is not None else day}"
    return uuid5(NAMESPACE, f"{what}:{how}")


def _record(
    attempt: Attempt,
    outcomes: Iterable[Outcome],
    act: str,
    *,
    passed: bool,
    day: date,
    score: int | None,
    assessment: Assessment | None,
) -> list[Evidence]:
    """The rows that were missing. `act` is what names the end of an activity: a judgement, or its moment."""
    wanted = {_statement_id(attempt, outcome, act, passed=passed): outcome for outcome in outcomes}
    if not wanted or attempt.person_id in lock_ledger([attempt.person_id]):
        return []
    former = {
        uuid: _former_id(attempt, outcome, passed=passed, day=day, assessment=assessment)
        for uuid, outcome in wanted.items()
    }
    rows = Evidence.objects.filter(person=attempt.person_id, uuid__in=[*wanted, *former.values()])
    days = dict(rows.values_list("uuid", "occurred_on"))
    missing = []
    for uuid, outcome in wanted.items():
        if uuid not in days and days.get(former[uuid]) != day:
            missing += _prepared(attempt, outcome, uuid, failed=not passed, day=day, score=score, assessment=assessment)
    if missing:
        append_evidence(missing)
    return missing


def _prepared(
    attempt: Attempt,
    outcome: Outcome,
    uuid: UUID,
    *,
    failed: bool,
    day: date,
    score: int | None,
    assessment: Assessment | None,
) -> list[Evidence]:
    """A row, or none where the definitions no longer allow it: a learner's completion never waits for those."""
    detail: dict[str, Any] = {}
    if outcome.kind == EvidenceKind.TEST and score is not None:
        detail["score_percent"] = score
    if assessment is not None:
        detail["assessment"] = str(assessment.uuid)
    statement = Statement(
        person=attempt.person,
        competency=outcome.competency,
        level=outcome.level,
        kind=outcome.kind,
        occurred_on=day,
        issuer=attempt.organisation,
        assessor=assessment.assessor if assessment is not None else None,
        failed=failed,
        module_version=attempt.version,
        attempt=attempt,
        block_id=outcome.block_id,
        uuid=uuid,
        detail=detail,
    )
    try:
        return [prepare_evidence(statement)]
    except EvidenceRefusedError as refusal:
        logger.warning("Attempt %s proves nothing of outcome %s: %s", attempt.uuid, outcome.pk, refusal)
        return []
