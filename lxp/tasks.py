"""Periodic work of the platform. Each has a command that repeats it by hand."""

from __future__ import annotations

from functools import partial

from celery import shared_task
from django.core.management import call_command

from lxp import reconciliation
from lxp.notices.tasks import send_digests_task, send_notices_task
from lxp.search.tasks import index_changes, rebuild_index
from lxp.services.jobs import alone, show_life

__all__ = [  # Celery looks for tasks here; those of notices and of the index stand beside what they call
    "clear_sessions",
    "index_changes",
    "publish_scheduled",
    "rebuild_index",
    "reconcile",
    "send_digests_task",
    "send_notices_task",
    "sync_roles",
]


@shared_task(ignore_result=True)
def publish_scheduled() -> None:
    """Publish and unpublish what is due (command `publish_scheduled`)."""
    call_command("publish_scheduled")


@shared_task(ignore_result=True)
def reconcile() -> None:
    """Put right what was lost (command `reconcile`), one run at a time."""
    with alone(name="reconcile") as job:
        if job is not None:
            reconciliation.reconcile(before_each=partial(show_life, job=job))


@shared_task(ignore_result=True)
def sync_roles() -> None:
    """Let memberships that began or ended today take effect in the editor (command `reconcile`)."""
    reconciliation.sync_roles()


@shared_task(ignore_result=True)
def clear_sessions() -> None:
    """Remove sessions that have expired (command `clearsessions`)."""
    call_command("clearsessions")
