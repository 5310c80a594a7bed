"""The waitlist: who is next, for how long a place is kept for them, and what happens when they do not answer.

The clock decides what an offer is worth. `settle` only writes down what is so already, at every change of the session and every
few minutes; nothing depends on its being in time.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from plugins.skillslab.exceptions import BookingRefusedError, OfferOverError, WaitlistLeftError, WayOn
from plugins.skillslab.models import Booking, Offer, Prerequisite, Session, WaitlistEntry
from plugins.skillslab.permissions import employers_of, partners_of
from plugins.skillslab.services.bookings.deadlines import offer_deadline
from plugins.skillslab.services.bookings.prerequisites import missing_of, words_of
from plugins.skillslab.services.bookings.seats import Seats, seats_now
from plugins.skillslab.services.notices.participants import tell_offer
from plugins.skillslab.services.notices.waiting import late_words, tell_lapsed
from plugins.skillslab.services.resources.claims import clash_words, clashes_of, lock

Objection = list[Prerequisite] | Session


def settle(session: Session, now: datetime | None = None) -> list[Offer]:
    """Write down what the clock decided, and offer every free place to who is next. Returns the new offers.

    Call it inside a transaction, with the session locked. Nobody is offered a place after bookings closed, and nobody who
    could not come: they are skipped with the reason and keep their place in the queue.
    """
    moment = now or timezone.now()
    _lapse(session, moment)
    deadline = offer_deadline(session, moment)
    if deadline is None or not session.takes_bookings(moment):
        return []
    queue = WaitlistEntry.objects.waiting().filter(session=session).exclude(offers__state=Offer.State.OPEN)
    entries = list(queue.select_related("person", "organisation"))
    if not entries:
        return []
    seats = seats_now(session, moment)
    if not seats.left:
        return []
    return _offer_in_turn(session, entries, seats, moment, deadline)


def _offer_in_turn(
    session: Session, entries: list[WaitlistEntry], seats: Seats, now: datetime, deadline: datetime
) -> list[Offer]:
    """Offer what is free to who is first and could come, in a constant number of statements for those who wait."""
    made: list[Offer] = []
    noted: list[WaitlistEntry] = []
    people = [each.person_id for each in entries]
    objections, employers = objections_to(session, people), employers_of(people, session.session_type.skillslab)
    for entry in entries:
        if not seats.left:
            break  # nobody further down gets one, whatever they could
        reason = _why_not(entry, objections.get(entry.person_id), employers)
        if entry.skipped_because != reason:
            entry.skipped_because = reason
            noted.append(entry)
        if reason or not seats.places_for(entry.organisation_id):
            continue
        offer = Offer.objects.create(entry=entry, session=session, made_at=now, expires_at=deadline)
        seats.used[entry.organisation_id] += 1
        tell_offer(offer, entry.person)
        made.append(offer)
    WaitlistEntry.objects.bulk_update(noted, ["skipped_because"])
    return made


def _lapse(session: Session, now: datetime) -> None:
    """Offers and questions of which the time has passed."""
    overdue = Offer.objects.filter(session=session, state=Offer.State.OPEN)
    if session.takes_bookings(now):
        overdue = overdue.filter(expires_at__lte=now)
    ended = list(overdue.select_related("entry__person"))
    if ended:
        overdue.update(state=Offer.State.EXPIRED, answered_at=now)
        entries = WaitlistEntry.objects.filter(pk__in=[each.entry_id for each in ended])
        entries.filter(state=WaitlistEntry.State.WAITING).update(state=WaitlistEntry.State.LAPSED, changed_at=now)
    for each in ended:
        tell_lapsed(each, session, each.entry.person)
    unanswered = Booking.objects.filter(session=session, state=Booking.State.ASKED, answer_until__lte=now)
    unanswered.update(
        state=Booking.State.CANCELLED, cancelled_at=now, changed_at=now, cancelled_by=None, sequence=F("sequence") + 1
    )


def _why_not(entry: WaitlistEntry, objection: Objection | None, employers: set[tuple[int, int]]) -> str:
    """Why no place can be offered to somebody, in their language; nothing where it can."""
    with translation.override(entry.person.language):
        if objection:
            return objection_words(objection)[:300]
        if (entry.person_id, entry.organisation_id) not in employers:
            return _("This organisation does not take part in the skillslab any more.")
    return ""


def objections_to(session: Session, people: list[int]) -> dict[int, Objection]:
    """Why each of these people (ids) could not come now: what is missing, or another session. A constant number of queries."""
    found: dict[int, Objection] = dict(clashes_of(session=session, people=people))
    day = timezone.localdate(session.starts_at)
    return found | dict(missing_of(session_type=session.session_type, people=people, day=day))


def objection_words(objection: Objection) -> str:
    """The same in the language of now."""
    if isinstance(objection, Session):
        return clash_words(objection)
    things = ", ".join(words_of(each) for each in objection)
    return _("Before this session you need %(things)s.") % {"things": things}


@transaction.atomic
def settle_session(*, session: Session, now: datetime | None = None) -> list[Offer]:
    """`settle` in a transaction of its own. Safe to repeat."""
    return settle(lock(session), now)


@transaction.atomic
def join_waitlist(*, session: Session, person: User, organisation: Organisation, request_uuid: UUID) -> WaitlistEntry:
    """Wait for a place. The same request twice is one place in the queue, and so is asking again.

    Raises BookingRefusedError when bookings are closed, when the person has a place, or when there is a free one to book;
    WaitlistLeftError for the request of a place in the queue that ended: to wait again is another request.
    """
    locked = lock(session)
    now = timezone.now()
    settle(locked, now)
    entries = WaitlistEntry.objects.filter(session=locked, person=person)
    waiting = entries.waiting().first()
    if waiting is not None:
        return waiting
    if organisation not in partners_of(person, locked.session_type.skillslab):
        raise BookingRefusedError(_("This organisation does not take part in the skillslab. Choose another one."))
    if not locked.takes_bookings(now):
        raise BookingRefusedError(_("Booking for this session is closed. Choose another moment."))
    if Booking.objects.filter(session=locked, person=person).with_seat_at(now).exists():
        raise BookingRefusedError(_("You have a place in this session already."))
    if seats_now(locked, now).places_without_jumping(organisation.pk):
        raise BookingRefusedError(_("There is a free place. You can book it now."))
    if entries.filter(uuid=request_uuid).exists():
        raise WaitlistLeftError(
            _("You are not on this waitlist any more. Put yourself on it again if you want to come.")
        )
    return WaitlistEntry.objects.create(
        session=locked, person=person, organisation=organisation, uuid=request_uuid, joined_at=now
    )


@transaction.atomic
def leave_waitlist(*, entry: WaitlistEntry) -> None:
    """Leave the queue; a place that was offered goes to the next. Leaving twice changes nothing."""
    session = lock(entry.session)
    now = timezone.now()
    WaitlistEntry.objects.filter(pk=entry.pk, state=WaitlistEntry.State.WAITING).update(
        state=WaitlistEntry.State.LEFT, changed_at=now
    )
    Offer.objects.filter(entry=entry, state=Offer.State.OPEN).update(state=Offer.State.DECLINED, answered_at=now)
    settle(session, now)


@transaction.atomic
def decline_offer(*, offer: Offer) -> None:
    """Say no: the place goes to the next in line at once. Saying it twice, or too late, changes nothing."""
    session = lock(offer.session)
    current = Offer.objects.select_related("entry").get(pk=offer.pk)
    if current.state == Offer.State.OPEN:
        now = timezone.now()
        Offer.objects.filter(pk=current.pk).update(state=Offer.State.DECLINED, answered_at=now)
        WaitlistEntry.objects.filter(pk=current.entry_id).update(state=WaitlistEntry.State.LEFT, changed_at=now)
        settle(session, now)


def check_open(offer: Offer, now: datetime) -> None:
    """Raise OfferOverError, with what became of it, unless the offer still counts at this moment. It comes with its session and
    entry."""
    if offer.state == Offer.State.OPEN and offer.expires_at > now and offer.session.takes_bookings(now):
        return
    words, entry = [_why_over(offer)], offer.entry
    ways_on: list[WayOn] = []
    if offer.state != Offer.State.OPEN and entry.state == WaitlistEntry.State.WAITING:
        words.append(_("You keep your place in the queue."))
        newer = Offer.objects.filter(entry=entry).open_at(now).first()
        ways_on = [WayOn(_("See the new offer"), reverse("skillslab:offer", args=[newer.uuid]))] if newer else []
    elif offer.session.takes_bookings(now):
        words.append(_("You can join the list again."))
    raise OfferOverError(" ".join(words), ways_on)


def _why_over(offer: Offer) -> str:
    """What became of an offer that does not count any more."""
    session, state = offer.session, offer.state
    if session.state == Session.State.CANCELLED:
        return _("The session was called off: %(reason)s") % {"reason": session.cancel_reason}
    if state == Offer.State.DECLINED:
        return _("You said no to this place.")
    if state == Offer.State.ACCEPTED:
        return _("You said yes to this place, and gave it back.")
    if state == Offer.State.WITHDRAWN and session.moved_at is not None and session.moved_at >= offer.made_at:
        return _("The session moved, so this offer has ended.")
    if state == Offer.State.WITHDRAWN:
        return _("There are fewer places than before, so this offer has ended.")
    return late_words()


def position_of(entry: WaitlistEntry) -> int:
    """The place in the queue, from 1; people who were offered a place stand before."""
    ahead = WaitlistEntry.objects.waiting().filter(session=entry.session_id)
    return ahead.filter(Q(joined_at__lt=entry.joined_at) | Q(joined_at=entry.joined_at, pk__lt=entry.pk)).count() + 1


def overdue_sessions(now: datetime) -> list[Session]:
    """Sessions in which the clock decided something that is not written down yet, or a free place waits for somebody."""
    late = Offer.objects.filter(state=Offer.State.OPEN, expires_at__lte=now).values("session")
    unanswered = Booking.objects.filter(state=Booking.State.ASKED, answer_until__lte=now).values("session")
    waiting = WaitlistEntry.objects.waiting().filter(session__starts_at__gt=now).values("session")
    rows = Session.objects.filter(Q(pk__in=late) | Q(pk__in=unanswered) | Q(pk__in=waiting))
    return list(rows.order_by("starts_at", "pk"))
