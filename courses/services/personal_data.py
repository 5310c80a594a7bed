"""What courses know of one person: for their own copy, and to forget it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import (
    ActivityPreference,
    ActivityState,
    Assessment,
    AssessmentRequest,
    Attempt,
    Enrolment,
    ProgressEvent,
)
from lxp.models import User
from lxp.person_data import ExportPart

CHUNK = 500


def export_parts(*, person: User) -> list[ExportPart]:
    """What was taken up, attempts with where they stand, every act in them, what assessors were asked and said, preferences."""
    preferences = ActivityPreference.objects.filter(person=person).values("kind", "data")
    return [
        ExportPart("attempts", _("Modules that you took"), _attempts(person)),
        ExportPart("enrolments", _("Modules and courses that you took up"), _enrolments(person)),
        ExportPart("requests", _("When you asked for an assessor"), _requests(person)),
        ExportPart("activity", _("Everything that you did in them"), _events(person)),
        ExportPart("assessments", _("What assessors said of you"), _assessments(person)),
        ExportPart("preferences", _("What activities remember of you"), preferences),
    ]


def _enrolments(person: User) -> Iterator[dict[str, Any]]:
    rows = Enrolment.objects.filter(person=person).select_related(
        "organisation", "module__current_version", "course_version"
    )
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "module": str(row.module) if row.module else None,
            "course": str(row.course_version) if row.course_version else None,
            "organisation": str(row.organisation),
            "enrolled_at": row.enrolled_at,
        }


def _requests(person: User) -> Iterator[dict[str, Any]]:
    fields = ("attempt__uuid", "block_id", "requested_at", "closed_at")
    return AssessmentRequest.objects.filter(person=person).order_by("pk").values(*fields).iterator(chunk_size=CHUNK)


def _attempts(person: User) -> Iterator[dict[str, Any]]:
    attempts = (
        Attempt.objects.filter(person=person).select_related("version", "organisation").prefetch_related("states")
    )
    for attempt in attempts.order_by("pk").iterator(chunk_size=CHUNK):
        states = ("block_id", "kind", "completed_at", "passed", "score_percent", "data")
        yield {
            "uuid": str(attempt.uuid),
            "module": str(attempt.version),
            "organisation": str(attempt.organisation),
            "number": attempt.number,
            "started_at": attempt.started_at,
            "completed_at": attempt.completed_at,
            "passed": attempt.passed,
            "score_percent": attempt.score_percent,
            "activities": [{name: getattr(state, name) for name in states} for state in attempt.states.all()],
        }


def _events(person: User) -> Iterator[dict[str, Any]]:
    fields = ("uuid", "attempt__uuid", "block_id", "name", "payload", "client_time", "recorded_at", "language")
    return ProgressEvent.objects.filter(person=person).order_by("pk").values(*fields).iterator(chunk_size=CHUNK)


def _assessments(person: User) -> Iterator[dict[str, Any]]:
    for row in Assessment.objects.filter(person=person).select_related("assessor", "organisation").order_by("pk"):
        yield {
            "signed_at": row.signed_at,
            "assessor": str(row.assessor),
            "organisation": str(row.organisation),
            "is_competent": row.is_competent,
            "scores": row.scores,
            "feedback": row.feedback,
        }


@transaction.atomic
def forget(*, person: User) -> None:
    """Remove every learning record of a person. What they judged of others stays, under their empty name."""
    for model in (
        Assessment,
        AssessmentRequest,
        ActivityState,
        ProgressEvent,
        ActivityPreference,
        Attempt,
        Enrolment,
    ):
        model.objects.filter(person=person).delete()
