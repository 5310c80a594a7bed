"""The periodic work of notices. Here and not in `lxp.tasks`, so that who tells something can call it after the commit."""

from __future__ import annotations

from celery import shared_task

from lxp.notices.digests import send_digests
from lxp.notices.post import MailServerAwayError
from lxp.notices.sending import send_notices


@shared_task(
    name="lxp.tasks.send_digests",
    autoretry_for=(MailServerAwayError,),
    retry_backoff=60,
    max_retries=3,
    ignore_result=True,
)
def send_digests_task() -> None:
    """Tell everybody who is due what there is to say (command `send_digests`)."""
    send_digests()


@shared_task(
    name="lxp.tasks.send_notices",
    autoretry_for=(MailServerAwayError,),
    retry_backoff=30,
    max_retries=5,
    ignore_result=True,
)
def send_notices_task() -> None:
    """Send what could not wait for the digest (command `send_digests`)."""
    send_notices()
