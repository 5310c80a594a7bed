"""Closing a session: who did not come and why, what is missing, the stamp; and checking that stamp later."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lxp import audit
from plugins.skillslab.exceptions import AttendanceRefusedError, PiecesMissingError
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.day.closing import check_list, close_session, listed, missing_pieces
from plugins.skillslab.views.attendance import known_words
from plugins.skillslab.views.taught import taught_session

FIELD = "p"
SHORTEST = 8  # characters of a stamp that somebody types over from paper


@never_cache
@login_required
def close(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Say of everybody who is not known yet whether they came, and close; what was chosen stays when that is refused."""
    person, session = taught_session(request, session_uuid, "session.run")
    if session.state == Session.State.CLOSED:
        return redirect("skillslab:verify_list", session.uuid)
    rows = list(listed(session))
    chosen = {each.pk: request.POST.get(f"{FIELD}{each.pk}", "") for each in rows}
    refusal = None
    if request.method == "POST":
        try:
            close_session(session=session, by=person, judged=chosen, is_sure="sure" in request.POST)
        except AttendanceRefusedError as error:
            refusal = error
        else:
            messages.success(request, _("The list is closed and stamped."))
            return redirect("skillslab:verify_list", session.uuid)
    for each in rows:
        each.known, each.chosen = known_words(each), chosen[each.pk]  # type: ignore[attr-defined]
    if rows:
        people = [each.person_id for each in rows]
        audit.record_looks("booking.looked", by=person, people=people, organisation=session.organiser, about=session)
    context = {
        "session": session,
        "known": [each for each in rows if each.attendance],
        "unknown": [each for each in rows if not each.attendance],
        "missing": missing_pieces(session),
        "is_over": session.ends_at <= timezone.now(),
        "refusal": refusal,
        "asks_sure": isinstance(refusal, PiecesMissingError),
    }
    return render(request, "skillslab/close.html", context, status=422 if refusal else 200)


@never_cache
@login_required
def verify(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """A closed list to print, with its stamp; and whether it is still as it was closed."""
    person, session = taught_session(request, session_uuid)
    if session.state != Session.State.CLOSED:
        return redirect("skillslab:attendance_list", session.uuid)
    rows = list(listed(session))
    for each in rows:
        each.known = known_words(each)  # type: ignore[attr-defined]
    if rows:
        people = [each.person_id for each in rows]
        audit.record_looks("booking.looked", by=person, people=people, organisation=session.organiser, about=session)
    typed = "".join(request.GET.get("stempel", "").split()).lower()[:64]
    context = {
        "session": session,
        "rows": rows,
        "verdict": check_list(session=session),
        "typed": typed,
        "is_same": len(typed) >= SHORTEST and session.list_digest.startswith(typed),
        "missing": missing_pieces(session),
        "address": request.build_absolute_uri(reverse("skillslab:verify_list", args=[session.uuid])),
        "present": sum(each.attendance == Booking.Attendance.PRESENT for each in rows),
    }
    return render(request, "skillslab/closed.html", context)
