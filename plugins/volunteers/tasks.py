"""Slow work about volunteers. Each task can be run twice."""

from __future__ import annotations

from celery import shared_task
from django.db import IntegrityError, OperationalError

from lxp.models import Organisation, User
from plugins.volunteers.models import VolunteerRole
from plugins.volunteers.services.invited_lines import InvitedLine
from plugins.volunteers.services.inviting import invite


@shared_task(
    autoretry_for=(OperationalError, IntegrityError), retry_backoff=5, max_retries=5, acks_late=True, ignore_result=True
)
def invite_task(organisation_id: int, role_id: int | None, by_id: int, people: list[list[str]]) -> None:
    """Invite these people, each a name and an address. A role that was retired meanwhile is left out."""
    roles = VolunteerRole.objects.filter(organisation=organisation_id, retired_at__isnull=True)
    invite(
        organisation=Organisation.objects.get(pk=organisation_id),
        lines=[InvitedLine(number, email, name, email) for number, (name, email) in enumerate(people, start=1)],
        role=roles.filter(pk=role_id).first() if role_id is not None else None,
        by=User.objects.get(pk=by_id),
    )
