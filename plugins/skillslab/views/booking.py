"""What somebody does about a place: book, wait, say yes or no, cancel; and everything that is theirs."""

from __future__ import annotations

import uuid
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.wording import full_moment
from plugins.skillslab.exceptions import BookingRefusedError, OfferOverError, SessionFullError, WaitlistLeftError
from plugins.skillslab.models import Booking, Offer, Session, WaitlistEntry
from plugins.skillslab.permissions import booking_organisations
from plugins.skillslab.services.bookings.booking import (
    accept_offer,
    book_place,
    cancel_booking,
    confirm_booking,
    is_cancelled_late,
)
from plugins.skillslab.services.bookings.seats import Seats, seats_now
from plugins.skillslab.services.bookings.standing import standing_of
from plugins.skillslab.services.bookings.waitlist import (
    check_open,
    decline_offer,
    join_waitlist,
    leave_waitlist,
    position_of,
)
from plugins.skillslab.services.choices.mine import modules_to_begin, places_of
from plugins.skillslab.services.choices.week import best_organisation

CONFLICT = 409


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Places, offers and waitlists of this person."""
    person = cast("SignedInRequest", request).user
    now = timezone.now()
    places = places_of(person=person)
    modules = modules_to_begin(person, places.bookings)
    for booking in places.bookings:
        booking.module_to_begin = modules.get(booking.session.session_type.module_id or 0)  # type: ignore[attr-defined]
        booking.is_free_to_cancel = not is_cancelled_late(booking, now)  # type: ignore[attr-defined]
        booking.has_begun = booking.session.starts_at <= now  # type: ignore[attr-defined]
    return render(request, "skillslab/mine.html", {"places": places})


@login_required
@require_POST
def book(request: HttpRequest) -> HttpResponse:
    """Book the session that was chosen; the same form twice is one booking."""
    person = cast("SignedInRequest", request).user
    session = _session(request, person, request.POST.get("slot", ""))
    standing = standing_of(session, timezone.now())
    try:
        booking = book_place(
            session=session,
            person=person,
            organisation=_employer(request, person, session, standing.seats),
            request_uuid=_request_uuid(request, session),
            seen=standing,
        )
    except SessionFullError as refusal:
        return _refused(request, session, refusal, can_wait=True)
    except BookingRefusedError as refusal:
        return _refused(request, session, refusal)
    if booking.state == Booking.State.CANCELLED:
        messages.info(request, _("You cancelled this place before. Book it here if you want it again."))
        return redirect("skillslab:session", session.uuid)
    words = _("You have a place on %(moment)s, for %(organisation)s.")
    messages.success(request, words % _names(booking, session))
    return _back(request)


def _names(booking: Booking, session: Session) -> dict[str, str]:
    return {"moment": full_moment(session.starts_at), "organisation": str(booking.organisation)}


def _back(request: HttpRequest) -> HttpResponse:
    """To the page on which somebody booked, where it said so; else to what is theirs."""
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None):
        return redirect(wanted)
    return redirect("skillslab:mine")


def _session(request: HttpRequest, person: User, text: str) -> Session:
    rows = Session.objects.open_to(person).select_related("session_type__skillslab", "room__location", "organiser")
    return get_object_or_404(rows, uuid=_uuid(text))


def _uuid(text: str) -> UUID:
    """What was sent as a UUID; one that nothing has, where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _request_uuid(request: HttpRequest, session: Session) -> UUID:
    """The form and the session that was chosen in it: a page that is sent again for another session is another request."""
    sent = _uuid(request.POST.get("request", ""))
    return uuid.uuid5(sent, str(session.uuid)) if sent.int else uuid.uuid4()


def _employer(request: HttpRequest, person: User, session: Session, seats: Seats) -> Organisation:
    """The employer that was chosen, or the one that has a place."""
    organisations = booking_organisations(person).get(session.session_type.skillslab_id, [])
    chosen = next((each for each in organisations if each.slug == request.POST.get("employer")), None)
    found = chosen or best_organisation(session, organisations, seats)
    if found is None:
        raise BookingRefusedError(_("This organisation does not take part in the skillslab. Choose another one."))
    return found


