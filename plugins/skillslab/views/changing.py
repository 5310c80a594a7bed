"""Changing one session: moving it, its places, who teaches it, and what it misses. What that does is seen first."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lxp import audit
from lxp.http import SignedInRequest
from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import BookingRefusedError, SessionRefusedError
from plugins.skillslab.forms.sessions import CapacityForm, MomentForm
from plugins.skillslab.models import Allocation, Booking, Offer, Session
from plugins.skillslab.services.bookings.booking import cancel_booking
from plugins.skillslab.services.mending.effects import EffectsChangedError, repair, repairs_for
from plugins.skillslab.services.mending.replacing import candidates_for, replace_teacher
from plugins.skillslab.services.sessions.changing import Impact, change_capacity, impact_of, move_session
from plugins.skillslab.views.setup import note_looks

RELATED = ("session_type__skillslab", "session_type__module", "room__location", "organiser")


def _session(request: HttpRequest, session_uuid: UUID, action: str) -> tuple[User, Session]:
    person = cast("SignedInRequest", request).user
    rows = Session.objects.open_to(person).select_related(*RELATED)
    session = get_object_or_404(rows, uuid=session_uuid)
    require(person, action, session)
    return person, session


@login_required
def move(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Look first whom and what moving touches; the second push does it, when that is still so."""
    person, session = _session(request, session_uuid, "session.run")
    form = MomentForm(
        request.POST or None,
        initial=_moment_of(request, session),
        skillslab=session.session_type.skillslab,
        stays_at=session.room.location,
    )
    context: dict[str, Any] = {"form": form, "session": session}
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        location = form.cleaned_data["location"]
        impact = impact_of(session=session, location=location, starts_at=form.starts_at)
        context |= {"impact": impact, "seen": _stamp(session, impact, location.pk, form.starts_at)}
        posted = request.POST.get("seen", "")
        if "sure" in request.POST and posted != context["seen"]:
            form.add_error(None, _("Something changed since you looked. Look again at what this does."))
            status = 409
        elif "sure" in request.POST:
            try:
                move_session(session=session, location=location, starts_at=form.starts_at, by=person)
            except SessionRefusedError as refusal:
                form.add_error(None, " ".join([str(refusal), *refusal.reasons]))
                status = 422
            else:
                messages.success(request, _("The session moved. Everybody with a place is asked again."))
                return redirect("skillslab:sheet", session.uuid)
    return render(request, "skillslab/move.html", context, status=status)


def _moment_of(request: HttpRequest, session: Session) -> dict[str, Any]:
    """Where and when it is, or what a link to a free moment proposes."""
    proposed = None
    with suppress(ValueError):
        proposed = parse_datetime(request.GET.get("at", ""))
    if proposed is None or not timezone.is_aware(proposed) or abs(proposed.year - session.starts_at.year) > 1:
        proposed = session.starts_at
    local = timezone.localtime(proposed)
    return {
        "location": request.GET.get("location") or session.room.location.uuid,
        "day": local.date(),
        "at": local.time(),
    }


def _stamp(session: Session, impact: Impact, location: int, starts_at: object) -> str:
    """What was seen: where to, who is asked again, and who could not come."""
    people = [each.pk for each in impact.asked]
    troubled = [(each.pk, words) for each, words in impact.troubled]
    seen = (session.pk, session.sequence, location, str(starts_at), people, troubled, impact.shortages)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


