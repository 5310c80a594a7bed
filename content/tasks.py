"""Periodic work of content. Each has a command that repeats it by hand."""

from __future__ import annotations

from celery import shared_task

from content.services.decision_aids import look_at_links
from lxp.services.jobs import alone


@shared_task(ignore_result=True)
def look_at_links_task() -> None:
    """Ask the pages of decision aids whether they are still there, one run at a time (command `look_at_links`)."""
    with alone(name="look_at_links") as job:
        if job is not None:
            look_at_links()
