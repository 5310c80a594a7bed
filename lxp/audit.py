"""Writing the audit: who did or saw what."""

from __future__ import annotations

from typing import Any

from django.db import models

from lxp.models import AuditEvent, Organisation, User


def record(
    action: str,
    *,
    by: User | None,
    about: models.Model | None = None,
    person: User | None = None,
    organisation: Organisation | None = None,
    **detail: Any,
) -> AuditEvent:
    """Add one event, in the caller's transaction. `action` is object.verb ("module.published"); `detail` is JSON."""
    return AuditEvent.objects.create(
        action=action,
        actor=by,
        person=person,
        organisation=organisation,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        detail=detail,
    )
