"""Coming in: the screen of the room with its code, and noting oneself by it, on a phone that may have to sign in first."""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lxp.http import SignedInRequest
from lxp.models import User
from lxp.plugin_urls import for_visitors
from lxp.qr import qr_code
from plugins.skillslab.exceptions import AttendanceRefusedError
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.day.attendance import (
    attend_by_code,
    code_of,
    is_window_open,
    seconds_of_code,
)
from plugins.skillslab.views.taught import RELATED, taught_session

SCANNED = "skillslab-scanned"
CODE = re.compile(r"[0-9]{6}")


@never_cache
@login_required
def screen(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """The code of now, large, as digits and as a QR code; the page loads itself again when there is another."""
    _person, session = taught_session(request, session_uuid)
    now = timezone.now()
    booked = Booking.objects.filter(session=session, state=Booking.State.BOOKED)
    context = {
        "session": session,
        "is_open": is_window_open(session, now),
        "booked": booked.count(),
        "present": booked.filter(attendance=Booking.Attendance.PRESENT).count(),
    }
    if context["is_open"]:
        code = code_of(session, now)
        address = request.build_absolute_uri(f"{reverse('skillslab:attend', args=[session.uuid])}?code={code}")
        context |= {"code": code, "qr": qr_code(address), "seconds": seconds_of_code(now)}
    return render(request, "skillslab/screen.html", context)


@never_cache
@for_visitors
def attend(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Note oneself. Who has to sign in first comes back here, and the code that they scanned still counts."""
    _keep_scan(request, session_uuid)
    if not isinstance(request.user, User):
        return redirect_to_login(request.path)
    person = cast("SignedInRequest", request).user
    session = get_object_or_404(Session.objects.open_to(person).select_related(*RELATED), uuid=session_uuid)
    scanned = _scan_of(request, session)
    typed = request.POST.get("code", "")
    refusal = None
    if request.method == "POST":
        code, scanned_at = (typed, None) if typed or scanned is None else scanned
        try:
            attend_by_code(session=session, person=person, code=code, scanned_at=scanned_at)
        except AttendanceRefusedError as error:
            refusal, scanned = error, None
            request.session.pop(SCANNED, None)
        else:
            request.session.pop(SCANNED, None)
            messages.success(request, _("You are on the list. Have a good session."))
            return redirect("skillslab:session", session.uuid)
    booking = Booking.objects.filter(session=session, person=person, state=Booking.State.BOOKED).first()
    context = {
        "session": session,
        "booking": booking,
        "is_open": is_window_open(session, timezone.now()),
        "has_scanned": scanned is not None,
        "typed": typed,
        "refusal": refusal,
    }
    return render(request, "skillslab/arriving.html", context, status=422 if refusal else 200)


def _keep_scan(request: HttpRequest, session_uuid: UUID) -> None:
    """Remember in the session of this browser which code it showed, and when; never in an address to pass on. Whether it was
    right is judged, and wrong ones are counted, where somebody notes themselves by it: looking tells nobody."""
    code, now = request.GET.get("code", ""), timezone.now()
    session = Session.objects.filter(uuid=session_uuid).first() if CODE.fullmatch(code) else None
    if session is not None and is_window_open(session, now):
        request.session[SCANNED] = {"session": str(session.uuid), "code": code, "at": now.isoformat()}


def _scan_of(request: HttpRequest, session: Session) -> tuple[str, datetime] | None:
    """The code that this browser showed for this session, and when."""
    kept = request.session.get(SCANNED) or {}
    if kept.get("session") != str(session.uuid):
        return None
    try:
        moment = datetime.fromisoformat(kept["at"])
    except (KeyError, ValueError):
        return None
    return kept["code"], moment
