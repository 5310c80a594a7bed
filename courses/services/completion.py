"""Finishing a module, with everything that follows from it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from courses.models import ActivityState, Assessment, Attempt, VersionActivity
from courses.services.versions import kept_activities
from lxp import plugin_manager

Standing = tuple[bool, bool | None]  # whether an activity is completed, and passed


def standing_of(state: ActivityState | None) -> Standing:
    """How an activity stands, to see afterwards whether an act changed it."""
    return (state is not None and state.completed_at is not None, state.passed if state is not None else None)


def tell_completion(
    *,
    attempt: Attempt,
    activity: VersionActivity,
    state: ActivityState,
    before: Standing,
    assessment: Assessment | None,
) -> None:
    """Let what must exist together with the end of an activity be written: once it is completed, or passed after all, and
    for every judgement of an assessor. Inside the transaction that stored it, before the module is completed."""
    now = standing_of(state)
    if assessment is not None or (now[0] and now != before):
        plugin_manager.call_core(
            "completing_activity", attempt=attempt, activity=activity, state=state, assessment=assessment
        )


def complete_attempt(*, attempt: Attempt, score_percent: int | None = None, passed: bool = True) -> Attempt:
    """Record that a learner finished a module version, with everything that follows from it.

    Completing twice returns the attempt unchanged: the browser may repeat the request. One that was not passed is completed
    again when it is passed after all, and counts from that day. `score_percent` is 0 to 100, or None for a module without a
    test; it is xAPI `score.scaled` times 100 (xAPI 1.0.3, Data 2.4.5.1).
    """
    if attempt.completed_at is None or (passed and attempt.passed is False):
        with transaction.atomic(savepoint=False):  # what fails here undoes the act that ended the module
            attempt.completed_at, attempt.score_percent, attempt.passed = timezone.now(), score_percent, passed
            attempt.save(update_fields=["completed_at", "score_percent", "passed", "active_at"])
            plugin_manager.call_core("completing_module", attempt=attempt)
            plugin_manager.announce("module_completed", organisations=[attempt.organisation], attempt_id=attempt.uuid)
    return attempt


def complete_if_done(*, attempt: Attempt, states: Iterable[ActivityState] | None = None) -> Attempt:
    """Complete an attempt once every required activity of its version is completed, or passed after all; else leave it.

    `states` are those of the attempt, where they were read already.

    The score is the mean of the scores, rounded half up; it is passed when nothing was failed.
    """
    if not attempt.is_open and attempt.passed is not False:
        return attempt
    required = {row.block_id for row in kept_activities(attempt.version) if row.is_required}
    if states is None:
        states = ActivityState.objects.filter(person=attempt.person_id, attempt=attempt)
    done = [state for state in states if state.completed_at is not None]
    if not done or required - {state.block_id for state in done}:
        return attempt
    scores = [state.score_percent for state in done if state.score_percent is not None]
    mean = (2 * sum(scores) + len(scores)) // (2 * len(scores)) if scores else None
    passed = all(state.passed is not False for state in done)
    return complete_attempt(attempt=attempt, score_percent=mean, passed=passed)
