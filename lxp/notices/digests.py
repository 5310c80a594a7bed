"""One digest a day at most for each person, of what packages and plugins hand in; nothing to say is no mail.

What holds, also where a process dies at any moment: never two on one day (a constraint). What was surely not handed to the
mail server is sent the same day. What was being handed over when the process died is not sent again; what it would have
told comes in the next digest, since the person counts as told only once a digest is known to be sent.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from lxp import plugin_manager
from lxp.models import Digest, Mail, NoticeSettings, User
from lxp.notices.items import DigestItem, in_order
from lxp.notices.letters import address_of, digest_letter
from lxp.notices.post import LEASE, MailServerAwayError, Post
from lxp.notices.schedule import due_people, reachable, since, waiting_again

logger = logging.getLogger(__name__)
KEPT = timedelta(days=365)
SENT, NOTHING, LATER, TAKEN = "sent", "nothing to say", "not now", "taken by another worker"


def send_digests(*, now: datetime | None = None) -> Counter[str]:
    """Look at everybody who is due and send what there is to say; how often each thing happened. Safe to repeat, at any
    time and in several processes. Raises MailServerAwayError when the server does not answer."""
    moment = now or timezone.now()
    settle(moment)
    tally: Counter[str] = Counter()
    people = [*waiting_again(moment).values_list("pk", flat=True), *due_people(moment).values_list("pk", flat=True)]
    with Post() as post:
        for pk in people:
            try:
                tally[_tell(pk, moment, post)] += 1
            except MailServerAwayError:
                raise
            except Exception:
                logger.exception("The digest of person %s could not be made.", pk)
                tally[LATER] += 1
    return tally


def planned(*, now: datetime | None = None) -> Iterator[tuple[User, int]]:
    """Who would be told how many things, for a look beforehand. Writes nothing."""
    moment = now or timezone.now()
    for person in [*waiting_again(moment), *due_people(moment)]:
        items = _items_for(person, NoticeSettings.objects.filter(person=person).first(), moment)
        if items:
            yield person, len(items)


def settle(now: datetime) -> None:
    """Put away what no longer changes: digests of another day, what nobody knows of, and what is a year old."""
    today = timezone.localtime(now).date()
    waiting = Digest.objects.filter(state=Mail.State.WAITING)
    waiting.filter(day__lt=today).update(state=Mail.State.GIVEN_UP, failure="the day passed")
    unknown = Digest.objects.filter(state=Mail.State.SENDING, try_at__lt=now)
    unknown.update(state=Mail.State.GIVEN_UP, failure="the process died while sending")
    Digest.objects.filter(made_at__lt=now - KEPT).delete()


def _tell(pk: int, now: datetime, post: Post) -> str:
    person = reachable().filter(pk=pk).first()
    if person is None:
        return NOTHING
    known = NoticeSettings.objects.filter(person=person).first()
    items = _items_for(person, known, now)
    address = address_of(person) if items else ""
    if not address:
        _note_look(person, now)
        return NOTHING
    post.open()
    digest = _take_up(person, now, len(items))
    if digest is None:
        return TAKEN
    if known is None:  # so that there is a row to write until when this person has been told
        NoticeSettings.objects.get_or_create(person=person, defaults={"looked_at": since(person, None, now)})
    with translation.override(person.language):
        letter = digest_letter(person, digest, items, address)
    return SENT if post.deliver(digest, letter) else LATER


def _items_for(person: User, known: NoticeSettings | None, now: datetime) -> list[DigestItem]:
    """What there is to tell this person, in their language, without the kinds that they do not want."""
    with translation.override(person.language):
        items = plugin_manager.call(
            "digest_items",
            expects=DigestItem,
            organisations=person.organisations,
            person=person,
            since=since(person, known, now),
        )
    muted = known.muted if known else []
    return in_order(item for item in items if item.kind not in muted)


def _note_look(person: User, now: datetime) -> None:
    """Nothing to say until now. A digest of today that was to be tried again has nothing to say any more either."""
    NoticeSettings.objects.update_or_create(person=person, defaults={"looked_at": now})
    Digest.objects.filter(person=person, state=Mail.State.WAITING, try_at__lte=now).delete()


def _take_up(person: User, now: datetime, count: int) -> Digest | None:
    """The digest of today, for this process alone during some minutes; None when another has it or it is done."""
    day = timezone.localtime(now).date()
    lease = timezone.now() + LEASE
    try:
        with transaction.atomic():
            return Digest.objects.create(person=person, day=day, item_count=count, made_at=now, try_at=lease)
    except IntegrityError:
        digest = Digest.objects.filter(person=person, day=day, state=Mail.State.WAITING, try_at__lte=now).first()
    if digest is None or not digest.change(Mail.State.WAITING, try_at=lease, made_at=now, item_count=count):
        return None
    return digest
