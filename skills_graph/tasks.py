"""Slow work on the graph. Each task has a command that repeats it by hand."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from lxp.models import User
from lxp.services.jobs import Turn
from skills_graph.services.anchors import anchor_heads
from skills_graph.services.credentials import issue_credentials, issue_to_everybody
from skills_graph.services.holdings import catch_up, rebuild_everybody


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5, acks_late=True, ignore_result=True)
def rebuild_holdings_task() -> None:
    """Derive anew what everybody holds, a turn at a time (command `rebuild_holdings`)."""
    if rebuild_everybody() == Turn.MORE:
        rebuild_holdings_task.delay()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5, acks_late=True, ignore_result=True)
def catch_up_task() -> None:
    """Derive those anew whom changed definitions concern, a turn at a time (command `rebuild_holdings`)."""
    if catch_up() == Turn.MORE:
        catch_up_task.delay()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=5, acks_late=True, ignore_result=True)
def issue_to_everybody_task() -> None:
    """Issue and withdraw the credentials of everybody who waits for one, a turn at a time (command `issue_credentials`)."""
    if issue_to_everybody() == Turn.MORE:
        issue_to_everybody_task.delay()


@shared_task(autoretry_for=(OSError,), retry_backoff=60, max_retries=3, ignore_result=True)
def anchor_ledger_task() -> None:
    """Keep the heads of the ledger beside the database (command `anchor_ledger`)."""
    anchor_heads()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=2, max_retries=5, acks_late=True, ignore_result=True)
def issue_credentials_task(person_id: int) -> None:
    """Issue and withdraw the credentials of one person, as the ledger now says (command `reconcile`)."""
    person = User.objects.filter(pk=person_id).first()
    if person is not None:
        issue_credentials(person=person)
