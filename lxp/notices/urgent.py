"""The four exceptions that go at once: a row in the transaction of what happened, and a mail right after it.

Each is told once for each `key`, and sent at least once: a process that dies while it hands a mail over does so again, under
the same Message-ID.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from lxp.models import Mail, Notice, NoticeSettings, UrgentKind, User
from lxp.notices.letters import address_of, notice_letter
from lxp.notices.post import LEASE, MailServerAwayError, Post
from lxp.notices.schedule import reachable

logger = logging.getLogger(__name__)
SENDER = "lxp.tasks.send_notices"
KEPT = timedelta(days=365)
TITLE_CHARACTERS = 200


@transaction.atomic
def tell_at_once(
    *,
    person: User,
    kind: UrgentKind,
    key: str,
    words: Callable[[], dict[str, str]],
    url: str = "",
    address: str = "",
) -> Notice | None:
    """Tell one of the four exceptions, once for each person, kind and `key`; inside the transaction of what happened.

    `words` is called in the reader's language and gives `title`, and perhaps `text` and `action`, the word on the button to
    `url`. `address` is another address than the person's own. None for who cannot be reached, or does not want this kind;
    about the account everybody is told.
    """
    if not person.is_active or person.wiped_at is not None or _is_muted(person, kind):
        return None
    with translation.override(person.language):
        said = words()
    values = {**said, "title": said["title"][:TITLE_CHARACTERS], "url": url, "address": address}
    notice, _is_new = Notice.objects.get_or_create(person=person, kind=kind, key=key, defaults=values)
    transaction.on_commit(_call_sender, robust=True)
    return notice


def _is_muted(person: User, kind: UrgentKind) -> bool:
    if kind == UrgentKind.SECURITY:
        return False
    known = NoticeSettings.objects.filter(person=person).values_list("muted", flat=True).first()
    return kind in (known or [])


def _call_sender() -> None:
    """Ask the worker to send. What is lost here, the schedule finds within a minute."""
    sender: Any = import_string(SENDER)
    sender.delay()


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
