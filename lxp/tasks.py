"""Periodic work of the platform. Each has a command that repeats it by hand."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from lxp import reconciliation
from lxp.notices import digests, urgent
from lxp.notices.post import MailServerAwayError
from lxp.search import consumer
from lxp.search.exceptions import IndexBusyError

HEALS_BY_ITSELF = (IndexBusyError, OSError)  # somebody else writes the index now, or the disk is full for a while


@shared_task(ignore_result=True)
def publish_scheduled() -> None:
    """Publish and unpublish what is due (command `publish_scheduled`)."""
    call_command("publish_scheduled")


@shared_task(ignore_result=True)
def reconcile() -> None:
    """Put right what was lost (command `reconcile`)."""
    reconciliation.reconcile()


@shared_task(ignore_result=True)
def sync_roles() -> None:
    """Let memberships that began or ended today take effect in the editor (command `reconcile`)."""
    reconciliation.sync_roles()


@shared_task(ignore_result=True)
def clear_sessions() -> None:
    """Remove sessions that have expired (command `clearsessions`)."""
    call_command("clearsessions")


@shared_task(autoretry_for=HEALS_BY_ITSELF, retry_backoff=5, max_retries=5, ignore_result=True)
def index_changes() -> None:
    """Bring the search index up to date (command `index drain`)."""
    consumer.catch_up()


@shared_task(autoretry_for=HEALS_BY_ITSELF, retry_backoff=60, max_retries=3, ignore_result=True)
def rebuild_index() -> None:
    """Build the search index anew, so that it learns the words of new texts (command `index rebuild`)."""
    consumer.rebuild()


@shared_task(autoretry_for=(MailServerAwayError,), retry_backoff=60, max_retries=3, ignore_result=True)
def send_digests() -> None:
    """Tell everybody who is due what there is to say (command `send_digests`)."""
    digests.send_digests()


@shared_task(autoretry_for=(MailServerAwayError,), retry_backoff=30, max_retries=5, ignore_result=True)
def send_notices() -> None:
    """Send what could not wait for the digest (command `send_digests`)."""
    urgent.send_notices()
