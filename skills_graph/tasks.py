"""Slow work on the graph. Each task has a command that repeats it by hand."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import OperationalError

from lxp.models import User
from skills_graph.models import Competency
from skills_graph.services.credentials import issue_credentials
from skills_graph.services.holdings import rebuild_holdings

logger = logging.getLogger(__name__)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5, acks_late=True, ignore_result=True)
def rebuild_holdings_task(competency_ids: list[int] | None = None) -> None:
    """Derive anew what people hold, all or those with records of some competencies (command `rebuild_holdings`)."""
    wanted = None if competency_ids is None else list(Competency.objects.filter(pk__in=competency_ids))
    changes = rebuild_holdings(
        competencies=wanted,
        report=lambda done, total: logger.info("Holdings derived for %d of %d people.", done, total),
    )
    logger.info("Holdings differed for %d people.", len(changes))


@shared_task(autoretry_for=(OperationalError,), retry_backoff=2, max_retries=5, acks_late=True, ignore_result=True)
def issue_credentials_task(person_id: int) -> None:
    """Issue and withdraw the credentials of one person, as the ledger now says (command `reconcile`)."""
    person = User.objects.filter(pk=person_id).first()
    if person is not None:
        issue_credentials(person=person)
