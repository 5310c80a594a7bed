"""The list of who is there, with or without a connection; people who come without a booking; and signing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lxp import audit
from lxp.models import User
from lxp.permissions import may
from lxp.wording import clock_time
from plugins.skillslab.exceptions import AttendanceRefusedError, BookingRefusedError, SkillslabError
from plugins.skillslab.models import AttendanceNote, Booking, Session
from plugins.skillslab.permissions import partners_of, planning_organisations
from plugins.skillslab.services.bookings.seats import seats_now
from plugins.skillslab.services.day.attendance import is_window_open, note_attendance
from plugins.skillslab.services.day.keeping import kept_until
from plugins.skillslab.services.day.signing import request_sign_off, signed_in_session
from plugins.skillslab.services.day.walk_ins import add_walk_in, find_people
from plugins.skillslab.views.taught import taught_booking, taught_session

INVALID = 422
LONGEST = timedelta(days=2)


def _back_to(session: Session, booking: Booking | None = None) -> HttpResponse:
    place = f"#p{booking.pk}" if booking is not None else ""
    return redirect(f"{reverse('skillslab:attendance_list', args=[session.uuid])}{place}")


@never_cache
@login_required
def attendance_list(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Everybody with a place, to tick; it works on while the phone has no connection."""
    person, session = taught_session(request, session_uuid)
    now = timezone.now()
    rows = Booking.objects.filter(session=session, state=Booking.State.BOOKED).select_related("person", "organisation")
    bookings = list(rows.order_by("person__first_name", "person__last_name", "pk"))
    if bookings:
        people = [each.person_id for each in bookings]
        audit.record_looks("booking.looked", by=person, people=people, organisation=session.organiser, about=session)
    can_sign = session.session_type.block_id is not None and session.state == Session.State.PUBLISHED
    signed = signed_in_session(session) if can_sign else set()
    for each in bookings:
        each.is_signed = each.person_id in signed  # type: ignore[attr-defined]
        each.request = uuid4()  # type: ignore[attr-defined]
        each.known = noted_words(each)  # type: ignore[attr-defined]
    context = {
        "session": session,
        "now": now,
        "is_kept": kept_until(session, now) is not None,
        "bookings": bookings,
        "is_open": is_window_open(session, now) or (session.ends_at < now and session.state == "published"),
        "is_closed": session.state == Session.State.CLOSED,
        "can_sign": can_sign,
        "to_sign": sum(
            each.attendance == Booking.Attendance.PRESENT and each.person_id not in signed for each in bookings
        ),
        "runs": may(person, "session.run", session),
        "is_over": session.ends_at <= now,
    }
    return render(request, "skillslab/attendance.html", context)


def noted_words(booking: Booking) -> str:
    """The same on the list itself, where the button says that somebody is there."""
    if booking.attendance != Booking.Attendance.PRESENT:
        return known_words(booking)
    names = {"how": booking.get_attendance_how_display(), "time": clock_time(booking.attendance_at)}
    return _("noted at %(time)s, %(how)s") % names


def known_words(booking: Booking) -> str:
    """Since when and by what it is known whether somebody is there."""
    if not booking.attendance:
        return ""
    names = {"what": booking.get_attendance_display(), "how": booking.get_attendance_how_display()}
    return _("%(what)s (%(time)s, %(how)s)") % {**names, "time": clock_time(booking.attendance_at)}


@login_required
@require_POST
def note(request: HttpRequest, booking_id: int) -> HttpResponse:
    """Note one thing of one person. `age` are the seconds since it was ticked on a phone without a connection."""
    wants_json = request.headers.get("X-Requested-With") == "fetch"
    value = request.POST.get("attendance", "")
    if value not in Booking.Attendance.values:
        raise PermissionDenied
    try:
        person, booking = taught_booking(request, booking_id)
        kept = note_attendance(
            booking=booking,
            attendance=value,
            by=person,
            request_uuid=_uuid(request.POST.get("event", "")),
            ticked_at=_ticked_at(request.POST.get("age", "")),
        )
    except AttendanceRefusedError as refusal:
        if wants_json:
            return JsonResponse({"words": f"{booking.person}: {refusal}", **_state(booking)}, status=INVALID)
        messages.error(request, str(refusal))
        return _back_to(booking.session, booking)
    except PermissionDenied:
        if wants_json:
            words = _("You may not note this. Ask the coordinator of this session.")
            return JsonResponse({"words": words}, status=403)
        raise
    words = _overtaken(kept, booking)
    if wants_json:
        return JsonResponse({"words": words, "outcome": kept.outcome, **_state(booking)})
    if words:
        messages.warning(request, words)
    return _back_to(booking.session, booking)


