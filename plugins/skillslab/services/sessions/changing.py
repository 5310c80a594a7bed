"""Changing a session that people booked: what that does to whom, before it is saved, and then doing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Allocation, Booking, Claim, Location, Offer, SeatShare, Session, WaitlistEntry
from plugins.skillslab.services.bookings.booking import release
from plugins.skillslab.services.bookings.deadlines import answer_deadline
from plugins.skillslab.services.bookings.waitlist import objection_words, objections_to, settle
from plugins.skillslab.services.notices.participants import tell_moved, tell_session_cancelled
from plugins.skillslab.services.notices.waiting import tell_taken_back, tell_wait_moved, tell_wait_over
from plugins.skillslab.services.resources.claims import give_back, lock, store
from plugins.skillslab.services.resources.timetable import Answer, Wish
from plugins.skillslab.services.sessions.allocating import Rearranged, mark_changed, rearrange, tell_new_room
from plugins.skillslab.services.sessions.planning import (
    Shares,
    alternatives,
    check_capacity,
    check_shares,
    keep_shares,
    look,
)


@dataclass
class Impact:
    """What moving a session would do. `asked` people say again whether they come; of these, `troubled` could not."""

    shortages: list[str] = field(default_factory=list)
    alternatives: list[Wish] = field(default_factory=list)
    asked: list[Booking] = field(default_factory=list)
    troubled: list[tuple[Booking, str]] = field(default_factory=list)


def wish_for(session: Session, location: Location, starts_at: datetime, capacity: int | None = None) -> Wish:
    """The session somewhere or at a time else, as far as possible with what it has."""
    has = list(session.allocations.values_list("resource", "person", "role"))
    return Wish(
        session.session_type,
        location,
        starts_at,
        starts_at + (session.ends_at - session.starts_at),
        capacity or session.capacity,
        frozenset(thing for thing, _person, _role in has if thing),
        frozenset(person for _thing, person, _role in has if person),
        frozenset(person for _thing, person, role in has if role == Allocation.Role.ASSESSOR),
    )


def impact_of(*, session: Session, location: Location, starts_at: datetime) -> Impact:
    """Who and what moving would touch, with other moments where it cannot be. Only reads."""
    wish = wish_for(session, location, starts_at)
    answer = look(wish, without=session)
    impact = Impact(shortages=answer.shortages)
    if not answer.is_whole:
        impact.alternatives = alternatives(wish, without=session)
    seated = Booking.objects.filter(session=session).with_seat_at(timezone.now())
    impact.asked = list(seated.select_related("person", "organisation").order_by("seat"))
    moved = Session(pk=session.pk, session_type=session.session_type, starts_at=wish.starts_at, ends_at=wish.ends_at)
    objections = objections_to(moved, [each.person_id for each in impact.asked])
    impact.troubled = [
        (each, objection_words(objections[each.person_id])) for each in impact.asked if each.person_id in objections
    ]
    return impact


def _check_changeable(session: Session, by: User) -> None:
    require(by, "session.run", session)
    if session.state in (Session.State.CANCELLED, Session.State.CLOSED) or session.starts_at <= timezone.now():
        raise SessionRefusedError(_("This session has begun or is over. Plan a new one."))


@transaction.atomic
def move_session(*, session: Session, location: Location, starts_at: datetime, by: User) -> Session:
    """Move a session in time or place, with everything that it needs, or not at all.

    Everybody who had a place keeps it and is asked again; offers are taken back and made anew. Raises SessionRefusedError,
    with what is short, when the set is not whole there. Moving it to where it is changes nothing.
    """
    locked = lock(session)
    _check_changeable(locked, by)
    if starts_at == locked.starts_at and location.pk == locked.room.location_id:
        return locked
    if starts_at <= timezone.now():
        raise SessionRefusedError(_("A session starts in the future. Choose another moment."))
    _reallocate(locked, wish_for(locked, location, starts_at))
    locked.moved_at = now = timezone.now()
    mark_changed(locked, by)
    _ask_again(locked, now)
    Offer.objects.filter(session=locked, state=Offer.State.OPEN).update(state=Offer.State.WITHDRAWN, answered_at=now)
    offered = {each.entry_id for each in settle(locked, now)}
    for entry in locked.waitlist.waiting().exclude(pk__in=offered).select_related("person"):
        tell_wait_moved(entry, locked, entry.person)
    return locked


def _reallocate(session: Session, wish: Wish) -> Rearranged:
    """Give a session another set, or leave everything as it is. Says what is another."""
    answer: Answer = look(wish, without=session)
    if not answer.is_whole or answer.room is None:
        raise SessionRefusedError(_("This session cannot be planned then."), answer.shortages)
    session.starts_at, session.ends_at, session.capacity = wish.starts_at, wish.ends_at, wish.people
    try:
        with transaction.atomic():
            done = rearrange(session, answer)
            store(done.claims)
    except IntegrityError as refusal:
        raise SessionRefusedError(_("Somebody was just before you. Try again.")) from refusal
    return done


def _ask_again(session: Session, now: datetime) -> None:
    """Everybody with a place keeps it, gives back the time, and says before a deadline whether they come."""
    deadline = answer_deadline(session, now)
    for booking in Booking.objects.filter(session=session).with_seat_at(now).select_related("person"):
        Claim.objects.filter(booking=booking).delete()
        booking.state, booking.answer_until, booking.changed_at = Booking.State.ASKED, deadline, now
        booking.sequence += 1
        booking.save(update_fields=["state", "answer_until", "changed_at", "sequence"])
        tell_moved(booking, session, booking.person)


@transaction.atomic
def change_capacity(*, session: Session, capacity: int, by: User, shares: Shares | None = None) -> Session:
    """More or fewer places, with the people and equipment that these need. More are offered to the waitlist in order.

    Fewer than are booked is refused; offers that no longer fit are taken back, the last one first. `shares` replaces what is
    kept for organisations. Raises SessionRefusedError.
    """
    locked = lock(session)
    _check_changeable(locked, by)
    check_capacity(locked.session_type, capacity)
    kept = shares if shares is not None else _shares_of(locked)
    check_shares(locked.session_type, capacity, kept)
    now = timezone.now()
    settle(locked, now)
    booked = list(Booking.objects.filter(session=locked).with_seat_at(now).order_by("seat"))
    if len(booked) > capacity:
        words = _("%(booked)d people have a place. Cancel with them first, or choose %(booked)d places or more.")
        raise SessionRefusedError(words % {"booked": len(booked)})
    if shares is not None:
        SeatShare.objects.filter(session=locked).delete()
        keep_shares(locked, shares)
    if capacity != locked.capacity:
        done = _reallocate(locked, wish_for(locked, locked.room.location, locked.starts_at, capacity))
        mark_changed(locked, by)
        if done.has_new_room:
            tell_new_room(locked)
        _fit(locked, booked, now)
    settle(locked, now)
    return locked


def _shares_of(session: Session) -> Shares:
    return {each.organisation: each.seats for each in session.seat_shares.select_related("organisation")}


def _fit(session: Session, booked: list[Booking], now: datetime) -> None:
    """Seats beyond the new number get one within it, and offers that have no place any more are taken back."""
    free = [each for each in range(1, session.capacity + 1) if each not in {booking.seat for booking in booked}]
    for booking in booked:
        if booking.seat > session.capacity:
            booking.seat = free.pop(0)
            booking.save(update_fields=["seat"])
    open_offers = Offer.objects.filter(session=session).open_at(now).order_by("made_at", "pk")
    for offer in list(open_offers.select_related("entry__person"))[max(0, session.capacity - len(booked)) :]:
        Offer.objects.filter(pk=offer.pk).update(state=Offer.State.WITHDRAWN, answered_at=now)
        tell_taken_back(offer, session, offer.entry.person)


@transaction.atomic
def cancel_session(*, session: Session, reason: str, by: User) -> Session:
    """Call a session off: everything is free again and everybody hears it. Twice changes nothing."""
    locked = lock(session)
    if locked.state == Session.State.CANCELLED:
        return locked
    _check_changeable(locked, by)
    if not reason.strip():
        raise SessionRefusedError(_("Say in a few words why. People who booked read it."))
    now = timezone.now()
    locked.state, locked.cancel_reason = Session.State.CANCELLED, reason.strip()[:200]
    mark_changed(locked, by)
    give_back(locked)
    for booking in Booking.objects.filter(session=locked).with_seat_at(now).select_related("person"):
        release(booking, by=by, reason=locked.cancel_reason, is_late=False, now=now)
        tell_session_cancelled(booking, locked, booking.person)
    _end_waiting(locked, now)
    return locked


def _end_waiting(session: Session, now: datetime) -> None:
    """Nobody waits any more for a session that is called off, and each of them hears it."""
    offers = Offer.objects.filter(session=session, state=Offer.State.OPEN)
    offered = set(offers.values_list("entry", flat=True))
    for entry in session.waitlist.waiting().select_related("person"):
        tell_wait_over(entry, session, entry.person, was_offered=entry.pk in offered)
    offers.update(state=Offer.State.WITHDRAWN, answered_at=now)
    session.waitlist.waiting().update(state=WaitlistEntry.State.CALLED_OFF, changed_at=now)
