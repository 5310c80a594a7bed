"""The four exceptions that go at once: a row in the transaction of what happened, and a mail right after it.

Each is told once for each `key`; `sending.py` sends it at least once.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import translation

from lxp.models import Notice, NoticeSettings, UrgentKind, User
from lxp.notices.tasks import send_notices_task

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

    `words` is called in the reader's language and gives `title`, and perhaps `text`, `action`, the word on the button to
    `url`, and `calendar`, an invitation in iCalendar. `address` is another address than the person's own. None for who cannot
    be reached, or does not want this kind; about the account everybody is told.
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
    send_notices_task.delay()
