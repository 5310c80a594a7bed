"""The periodic work of the search index. Here and not in `lxp.tasks`, so that a change can call it after the commit."""

from __future__ import annotations

from celery import shared_task

from lxp.search import consumer
from lxp.search.exceptions import IndexBusyError

HEALS_BY_ITSELF = (IndexBusyError, OSError)  # somebody else writes the index now, or the disk is full for a while


@shared_task(
    name="lxp.tasks.index_changes",
    autoretry_for=HEALS_BY_ITSELF,
    retry_backoff=5,
    max_retries=5,
    ignore_result=True,
)
def index_changes() -> None:
    """Bring the search index up to date (command `index drain`)."""
    consumer.catch_up()


@shared_task(
    name="lxp.tasks.rebuild_index",
    autoretry_for=HEALS_BY_ITSELF,
    retry_backoff=60,
    max_retries=3,
    ignore_result=True,
)
def rebuild_index() -> None:
    """Build the search index anew, so that it learns the words of new texts (command `index rebuild`)."""
    consumer.rebuild()
