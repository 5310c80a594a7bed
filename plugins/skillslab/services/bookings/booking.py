"""Booking a place, saying yes to an offer or to a moved session, and cancelling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.skillslab.exceptions import BookingRefusedError, OfferOverError, SessionFullError
from plugins.skillslab.models import Booking, Claim, Offer, Session, WaitlistEntry
from plugins.skillslab.permissions import partners_of
from plugins.skillslab.services.bookings.prerequisites import check_prerequisites
from plugins.skillslab.services.bookings.standing import Place, Standing, standing_of
from plugins.skillslab.services.bookings.waitlist import check_open, settle, settle_session
from plugins.skillslab.services.notices.invitations import invite_at_once
from plugins.skillslab.services.notices.participants import tell_cancelled
from plugins.skillslab.services.resources.claims import check_calendar, claim_person, lock


def book_place(
    *, session: Session, person: User, organisation: Organisation, request_uuid: UUID, seen: Standing | None = None
) -> Booking:
    """Book a place for somebody, for one of their employers. The same request twice is one booking.

    Raises SessionFullError when no place is free that nobody waits for, and BookingRefusedError when bookings are closed,
    something is missing, or the person is elsewhere then. All of that is looked at before the session is locked, and whether
    it is full first: who comes for a place that is gone waits for nobody, and who gets one keeps the others waiting for as
    short as can be. `seen` is how the session stands, where that was read just now.
    """
    standing = seen or standing_of(_read(session), timezone.now())
    known = _known(standing, person, request_uuid)
    if known is not None:
        return known
    current, now = standing.session, standing.now
    _check_open(current, now)
    if standing.offer_of(person.pk) is None:
        _check_free(standing, organisation)
    check_may_come(current, person, organisation, now)
    return _book(current, person, organisation, request_uuid)


def _read(session: Session) -> Session:
    return Session.objects.select_related("session_type__skillslab").get(pk=session.pk)


@transaction.atomic
def _book(seen: Session, person: User, organisation: Organisation, request_uuid: UUID) -> Booking:
    """The place itself. What a person may is looked at again where the session is another than was seen; that they are
    elsewhere by now the database refuses."""
    locked = lock(seen)
    now = timezone.now()
    standing = standing_of(locked, now)
    known = _known(standing, person, request_uuid)
    if known is not None:
        return known
    if locked.changed_at != seen.changed_at or not locked.takes_bookings(now):
        check_may_come(locked, person, organisation, now)
    if not standing.is_settled:
        settle(locked, now)
        standing = standing_of(locked, now)
    offer_uuid = standing.offer_of(person.pk)
    if offer_uuid is not None:
        return _take_offer(Offer.objects.get(uuid=offer_uuid), locked, now)
    _check_free(standing, organisation)
    booking = seat(locked, person, organisation, request_uuid, now, standing.places)
    if standing.waits(person.pk):
        WaitlistEntry.objects.filter(session=locked, person=person, state=WaitlistEntry.State.WAITING).update(
            state=WaitlistEntry.State.TAKEN, changed_at=now
        )
    return booking


def _known(standing: Standing, person: User, request_uuid: UUID) -> Booking | None:
    found = standing.booking_of(person.pk, request_uuid)
    return Booking.objects.get(pk=found) if found is not None else None


def _check_open(session: Session, now: datetime) -> None:
    if not session.takes_bookings(now):
        raise BookingRefusedError(_("Booking for this session is closed. Choose another moment."))


def _check_free(standing: Standing, organisation: Organisation) -> None:
    if not standing.seats.places_without_jumping(organisation.pk):
        words = _("All places that you can have are taken. Put yourself on the waitlist, or choose another moment.")
        raise SessionFullError(words)


def check_may_come(session: Session, person: User, organisation: Organisation, now: datetime) -> None:
    """Raise BookingRefusedError for a session that is closed, and for who cannot come to it."""
    if organisation not in partners_of(person, session.session_type.skillslab):
        raise BookingRefusedError(_("This organisation does not take part in the skillslab. Choose another one."))
    _check_open(session, now)
    day = timezone.localdate(session.starts_at)
    check_prerequisites(session_type=session.session_type, person_id=person.pk, day=day)
    check_calendar(session=session, person=person)


def _place_of(session: Session, person: User, now: datetime) -> Booking | None:
    return Booking.objects.filter(session=session, person=person).with_seat_at(now).first()


def seat(
    session: Session,
    person: User,
    organisation: Organisation,
    request_uuid: UUID,
    now: datetime,
    places: Sequence[Place] | None = None,
) -> Booking:
    """The lowest free seat and the person's time, or neither. Two who choose the same seat are told apart by the database.
    `places` are those of the session, where they were read under the same lock."""
    known = standing_of(session, now).places if places is None else places
    taken = {each.seat for each in known if each.is_seated}
    before = [each.sequence for each in known if each.person == person.pk]
    number = next((each for each in range(1, session.capacity + 1) if each not in taken), None)
    if number is None:
        raise SessionFullError(_("All places are taken. Choose another moment."))
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                session=session,
                person=person,
                organisation=organisation,
                uuid=request_uuid,
                seat=number,
                booked_at=now,
                changed_at=now,
                sequence=max(before, default=-1) + 1,  # a calendar that heard of a cancelled one must believe this one
            )
    except IntegrityError as refusal:
        raise SessionFullError(_("Somebody was just before you. Try again.")) from refusal
    claim_person(booking, session)
    invite_at_once(booking, session, person)
    return booking


def accept_offer(*, offer: Offer) -> Booking:
    """Say yes to an offered place. Saying it twice is one booking.

    Raises OfferOverError when the time has passed, whether or not anything wrote that down, and BookingRefusedError when the
    person cannot come after all; then the offer stays until its end.
    """
    settle_session(session=offer.session)
    with transaction.atomic():
        session = lock(offer.session)
        current = Offer.objects.select_related("entry__person", "entry__organisation", "session").get(pk=offer.pk)
        now = timezone.now()
        known = _place_of(session, current.entry.person, now)
        if known is not None:
            return known
        current.session = session
        check_open(current, now)
        check_may_come(session, current.entry.person, current.entry.organisation, now)
        return _take_offer(current, session, now)


def _take_offer(offer: Offer, session: Session, now: datetime) -> Booking:
    entry = WaitlistEntry.objects.select_related("person", "organisation").get(pk=offer.entry_id)
    booking = seat(session, entry.person, entry.organisation, uuid5(offer.uuid, "booking"), now)
    Offer.objects.filter(pk=offer.pk).update(state=Offer.State.ACCEPTED, answered_at=now)
    WaitlistEntry.objects.filter(pk=entry.pk).update(state=WaitlistEntry.State.TAKEN, changed_at=now)
    return booking


@transaction.atomic
def confirm_booking(*, booking: Booking) -> Booking:
    """Say yes to a session that moved; the same checks as at booking. Saying it twice changes nothing."""
    session = lock(booking.session)
    now = timezone.now()
    current = Booking.objects.select_related("person", "organisation").get(pk=booking.pk)
    if current.state == Booking.State.BOOKED:
        return current
    if current.state != Booking.State.ASKED or (current.answer_until and current.answer_until <= now):
        raise OfferOverError(_("The time to answer has passed, and the place went to somebody else."))
    check_may_come(session, current.person, current.organisation, now)
    claim_person(current, session)
    current.state, current.answer_until, current.changed_at = Booking.State.BOOKED, None, now
    current.sequence += 1
    current.save(update_fields=["state", "answer_until", "changed_at", "sequence"])
    invite_at_once(current, session, current.person)
    return current


def is_cancelled_late(booking: Booking, now: datetime) -> bool:
    """Whether cancelling now needs a reason; who was asked again may always say no."""
    return booking.state == Booking.State.BOOKED and now > booking.session.cancel_until


@transaction.atomic
def cancel_booking(*, booking: Booking, by: User, reason: str = "") -> Booking:
    """Give a place back; the next in line is offered it in the same transaction, and the session itself goes on.

    After the time to cancel freely a reason is asked, and always of a coordinator who does it for somebody, who reads it. It
    counts as not having come only when a coordinator says so. Raises BookingRefusedError without that reason, and once the
    session has begun. Cancelling twice changes nothing.
    """
    require(by, "booking.cancel", booking)
    session = lock(booking.session)
    now = timezone.now()
    current = Booking.objects.select_related("person").get(pk=booking.pk)
    if current.state == Booking.State.CANCELLED:
        return current
    current.session = session
    is_own = current.person_id == by.pk
    is_late = is_own and is_cancelled_late(current, now)
    _check_cancellable(current, now, is_own=is_own, is_late=is_late, has_reason=bool(reason.strip()))
    release(current, by=by, reason=reason.strip(), is_late=is_late, now=now)
    if not is_own:
        audit.record("booking.cancelled", by=by, about=current, person=current.person, organisation=session.organiser)
    tell_cancelled(current, session, current.person)
    settle(session, now)
    return current


def _check_cancellable(booking: Booking, now: datetime, *, is_own: bool, is_late: bool, has_reason: bool) -> None:
    has_begun = booking.session.starts_at <= now or booking.session.state == Session.State.CLOSED
    if has_begun and is_own:
        raise BookingRefusedError(_("The session has begun. Tell the coordinator that you do not come."))
    if has_begun:
        raise BookingRefusedError(_("The session has begun. Note on its list who came."))
    if is_late and not has_reason:
        raise BookingRefusedError(_("It is too late to cancel without a reason. Say in a few words why."))
    if not is_own and not has_reason:
        raise BookingRefusedError(_("Say in a few words why. This person reads it."))


def release(booking: Booking, *, by: User | None, reason: str, is_late: bool, now: datetime) -> None:
    """Free the seat and the time of a booking."""
    Claim.objects.filter(booking=booking).delete()
    booking.state, booking.is_late, booking.cancel_reason = Booking.State.CANCELLED, is_late, reason[:200]
    booking.cancelled_at = booking.changed_at = now
    booking.cancelled_by, booking.answer_until = by, None
    booking.sequence += 1
    booking.save()
