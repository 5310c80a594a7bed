"""Sends the notices that wait: each at least once. A process that dies while it hands a mail over does so again, under the
same Message-ID."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone, translation

from lxp.models import Mail, Notice, UrgentKind, User
from lxp.notices.letters import address_of, notice_letter
from lxp.notices.post import LEASE, MailServerAwayError, Post
from lxp.notices.schedule import reachable

logger = logging.getLogger(__name__)
KEPT = timedelta(days=365)


def send_notices(*, now: datetime | None = None) -> Counter[str]:
    """Send every notice that waits; how many were sent and how many not now. Safe to repeat, also in several processes.
    Raises MailServerAwayError when the server does not answer."""
    moment = now or timezone.now()
    _settle(moment)
    tally: Counter[str] = Counter()
    waiting = list(Notice.objects.filter(state=Mail.State.WAITING, try_at__lte=moment).order_by("made_at"))
    with Post() as post:
        for notice in waiting:
            try:
                tally["sent" if _send(notice, post) else "not now"] += 1
            except MailServerAwayError:
                raise
            except Exception:
                logger.exception("Notice %s could not be made.", notice.uuid)
                tally["not now"] += 1
    return tally


def _settle(now: datetime) -> None:
    """What a process left behind while sending is sent again; what is a year old goes."""
    Notice.objects.filter(state=Mail.State.SENDING, try_at__lt=now).update(state=Mail.State.WAITING)
    Notice.objects.filter(made_at__lt=now - KEPT).delete()


def _send(notice: Notice, post: Post) -> bool:
    person = User.objects.filter(pk=notice.person_id, is_active=True, wiped_at__isnull=True).first()
    is_wanted = person is not None and (notice.kind == UrgentKind.SECURITY or reachable().filter(pk=person.pk).exists())
    address = notice.address or (address_of(person) if person and is_wanted else "")
    if person is None or not is_wanted or not address:
        notice.change(Mail.State.WAITING, state=Mail.State.GIVEN_UP, failure="cannot be reached")
        return False
    post.open()
    if not notice.change(Mail.State.WAITING, try_at=timezone.now() + LEASE):
        return False
    with translation.override(person.language):
        letter = notice_letter(person, notice, address)
    return post.deliver(notice, letter)