def _state(booking: Booking) -> dict[str, Any]:
    """How it stands with a place now."""
    current = Booking.objects.get(pk=booking.pk)
    return {"attendance": current.attendance, "known": noted_words(current)}


def _overtaken(kept: AttendanceNote, booking: Booking) -> str:
    if kept.outcome != AttendanceNote.Outcome.OVERTAKEN:
        return ""
    current = Booking.objects.select_related("attendance_by").get(pk=booking.pk)
    words = _(
        "%(name)s: %(by)s noted later, at %(time)s: %(what)s. That stays; what you ticked at %(ticked)s does not count."
    )
    return words % {
        "name": booking.person,
        "by": current.attendance_by,
        "time": clock_time(current.attendance_at),
        "what": current.get_attendance_display(),
        "ticked": clock_time(kept.noted_at),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ticked_at(text: str) -> Any:
    """The moment of ticking, by the seconds that passed since on the same clock; None for what was sent at once."""
    try:
        age = timedelta(seconds=int(text))
    except (ValueError, OverflowError):
        return None
    return timezone.now() - min(max(age, timedelta(0)), LONGEST)


@login_required
@require_POST
def sign(request: HttpRequest, booking_id: int) -> HttpResponse:
    """To the assessor's own screen for what this person practised; it leads back here."""
    person, booking = taught_booking(request, booking_id)
    try:
        wanted = request_sign_off(booking=booking, by=person)
    except AttendanceRefusedError as refusal:
        messages.error(request, str(refusal))
        return _back_to(booking.session, booking)
    back = reverse("skillslab:attendance_list", args=[booking.session.uuid])
    return redirect(f"{reverse('courses:sign_off', args=[wanted.uuid])}?next={back}")


@login_required
@require_POST
def sign_together(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """To the screen that signs for everybody who is here and was not signed for yet; who cannot be signed for is named."""
    person, session = taught_session(request, session_uuid)
    here = Booking.objects.filter(session=session, attendance=Booking.Attendance.PRESENT, state=Booking.State.BOOKED)
    related = ("person", "organisation", "session__session_type__module")
    wanted = []
    for booking in here.select_related(*related).order_by("seat"):
        try:
            wanted.append(request_sign_off(booking=booking, by=person))
        except AttendanceRefusedError as refusal:
            words, name = str(refusal), str(booking.person)
            messages.warning(request, words if name in words else f"{name}: {words}")
    if not wanted:
        messages.info(request, _("There is nobody here for whom you can sign now."))
        return _back_to(session)
    asked = [("van", str(each.uuid)) for each in wanted]
    back = ("next", reverse("skillslab:attendance_list", args=[session.uuid]))
    return redirect(f"{reverse('courses:sign_together')}?{urlencode([*asked, back])}")


@login_required
def walk_ins(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Find somebody who came without a booking, and give them a free place."""
    person, session = taught_session(request, session_uuid)
    words = (request.POST if request.method == "POST" else request.GET).get("wie", "").strip()[:120]
    found = find_people(session=session, words=words, by=person) if words else []
    refusal: SkillslabError | None = None
    if request.method == "POST":
        came = next((each.person for each in found if str(each.person.uuid) == request.POST.get("person")), None)
        refusal = _give_place(request, session, came, person)
        if refusal is None:
            return _back_to(session)
    context = {
        "session": session,
        "words": words,
        "found": found,
        "left": seats_now(session, timezone.now()).left,
        "knows_names": bool(planning_organisations(person, session.session_type.skillslab)),
        "refusal": refusal,
    }
    return render(request, "skillslab/walk_ins.html", context, status=INVALID if refusal else 200)


def _give_place(request: HttpRequest, session: Session, came: User | None, by: User) -> SkillslabError | None:
    if came is None:
        return AttendanceRefusedError(_("Look this person up first, and choose them in the list."))
    partners = partners_of(came, session.session_type.skillslab)
    employer = next((each for each in partners if each.slug == request.POST.get("employer")), None)
    if employer is None:
        return AttendanceRefusedError(_("Choose for which organisation this person comes."))
    try:
        add_walk_in(session=session, person=came, organisation=employer, by=by)
    except (AttendanceRefusedError, BookingRefusedError) as error:
        return error
    messages.success(request, _("%(name)s has a place and is on the list.") % {"name": came})
    return None
