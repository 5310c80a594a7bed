"""Asking for an assessor."""

from __future__ import annotations

from django.db import transaction

from courses.models import AssessmentRequest, Attempt, VersionActivity


@transaction.atomic
def ask_for_assessment(*, attempt: Attempt, row: VersionActivity) -> AssessmentRequest:
    """Put an assignment on the assessors' list; asking twice is asking once."""
    request, _created = AssessmentRequest.objects.get_or_create(
        person_id=attempt.person_id,
        attempt=attempt,
        block_id=row.block_id,
        closed_at=None,
        defaults={"organisation_id": attempt.organisation_id},
    )
    return request
