"""What somebody has in the skillslab: places, offers, waitlists, and what they teach; for the own page, home and mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.api import Attempt, Module
from lxp.home import HomeItem, HomeKind
from lxp.models import DigestKind, User
from lxp.notices.items import DigestItem
from lxp.wording import full_moment
from plugins.skillslab.models import Allocation, Booking, InvitationChoice, Offer, Session, WaitlistEntry
from plugins.skillslab.services.choices.waiting import ended_of, waiting_digest
from plugins.skillslab.services.notices.invitations import choice_of, invitation
from plugins.skillslab.services.notices.participants import room_words

SESSION = ("session__session_type__skillslab", "session__room__location", "organisation")
PAST_AT_MOST = 10
HOME_AT_MOST = 3


@dataclass
class MyPlaces:
    """Everything of one person, the nearest first."""

    bookings: list[Booking] = field(default_factory=list)
    entries: list[Any] = field(default_factory=list)
    teaching: list[Allocation] = field(default_factory=list)
    past: list[Booking] = field(default_factory=list)
    ended: list[Any] = field(default_factory=list)


def coming_of(person: User, now: datetime) -> list[Booking]:
    rows = Booking.objects.filter(person=person, session__ends_at__gt=now).with_seat_at(now)
    return list(rows.select_related(*SESSION).order_by("session__starts_at", "pk"))


def entries_of(person: User, now: datetime) -> list[Any]:
    """Where somebody waits: with `position` in the queue, `offer_uuid` and `offer_until` of an offer that still counts."""
    ahead = (
        WaitlistEntry.objects.filter(session=OuterRef("session"), state=WaitlistEntry.State.WAITING)
        .filter(Q(joined_at__lt=OuterRef("joined_at")) | Q(joined_at=OuterRef("joined_at"), pk__lte=OuterRef("pk")))
        .order_by()
        .values("session")
        .annotate(count=Count("pk"))
        .values("count")
    )
    offers = Offer.objects.filter(entry=OuterRef("pk")).open_at(now)
    overdue = Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=now)
    rows = WaitlistEntry.objects.waiting().filter(person=person, session__starts_at__gt=now)
    rows = rows.filter(session__state=Session.State.PUBLISHED).exclude(offers__in=overdue)
    return list(
        rows.annotate(
            position=Subquery(ahead),
            offer_uuid=Subquery(offers.values("uuid")[:1]),
            offer_until=Subquery(offers.values("expires_at")[:1]),
        )
        .select_related(*SESSION)
        .order_by("session__starts_at", "pk")
    )


def modules_to_begin(person: User, bookings: Iterable[Booking]) -> dict[int, Module]:
    """The modules, by id, of which an assessor can sign the practical in these sessions once this person has begun them.
    One query."""
    types = [each.session.session_type for each in bookings]
    served = {each.module_id for each in types if each.module_id and each.block_id and each.assessors}
    under_way = Attempt.objects.under_way().filter(person=person).values("module")
    rows = Module.objects.visible_to(person).published().filter(pk__in=served).exclude(pk__in=under_way)
    return {each.pk: each for each in rows.select_related("current_version")} if served else {}


def places_of(*, person: User) -> MyPlaces:
    """Five queries."""
    now = timezone.now()
    teaching = Allocation.objects.filter(person=person, session__ends_at__gt=now)
    teaching = teaching.exclude(session__state__in=[Session.State.CANCELLED, Session.State.DRAFT])
    past = Booking.objects.filter(person=person).over_at(now).select_related(*SESSION)
    return MyPlaces(
        bookings=coming_of(person, now),
        entries=entries_of(person, now),
        teaching=list(
            teaching.select_related("session__session_type", "session__room__location").order_by("session__starts_at")
        ),
        past=list(past.order_by("-session__starts_at", "-pk")[:PAST_AT_MOST]),
        ended=ended_of(person, now),
    )


def home_items(*, person: User) -> list[HomeItem]:
    """Offers and moved sessions that ask an answer, and the next places. Two queries."""
    now = timezone.now()
    items = [_offer_item(each) for each in entries_of(person, now) if each.offer_uuid]
    coming = coming_of(person, now)
    items += [_asked_item(each) for each in coming if each.is_asked]
    return items + [_booked_item(each) for each in [each for each in coming if not each.is_asked][:HOME_AT_MOST]]


def _offer_item(entry: Any) -> HomeItem:
    return HomeItem(
        kind=HomeKind.ASKED,
        title=_("There is a place for you: %(title)s") % {"title": entry.session.session_type},
        action=_("Say yes or no"),
        url=reverse("skillslab:offer", args=[entry.offer_uuid]),
        text=_("Until then it is yours. The session is on %(moment)s.")
        % {"moment": full_moment(entry.session.starts_at)},
        day=entry.offer_until,
        weight=2,
    )


def _asked_item(booking: Booking) -> HomeItem:
    return HomeItem(
        kind=HomeKind.ASKED,
        title=_("The session moved: %(title)s") % {"title": booking.session.session_type},
        action=_("Say yes or no"),
        url=reverse("skillslab:mine"),
        text=_("Answer before then. It is now on %(moment)s.") % {"moment": full_moment(booking.session.starts_at)},
        day=booking.answer_until,
        weight=1,
    )


def _booked_item(booking: Booking) -> HomeItem:
    return HomeItem(
        kind=HomeKind.BOOKED,
        title=str(booking.session.session_type),
        action=_("See my places"),
        url=reverse("skillslab:session", args=[booking.session.uuid]),
        text=str(booking.session.room.location),
        day=booking.session.starts_at,
    )


def digest_items(*, person: User, since: datetime) -> list[DigestItem]:
    """What changed since the last mail, with invitations for who wants them here, and a reminder on the day before. Five
    queries. Each place is told once."""
    now = timezone.now()
    letter = _Letter(person, choice_of(person) == InvitationChoice.When.DAILY)
    coming = coming_of(person, now)
    items = [letter.asked(each) for each in coming if each.is_asked]
    for each in coming:
        is_new = max(each.booked_at, each.changed_at) > since
        if not each.is_asked and (is_new or _is_told(each, now)):
            is_told = _is_told(each, now)
            items.append(
                letter.place(each, is_reminder=is_told, is_new=is_new, is_elsewhere=_has_new_room(each, since))
            )
    cancelled = Booking.objects.filter(person=person, state=Booking.State.CANCELLED, cancelled_at__gt=since)
    cancelled = cancelled.filter(session__starts_at__gt=now).exclude(session__in=[each.session_id for each in coming])
    by_others = ~Q(cancelled_by=F("person"))
    told = by_others | Q(booked_at__lte=since) if letter.invites else by_others  # a calendar that has it must let it go
    items += [letter.cancelled(each) for each in cancelled.filter(told).select_related(*SESSION)]
    items += [_offer_in_mail(each) for each in entries_of(person, now) if each.offer_uuid]
    return items + waiting_digest(person=person, since=since, now=now)


@dataclass(frozen=True)
class _Letter:
    """The places of one person in their mail, with an invitation where `invites`."""

    person: User
    invites: bool

    def place(self, booking: Booking, *, is_reminder: bool, is_new: bool, is_elsewhere: bool) -> DigestItem:
        words = _("Another room: %(title)s") if is_elsewhere else _("You have a place: %(title)s")
        if is_reminder:
            words = _("Do not forget: %(title)s")
        text = room_words(booking.session) if is_elsewhere else _place(booking)
        return self._item(booking, words, text, invites=is_new)

    def asked(self, booking: Booking) -> DigestItem:
        return self._item(booking, _("The session moved: %(title)s"), _place(booking), weight=1)

    def cancelled(self, booking: Booking) -> DigestItem:
        return self._item(booking, _("Your place is cancelled: %(title)s"), _why(booking))

    def _item(self, booking: Booking, words: str, text: str, *, weight: int = 0, invites: bool = True) -> DigestItem:
        return DigestItem(
            DigestKind.BOOKINGS,
            words % {"title": booking.session.session_type},
            reverse("skillslab:mine"),
            text=text,
            day=booking.session.starts_at,
            weight=weight,
            calendar=invitation(booking, self.person) if self.invites and invites else "",
        )


def _offer_in_mail(entry: Any) -> DigestItem:
    words = _("There is a place for you: %(title)s") % {"title": entry.session.session_type}
    text = _("Until %(moment)s it is yours.") % {"moment": full_moment(entry.offer_until)}
    address = reverse("skillslab:offer", args=[entry.offer_uuid])
    return DigestItem(DigestKind.BOOKINGS, words, address, text=text, day=entry.offer_until, weight=1)


def _why(booking: Booking) -> str:
    if booking.cancelled_by_id is None:
        return _("There was no answer after the session moved.")
    return booking.cancel_reason


def _is_told(booking: Booking, now: datetime) -> bool:
    return (timezone.localdate(booking.session.starts_at) - timezone.localdate(now)).days in (0, 1)


def _has_new_room(booking: Booking, since: datetime) -> bool:
    """Whether a place that was told before is in another room: then both changed at the same moment."""
    return booking.booked_at <= since < booking.changed_at == booking.session.changed_at


def _place(booking: Booking) -> str:
    return f"{full_moment(booking.session.starts_at)}, {booking.session.room.location}"