def _refused(
    request: HttpRequest, session: Session, refusal: BookingRefusedError, *, can_wait: bool = False
) -> HttpResponse:
    context = {"refusal": refusal, "session": session, "can_wait": can_wait, "request_uuid": uuid.uuid4()}
    return render(request, "skillslab/refused.html", context, status=CONFLICT)


@login_required
@require_POST
def wait(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Join the waitlist."""
    person = cast("SignedInRequest", request).user
    session = _session(request, person, str(session_uuid))
    try:
        entry = join_waitlist(
            session=session,
            person=person,
            organisation=_employer(request, person, session, seats_now(session, timezone.now())),
            request_uuid=_request_uuid(request, session),
        )
    except WaitlistLeftError as refusal:
        return _refused(request, session, refusal, can_wait=True)
    except BookingRefusedError as refusal:
        return _refused(request, session, refusal)
    words = _("You are number %(position)d on the waitlist. We write to you as soon as there is a place.")
    messages.success(request, words % {"position": position_of(entry)})
    return _back(request)


@login_required
@require_POST
def leave(request: HttpRequest, entry_id: int) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    entry = get_object_or_404(WaitlistEntry.objects.select_related("session"), pk=entry_id, person=person)
    leave_waitlist(entry=entry)
    messages.success(request, _("You are off the waitlist."))
    return redirect("skillslab:mine")


@login_required
def cancel(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Give a place back: at once where that is free, with a reason where it is late."""
    person = cast("SignedInRequest", request).user
    related = ("session__session_type__skillslab", "session__room__location")
    booking = get_object_or_404(Booking.objects.select_related(*related), pk=booking_id, person=person)
    refusal = None
    if request.method == "POST":
        try:
            cancel_booking(booking=booking, by=person, reason=request.POST.get("reason", ""))
        except BookingRefusedError as error:
            refusal = error
        else:
            messages.success(request, _("Your place is cancelled, and free for somebody else."))
            return redirect("skillslab:mine")
    context = {"booking": booking, "refusal": refusal, "is_late": is_cancelled_late(booking, timezone.now())}
    return render(request, "skillslab/cancel.html", context, status=422 if refusal else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Say yes to a session that moved."""
    person = cast("SignedInRequest", request).user
    related = ("session__session_type__skillslab", "session__room__location")
    booking = get_object_or_404(Booking.objects.select_related(*related), pk=booking_id, person=person)
    try:
        confirm_booking(booking=booking)
    except BookingRefusedError as refusal:
        return _refused(request, booking.session, refusal)
    messages.success(request, _("Good. You have your place at the new moment."))
    return redirect("skillslab:mine")


@login_required
def offer(request: HttpRequest, offer_uuid: UUID) -> HttpResponse:
    """A place that is kept for this person: yes or no, until the deadline."""
    person = cast("SignedInRequest", request).user
    related = ("entry", "session__session_type__skillslab", "session__room__location")
    found = get_object_or_404(Offer.objects.select_related(*related), uuid=offer_uuid, entry__person=person)
    if request.method == "POST" and request.POST.get("answer") == "no":
        decline_offer(offer=found)
        found.refresh_from_db(fields=["state"])
        if found.state == Offer.State.ACCEPTED:
            messages.warning(
                request, _("You said yes before, so you have this place. Cancel it here if you cannot come.")
            )
        else:
            messages.success(request, _("Thank you for saying so. The place goes to the next person."))
        return redirect("skillslab:mine")
    refusal, now = None, timezone.now()
    has_place = Booking.objects.filter(session=found.session, person=person).with_seat_at(now).exists()
    try:
        if request.method == "POST":
            accept_offer(offer=found)
            messages.success(request, _("You have a place."))
            return redirect("skillslab:mine")
        if not has_place:
            check_open(found, now)
    except BookingRefusedError as error:
        refusal = error
    context = {
        "offer": found,
        "refusal": refusal,
        "has_place": has_place,
        "is_over": has_place or isinstance(refusal, OfferOverError),
        "can_try": found.session.takes_bookings(now) and found.entry.state != WaitlistEntry.State.WAITING,
    }
    return render(request, "skillslab/offer.html", context, status=CONFLICT if request.method == "POST" else 200)
