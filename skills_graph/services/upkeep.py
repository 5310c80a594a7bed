"""Putting right what a killed process or a changed graph left: from state alone, what is recent, so many at a time."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from courses.api import ActivityState, Assessment, Attempt
from lxp.services.jobs import is_silent
from skills_graph.models import Evidence, Outcome
from skills_graph.services.changes import forget_old_changes, people_behind
from skills_graph.services.holdings import BEHIND_JOB, JOB, rebuild_holdings
from skills_graph.services.proving import prove_activity, prove_module

RECENT = timedelta(days=3)
ATTEMPTS_AT_ONCE = 1000
PEOPLE_AT_ONCE = 500

Proven = tuple[Any, Any, int, bool]  # attempt, activity or None, competency, failed


def write_missing_evidence() -> list[Attempt]:
    """Write the evidence of recent completions and judgements that have none; returns their attempts."""
    attempts = list(_recent_attempts(timezone.now() - RECENT)[:ATTEMPTS_AT_ONCE])
    missing = _without_evidence(attempts)
    for attempt in missing:
        _prove_again(attempt)
    return missing


def _recent_attempts(since: datetime) -> Any:
    proving = Outcome.objects.filter(version=OuterRef("version"), is_entry=False, competency__retired_on__isnull=True)
    judged = Assessment.objects.filter(signed_at__gte=since).values("request__attempt")
    recent = Q(completed_at__gte=since) | Q(active_at__gte=since) | Q(pk__in=judged)
    rows = Attempt.objects.filter(recent, Exists(proving)).select_related("person", "organisation", "version")
    last = Assessment.objects.filter(request__attempt=OuterRef("pk")).order_by("-signed_at").values("signed_at")
    acted_at = Greatest("active_at", Coalesce(Subquery(last[:1]), "active_at"))  # a judgement is no act of the learner
    return rows.order_by(acted_at.desc(), "-pk")


def _without_evidence(attempts: list[Attempt]) -> list[Attempt]:
    """Those of which something was completed or judged that should be in the ledger and is not: four queries."""
    outcomes: dict[Any, list[int]] = defaultdict(list)
    usable = Outcome.objects.filter(is_entry=False, competency__retired_on__isnull=True)
    for outcome in usable.filter(version__in={each.version_id for each in attempts}):
        outcomes[outcome.version_id, outcome.block_id].append(outcome.competency_id)
    versions = {each.pk: (each.uuid, each.version_id) for each in attempts}
    wanted: set[Proven] = set()

    def want(attempt_id: int, block_id: Any, *, failed: bool) -> None:
        uuid, version_id = versions[attempt_id]
        wanted.update((uuid, block_id, each, failed) for each in outcomes[version_id, block_id])

    for attempt in attempts:
        if attempt.completed_at is not None:
            want(attempt.pk, None, failed=attempt.passed is False)
    states = ActivityState.objects.filter(attempt__in=attempts, completed_at__isnull=False)
    for attempt_id, block_id, passed in states.values_list("attempt", "block_id", "passed"):
        want(attempt_id, block_id, failed=passed is False)
    judgements = Assessment.objects.filter(request__attempt__in=attempts, is_competent=False)
    for attempt_id, block_id in judgements.values_list("request__attempt", "request__block_id"):
        want(attempt_id, block_id, failed=True)
    rows = Evidence.objects.filter(person__in={each.person_id for each in attempts}, attempt__isnull=False)
    there = set(rows.values_list("attempt", "block_id", "competency", "failed"))
    missing = {uuid for uuid, *_rest in wanted - there}
    return [each for each in attempts if each.uuid in missing]


@transaction.atomic
def _prove_again(attempt: Attempt) -> None:
    """Every judgement and every end of an activity once more, in their order; what is there already stays as it is."""
    judgements = Assessment.objects.filter(request__attempt=attempt).select_related("assessor", "request")
    states = {each.block_id: each for each in ActivityState.objects.filter(attempt=attempt)}
    for assessment in judgements.order_by("signed_at"):
        if assessment.request.block_id in states:
            prove_activity(attempt=attempt, state=states[assessment.request.block_id], assessment=assessment)
    signed = {each.request.block_id for each in judgements}
    for block_id, state in states.items():
        if state.completed_at is not None and block_id not in signed:
            prove_activity(attempt=attempt, state=state, assessment=None)
    if attempt.completed_at is not None:
        prove_module(attempt=attempt)


def needs_everybody() -> bool:
    """Whether a job for everybody was left."""
    return is_silent(JOB)


def many_are_behind() -> bool:
    """Whether a changed graph left more people behind than one run takes, or the job for them was left."""
    return is_silent(BEHIND_JOB) or len(people_behind(PEOPLE_AT_ONCE + 1)) > PEOPLE_AT_ONCE


def renew_holdings() -> int:
    """Derive anew what recent evidence or a changed graph may have left behind; returns for how many people it differed."""
    behind = people_behind(PEOPLE_AT_ONCE)
    if not behind:
        forget_old_changes()
    recent = Evidence.objects.order_by("-pk").values_list("person", flat=True)[:PEOPLE_AT_ONCE]
    return len(rebuild_holdings(people={*recent, *behind}))
