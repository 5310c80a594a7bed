"""What became of waiting for a place: what ended lately and why, for the own page and the mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lxp.models import DigestKind, User
from lxp.notices.items import DigestItem
from plugins.skillslab.models import Booking, Offer, WaitlistEntry
from plugins.skillslab.services.notices.waiting import fewer_words, late_words, moved_words

SHOWN = timedelta(days=14)
SHOWN_AT_MOST = 10
SESSION = ("session__session_type", "session__room__location")
State = WaitlistEntry.State


def ended_of(person: User, now: datetime) -> list[Any]:
    """Where somebody waited lately and got no place, not by leaving, each with `reason`; not where they have a place after all,
    or waited again. One query."""
    here = {"session": OuterRef("session"), "person": person}
    unanswered = Exists(Offer.objects.filter(entry=OuterRef("pk"), state=Offer.State.OPEN, expires_at__lte=now))
    over = Q(state__in=[State.CALLED_OFF, State.LAPSED], changed_at__gt=now - SHOWN)
    begun = Q(state=State.WAITING, session__starts_at__lte=now, session__starts_at__gt=now - SHOWN)
    rows = WaitlistEntry.objects.filter(over | begun | Q(unanswered, state=State.WAITING), person=person)
    rows = rows.exclude(Exists(Booking.objects.filter(**here).with_seat_at(now)))
    again = WaitlistEntry.objects.filter(**here, pk__gt=OuterRef("pk"))
    found: list[Any] = list(
        rows.exclude(Exists(again))
        .annotate(is_unanswered=unanswered)
        .select_related(*SESSION)
        .order_by("-changed_at", "-pk")[:SHOWN_AT_MOST]
    )
    for entry in found:
        entry.reason = _reason(entry)
    return found


def _reason(entry: Any) -> str:
    if entry.state == State.CALLED_OFF:
        return _("The session was called off: %(reason)s") % {"reason": entry.session.cancel_reason}
    if entry.state == State.WAITING and not entry.is_unanswered:
        return _("No place came free.")
    return late_words()


def waiting_digest(*, person: User, since: datetime, now: datetime) -> list[DigestItem]:
    """What became since the last mail of waiting for sessions to come: called off, moved, and offers that ended. One query."""
    taken_back = Offer.objects.filter(entry=OuterRef("pk"), state=Offer.State.WITHDRAWN, answered_at__gt=since)
    kept = Offer.objects.filter(entry=OuterRef("pk")).open_at(now)
    rows = WaitlistEntry.objects.filter(person=person, session__starts_at__gt=now)
    ended = Q(state__in=[State.CALLED_OFF, State.LAPSED], changed_at__gt=since)
    moved = Q(state=State.WAITING, session__moved_at__gt=since, joined_at__lt=F("session__moved_at"))
    fewer = Q(Exists(taken_back), ~Exists(kept), state=State.WAITING)
    return [_item(each, since) for each in rows.filter(ended | moved | fewer).select_related(*SESSION).order_by("pk")]


def _item(entry: WaitlistEntry, since: datetime) -> DigestItem:
    session = entry.session
    words = _("Your offer has ended: %(title)s")
    if entry.state == State.CALLED_OFF:
        words, text = _("The session is cancelled: %(title)s"), session.cancel_reason
    elif entry.state == State.LAPSED:
        text = late_words()
    elif session.moved_at is not None and session.moved_at > since:
        words, text = _("The session moved: %(title)s"), moved_words(session)
    else:
        text = fewer_words()
    title = words % {"title": session.session_type}
    return DigestItem(DigestKind.BOOKINGS, title, reverse("skillslab:mine"), text=text, day=session.starts_at)