@login_required
def solve(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """What a session misses, what it could have instead, and one push that does it."""
    person, session = _session(request, session_uuid, "session.staff")
    status = 200
    if request.method == "POST":
        try:
            repair(session=session, by=person, seen=request.POST.get("seen", ""))
        except EffectsChangedError as changed:
            messages.error(request, str(changed))
            effects, status = changed.effects, 409
        else:
            messages.success(request, _("The session has something else now."))
            return redirect("skillslab:sheet", session.uuid)
    else:
        effects = repairs_for(session=session, by=person)
    note_looks(effects, person, session.session_type.skillslab)
    rows = session.allocations.filter(person__isnull=False).select_related("person").order_by("role", "pk")
    context = {"session": session, "effects": effects, "teachers": rows}
    return render(request, "skillslab/solve.html", context, status=status)


@login_required
def cancel_place(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Give somebody's place back for them, with a reason that they read."""
    person = cast("SignedInRequest", request).user
    related = ("person", "organisation", *(f"session__{each}" for each in RELATED))
    rows = Booking.objects.filter(session__in=Session.objects.open_to(person)).select_related(*related)
    booking = get_object_or_404(rows, pk=booking_id)
    require(person, "booking.cancel", booking)
    session, refusal = booking.session, None
    if request.method == "POST":
        try:
            cancel_booking(booking=booking, by=person, reason=request.POST.get("reason", ""))
        except BookingRefusedError as error:
            refusal = error
        else:
            messages.success(request, _("The place is cancelled, and free for who is next. The person hears it."))
            return redirect("skillslab:sheet", session.uuid)
    audit.record_looks(
        "booking.looked", by=person, people=[booking.person_id], organisation=session.organiser, about=session
    )
    context = {"booking": booking, "session": session, "refusal": refusal}
    return render(request, "skillslab/cancel_place.html", context, status=422 if refusal else 200)


@login_required
def replace(request: HttpRequest, allocation_id: int) -> HttpResponse:
    """Somebody falls ill: who may and can come instead; one push lets them."""
    person = cast("SignedInRequest", request).user
    rows = Allocation.objects.select_related("person", *(f"session__{each}" for each in RELATED))
    rows = rows.filter(session__in=Session.objects.open_to(person), person__isnull=False)
    allocation = get_object_or_404(rows, pk=allocation_id)
    session = allocation.session
    require(person, "session.staff", session)
    found = candidates_for(allocation=allocation)
    status = 200
    if request.method == "POST":
        key = request.POST.get("person", "")
        teacher = next((each.teacher for each in found.able if str(each.teacher.person.uuid) == key), None)
        try:
            if teacher is None:
                raise SessionRefusedError(_("Somebody else changed this session. Look again."))
            replace_teacher(allocation=allocation, successor=teacher.person, by=person)
        except SessionRefusedError as refusal:
            messages.error(request, str(refusal))
            status = 409
        else:
            words = _("%(person)s comes instead. Both calendars change.") % {"person": teacher.person}
            messages.success(request, words)
            return redirect("skillslab:sheet", session.uuid)
    context = {"session": session, "allocation": allocation, "found": found}
    return render(request, "skillslab/replace.html", context, status=status)


@login_required
def capacity(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """More or fewer places. More are offered to who waits; fewer than are booked is refused, with whom to talk to."""
    person, session = _session(request, session_uuid, "session.run")
    form = CapacityForm(request.POST or None, session=session)
    context: dict[str, Any] = {"session": session, "form": form}
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["capacity"]
        before = set(Offer.objects.filter(session=session).values_list("pk", flat=True))
        try:
            change_capacity(session=session, capacity=wanted, by=person, shares=form.shares())
        except SessionRefusedError as refusal:
            form.add_error("capacity", str(refusal))
            context["reasons"] = refusal.reasons
            seated = Booking.objects.filter(session=session).with_seat_at(timezone.now())
            if seated.count() > wanted:
                talk_to = list(seated.select_related("person", "organisation").order_by("-booked_at", "-pk"))
                people = [each.person_id for each in talk_to]
                organisation = session.organiser
                audit.record_looks("booking.looked", by=person, people=people, organisation=organisation, about=session)
                context["talk_to"] = talk_to
        else:
            made = Offer.objects.filter(session=session).exclude(pk__in=before).count()
            words = _("Saved. People of the waitlist who were offered a place: %(count)d.") if made else _("Saved.")
            messages.success(request, words % {"count": made})
            return redirect("skillslab:sheet", session.uuid)
    return render(request, "skillslab/capacity.html", context, status=422 if form.errors else 200)
