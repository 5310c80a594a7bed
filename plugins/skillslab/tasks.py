"""Slow work of the skillslab. Each task can be run twice."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from plugins.skillslab.models import Skillslab
from plugins.skillslab.services.figures.counting import count_demand


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5, acks_late=True, ignore_result=True)
def count_demand_task(skillslab_id: int, quarter_count: int) -> None:
    """Count what people need of a skillslab (the page “What people need” asks for it again)."""
    found = Skillslab.objects.filter(pk=skillslab_id).first()
    if found is not None:
        count_demand(skillslab=found, quarter_count=quarter_count)
